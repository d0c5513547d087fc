"""Where bodies are kept."""

from services.membership.domain.body import Body, UnknownBody
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
