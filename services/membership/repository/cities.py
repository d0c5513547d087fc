"""Where cities are kept."""

from datetime import date
from typing import Any

from services.membership.domain import references
from services.membership.domain.city import City, UnknownCity
from services.membership.domain.register import ImportResult
from services.membership.domain.standing import StandingKind
from shared.persistence import Index, Repository
from shared.web.paging import Page, PageRequest


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

    def all(self) -> list[City]:
        """Return all cities by id."""
        return self.query({})

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
