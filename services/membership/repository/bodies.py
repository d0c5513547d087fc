"""Where bodies are kept."""

from collections.abc import Sequence
from datetime import date, datetime

from services.membership.domain.body import Body, BodyKind, UnknownBody
from services.membership.domain.ex_officio import YEARS_AWAY
from services.membership.domain.recorded import ALWAYS
from shared.persistence import Index, Repository
from shared.persistence.document import Document
from shared.web.paging import Page, PageRequest


class BodyRepository(Repository[Body]):
    """Bodies."""

    collection = "bodies"
    aggregate = Body
    schema = 2
    not_found = UnknownBody
    indexes = (Index("name"),)

    def page_of(self, page: PageRequest) -> Page[Body]:
        """Return bodies by name."""
        return self.page({}, page, sort=("name",))

    def of_kinds(self, kinds: Sequence[BodyKind]) -> list[Body]:
        """Return the bodies of these kinds, by id."""
        return self.query({"kind": {"$in": [each.value for each in kinds]}})

    def get_as_of(self, body_id: str, on: date, known_at: datetime | None) -> Body:
        """Return a body to be looked at, with no terms but those that a roster is made of.

        That is one for each seat, so that a roster takes no longer the older a body grows.

        Args:
            body_id: The body.
            on: Day of the roster.
            known_at: By what was known then, UTC; by what is known now when ``None``.

        Raises:
            UnknownBody: There is no such body.
        """
        whole = {"_id": body_id, "_schema": self.schema}
        found = self.store.find(self.collection, whole, projection=_as_of(on, known_at))
        return self.load(found[0]) if found else self.get(body_id)

    def everyone(self) -> list[Body]:
        """Return every body, by id; a network has some ten."""
        return self.query({})

    def held_ex_officio(self) -> list[Body]:
        """Return the bodies with seats that follow from the presidency, by id."""
        return self.query({"seats.basis": {"$in": [each.value for each in YEARS_AWAY]}})

    @staticmethod
    def upcast(document: Document, schema: int) -> Document:
        """Make records of the terms of schema 1, which did not say when they were entered."""
        if schema != 1:
            return Repository.upcast(document, schema)
        seats = []
        for seat in document["seats"]:
            records = [
                {"fact": each, "recorded_at": ALWAYS, "replaced_at": None} for each in seat["terms"]
            ]
            seats.append({"id": seat["id"], "name": seat["name"], "records": records})
        return {**document, "seats": seats}


def _as_of(on: date, known_at: datetime | None) -> Document:
    """Return the projection on what is needed for a roster."""
    record, replaced_at = "$$record", "$$record.replaced_at"
    is_known: Document = {"$eq": [replaced_at, None]}
    if known_at is not None:
        stood = {"$or": [is_known, {"$gt": [replaced_at, known_at]}]}
        is_known = {"$and": [{"$lte": [f"{record}.recorded_at", known_at]}, stood]}
    has_begun = {"$lte": [f"{record}.fact.starts_on", on.isoformat()]}
    condition = {"$and": [has_begun, is_known]}
    begun = {"$filter": {"input": "$$seat.records", "as": "record", "cond": condition}}
    newest = {"$slice": [{"$sortArray": {"input": begun, "sortBy": {"fact.starts_on": 1}}}, -1]}
    seat = {"$mergeObjects": ["$$seat", {"records": newest}]}
    kept = ("name", "kind", "carry_over", "_version", "_sequence", "_schema", "_outbox")
    seats = {"$map": {"input": "$seats", "as": "seat", "in": seat}}
    return {**dict.fromkeys(kept, 1), "seats": seats}
