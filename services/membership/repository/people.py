"""Where people are kept."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from pymongo.collation import Collation

from services.membership.domain import references
from services.membership.domain.likeness import LikePair, like_pairs, likeness_keys
from services.membership.domain.person import Person, UnknownPerson
from services.membership.domain.register import ImportResult
from services.membership.repository.imported import applied_rows, outcomes_of
from shared.persistence import IGNORING_CASE, Index, Repository
from shared.persistence.document import Document
from shared.persistence.store import answering
from shared.web.paging import Page, PageRequest

READ_TOGETHER = 200
"""People of an export that come from the database at once; the process does other work between."""


class PersonRepository(Repository[Person]):
    """People."""

    collection = "people"
    aggregate = Person
    schema = 2
    not_found = UnknownPerson
    indexes = (
        Index("city_id", "profile.name"),
        Index("profile.name"),
        Index("contact.email", ignores_case=True),
        Index("imported.import_id", "imported.row"),
        Index("affiliations.city_id", "profile.name"),
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

    def page_of(self, page: PageRequest, *, city_id: str | None, on: date | None) -> Page[Person]:
        """Return people by name, without entries that stand for another.

        Args:
            page: How many, and after whom.
            city_id: Those of one city; all when absent.
            on: Those who belonged to it on that day; those who do now when absent.
        """
        return self.page(_belonging(city_id, on), page, sort=("profile.name",))

    def everybody(self, *, city_id: str | None, on: date | None) -> Iterator[Person]:
        """Yield people by city, name and id, for an export; for the arguments see ``page_of``.

        Nobody holds all of them at once; the session would.

        Raises:
            DatabaseAway: It does not answer.
        """
        order = [("city_id", 1), ("profile.name", 1), ("_id", 1)]
        people = self.store.database[self.collection]
        with answering():
            query = _belonging(city_id, on)
            for document in people.find(query, sort=order, batch_size=READ_TOGETHER):
                yield self.load(document)

    def surviving(self, ids: Iterable[str]) -> dict[str, Person]:
        """Return who is meant by ids, by these: for an entry that was merged, the survivor."""
        found = self.find_many(ids)
        survivors = self.find_many(each.merged_into for each in found.values() if each.merged_into)
        return {
            person_id: survivors.get(each.merged_into or "", each)
            for person_id, each in found.items()
        }

    def chain_of(self, person_id: str) -> list[Person]:
        """Return a person, whom he or she was merged into, and so on.

        The last one was merged into nobody, or into one who is in the chain already.

        Raises:
            UnknownPerson: There is no such person.
        """
        chain = [self.get(person_id)]
        while (into := chain[-1].merged_into) and into not in {each.id for each in chain}:
            chain.append(self.get(into))
        return chain

    def page_of_pairs(self, page: PageRequest) -> Page[LikePair]:
        """Return pairs of people who may be one, by their ids; those told apart are left out.

        Raises:
            BadCursor: The page before was of another list.
        """
        pairs = like_pairs(self._sharing(), self._told_apart())
        after = page.position(2)
        beyond = [each for each in pairs if after is None or list(each) > [str(a) for a in after]]
        shown = beyond[: page.limit]
        people = self.find_many(person_id for pair in shown for person_id in pair)
        items = [
            LikePair(people=(people[one], people[other]), reasons=pairs[one, other])
            for one, other in shown
        ]
        return Page.of(items, list(shown[-1]) if len(beyond) > page.limit else None)

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

    def state(self, aggregate: Person) -> Document:
        """Return a person's state, and beside it what duplicates are found by."""
        return {**super().state(aggregate), "likeness": list(likeness_keys(aggregate))}

    @staticmethod
    def upcast(document: Document, schema: int) -> Document:
        """Bring up to date what was stored before people had affiliations and name sources."""
        if schema != 1:
            raise ValueError(f"a person of schema {schema} is unknown")
        belongs = {"city_id": document["city_id"], "starts_on": None, "ends_on": None}
        document["affiliations"] = [{**belongs, "title": document["profile"]["title"]}]
        return document

    def _sharing(self) -> dict[str, list[str]]:
        """Return the ids of people by a key that they have in common."""
        stages: list[Document] = [
            {"$project": {"likeness": 1}},
            {"$unwind": "$likeness"},
            {"$group": {"_id": "$likeness", "ids": {"$push": "$_id"}}},
            {"$match": {"ids.1": {"$exists": True}}},
        ]
        with answering():
            found = self.store.database[self.collection].aggregate(stages)
            return {each["_id"]: each["ids"] for each in found}

    def _told_apart(self) -> frozenset[frozenset[str]]:
        found = self.store.find(
            self.collection,
            {"distinct_from.0": {"$exists": True}},
            projection={"distinct_from": 1},
        )
        return frozenset(
            frozenset((each["_id"], other)) for each in found for other in each["distinct_from"]
        )


def _belonging(city_id: str | None, on: date | None) -> dict[str, Any]:
    """Return the query for people of a city now, or on a day."""
    query: dict[str, Any] = {"merged_into": None}
    if on is None:
        return query if city_id is None else {**query, "city_id": city_id}
    day = on.isoformat()
    days: dict[str, Any] = {
        "starts_on": {"$not": {"$gt": day}},
        "ends_on": {"$not": {"$lt": day}},
    }
    if city_id is not None:
        days["city_id"] = city_id
    return {**query, "affiliations": {"$elemMatch": days}}
