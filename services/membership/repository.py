"""Where cities, imports, people, offices, bodies and the presidency are kept."""

from datetime import date
from typing import Any

from services.membership.domain import references
from services.membership.domain.body import Body, UnknownBody
from services.membership.domain.city import City, UnknownCity
from services.membership.domain.city_import import CityImport, UnknownImport
from services.membership.domain.offices import CityOffices
from services.membership.domain.person import Person, UnknownPerson
from services.membership.domain.presidency import PRESIDENCY, Presidency, PresidencyTerm
from services.membership.domain.register import ImportResult
from services.membership.domain.standing import StandingKind
from shared.persistence import Index, Repository
from shared.web.paging import BadCursor, Page, PageRequest


class CityRepository(Repository[City]):
    """Cities."""

    collection = "cities"
    aggregate = City
    not_found = UnknownCity
    indexes = (Index("description.country", "_id"), Index("imported.import_id"))

    def get_named(self, city_id: str) -> City:
        """Return the city that a request's body names.

        Raises:
            UnknownCity: There is none; 422 about the field ``city_id``.
        """
        city = self.find(city_id)
        if city is None:
            raise references.UnknownCity(f"There is no city {city_id!r}.", field="city_id")
        return city

    def page_of(
        self, page: PageRequest, *, on: date, standing: StandingKind | None, country: str | None
    ) -> Page[City]:
        """Return cities by id, which begins with the country.

        Args:
            page: How many, and after which.
            on: Day that ``standing`` is asked for.
            standing: Only those that were this; all when absent.
            country: Only those of this country (ISO 3166-1 alpha-2); all when absent.
        """
        query: dict[str, Any] = {}
        if country is not None:
            query["description.country"] = country
        if standing is not None:
            query["$expr"] = {"$eq": [_kind_on(on), standing.value]}
        return self.page(query, page)

    def outcomes_of(self, import_id: str) -> dict[int, ImportResult]:
        """Return what the rows of an import have done to their cities, by number."""
        found = self.store.find(
            self.collection, {"imported.import_id": import_id}, projection={"imported": 1}
        )
        return {
            each["row"]: ImportResult(each["result"])
            for document in found
            for each in document["imported"]
            if each["import_id"] == import_id
        }


class CityImportRepository(Repository[CityImport]):
    """Imports of cities."""

    collection = "city_imports"
    aggregate = CityImport
    not_found = UnknownImport


class PersonRepository(Repository[Person]):
    """People."""

    collection = "people"
    aggregate = Person
    not_found = UnknownPerson
    indexes = (Index("city_id", "profile.name"), Index("profile.name"))

    def get_named(self, **person_ids: str | None) -> dict[str, Person]:
        """Return the persons that a request's body names, by id.

        Args:
            person_ids: By the field that names each; ``None`` names nobody.

        Raises:
            UnknownPerson: There is no such person; 422 about the field.
        """
        people = self.find_many(each for each in person_ids.values() if each is not None)
        for field, person_id in person_ids.items():
            if person_id is not None and person_id not in people:
                raise references.UnknownPerson(f"There is no person {person_id!r}.", field=field)
        return people

    def page_of(self, page: PageRequest, *, city_id: str | None) -> Page[Person]:
        """Return people by name; those of one city if given."""
        query = {} if city_id is None else {"city_id": city_id}
        return self.page(query, page, sort=("profile.name",))


class CityOfficesRepository(Repository[CityOffices]):
    """Offices, all of a city in one."""

    collection = "offices"
    aggregate = CityOffices

    def of_city(self, city_id: str) -> CityOffices:
        """Return a city's offices; none are held when nothing was entered yet."""
        return self.find(city_id) or CityOffices(id=city_id)


class BodyRepository(Repository[Body]):
    """Bodies."""

    collection = "bodies"
    aggregate = Body
    not_found = UnknownBody
    indexes = (Index("name"),)

    def page_of(self, page: PageRequest) -> Page[Body]:
        """Return bodies by name."""
        return self.page({}, page, sort=("name",))


class PresidencyRepository(Repository[Presidency]):
    """The presidency, one document."""

    collection = "presidencies"
    aggregate = Presidency

    def the_one(self) -> Presidency:
        """Return the presidency; nobody is elected when nothing was entered yet."""
        return self.find(PRESIDENCY) or Presidency(id=PRESIDENCY)

    def page_of(self, page: PageRequest) -> Page[PresidencyTerm]:
        """Return its terms by year.

        Raises:
            BadCursor: The page before was of another list.
        """
        (after,) = page.position(1) or [0]
        if not isinstance(after, int):
            raise BadCursor("The cursor belongs to another list.", field="cursor")
        terms = [each for each in self.the_one().terms if each.year > after]
        shown = terms[: page.limit]
        return Page.of(shown, [shown[-1].year] if len(terms) > page.limit else None)


def _kind_on(day: date) -> dict[str, Any]:
    """Return the expression for what a city was on a day; they are stored oldest first."""
    begun = {
        "$filter": {
            "input": "$standings",
            "as": "standing",
            "cond": {"$lte": ["$$standing.since", day.isoformat()]},
        }
    }
    return {"$let": {"vars": {"newest": {"$last": begun}}, "in": "$$newest.kind"}}
