"""Where people are kept."""

from services.membership.domain import references
from services.membership.domain.person import Person, UnknownPerson
from shared.persistence import Index, Repository
from shared.web.paging import Page, PageRequest


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
