"""Where bodies are kept."""

from collections.abc import Sequence
from datetime import UTC, datetime

from services.membership.domain.body import Body, BodyKind, UnknownBody
from services.membership.domain.ex_officio import YEARS_AWAY
from shared.persistence import Index, Repository
from shared.persistence.document import Document
from shared.web.paging import Page, PageRequest

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when terms are known that were entered before it was kept when they were."""


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
