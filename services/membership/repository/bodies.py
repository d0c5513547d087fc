"""Where bodies are kept."""

from collections.abc import Sequence

from services.membership.domain.body import Body, BodyKind, UnknownBody
from shared.persistence import Index, Repository
from shared.web.paging import Page, PageRequest


class BodyRepository(Repository[Body]):
    """Bodies."""

    collection = "bodies"
    aggregate = Body
    not_found = UnknownBody
    indexes = (Index("name"),)

    def page_of(self, page: PageRequest) -> Page[Body]:
        """Return bodies by name."""
        return self.page({}, page, sort=("name",))

    def of_kinds(self, kinds: Sequence[BodyKind]) -> list[Body]:
        """Return the bodies of these kinds, by id."""
        return self.query({"kind": {"$in": [each.value for each in kinds]}})
