"""Where people are kept."""

from collections.abc import Iterable

from pymongo.collation import Collation

from services.membership.domain import references
from services.membership.domain.person import Person, UnknownPerson
from services.membership.domain.register import ImportResult
from services.membership.repository.imported import applied_rows, outcomes_of
from shared.persistence import IGNORING_CASE, Index, Repository
from shared.persistence.document import Document
from shared.web.paging import Page, PageRequest


class PersonRepository(Repository[Person]):
    """People."""

    collection = "people"
    aggregate = Person
    not_found = UnknownPerson
    indexes = (
        Index("city_id", "profile.name"),
        Index("profile.name"),
        Index("contact.email", ignores_case=True),
        Index("imported.import_id", "imported.row"),
    )

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

    def resembling(
        self, *, ids: Iterable[str] = (), mails: Iterable[str] = (), names: Iterable[str] = ()
    ) -> dict[str, Person]:
        """Return people to compare with, by id; they are not to be saved.

        Args:
            ids: Of people.
            mails: E-mail addresses, in capital or small letters.
            names: In Latin letters, as they are written.
        """
        queries: list[tuple[str, Iterable[str], Collation | None]] = [
            ("_id", ids, None),
            ("contact.email", mails, IGNORING_CASE),
            ("profile.name", names, None),
        ]
        found: dict[str, Document] = {}
        for name, wanted, collation in queries:
            if values := list(wanted):
                query = {name: {"$in": values}}
                documents = self.store.find(self.collection, query, collation=collation)
                found |= {each["_id"]: each for each in documents}
        return {id_: self.load(each) for id_, each in found.items()}

    def applied_rows(self, import_id: str) -> int:
        """Return how many rows of an import were applied to people."""
        return applied_rows(self, import_id)

    def outcomes_of(
        self, import_id: str, rows: Iterable[int] | None = None
    ) -> dict[int, ImportResult]:
        """Return what rows of an import have done to people, by number; all when none is named."""
        return outcomes_of(self, import_id, rows)
