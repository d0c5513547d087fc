"""Where the presidency is kept."""

from services.membership.domain.presidency import PRESIDENCY, Presidency, PresidencyTerm
from shared.persistence import Repository
from shared.web.paging import BadCursor, Page, PageRequest


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
