"""Where the presidency and its items are kept."""

from datetime import date, datetime
from typing import Any

from services.membership.domain.presidency import PRESIDENCY, Presidency
from services.membership.domain.presidency_item import ItemState, PresidencyItem, UnknownItem
from services.membership.domain.presidency_term import PresidencyTerm
from services.membership.domain.recorded import ALWAYS
from shared.persistence import Index, Repository
from shared.web.paging import BadCursor, Page, PageRequest


class PresidencyRepository(Repository[Presidency]):
    """The presidency, one document."""

    collection = "presidencies"
    aggregate = Presidency
    schema = 2

    def the_one(self) -> Presidency:
        """Return the presidency; nobody is elected when nothing was entered yet."""
        return self.find(PRESIDENCY) or Presidency(id=PRESIDENCY)

    def page_of(
        self, page: PageRequest, *, on: date | None, known_at: datetime | None
    ) -> Page[PresidencyTerm]:
        """Return its terms by first day.

        Args:
            page: How many, and after which.
            on: Only the one that covers this day; all when absent.
            known_at: As they were known at this instant; now when absent.

        Raises:
            BadCursor: The page before was of another list.
        """
        after = _day_of(page)
        terms = [
            each
            for each in self.the_one().terms_known_at(known_at)
            if each.starts_on > after and (on is None or each.covers(on))
        ]
        shown = terms[: page.limit]
        more = len(terms) > page.limit
        return Page.of(shown, [shown[-1].starts_on.isoformat()] if more else None)

    @staticmethod
    def upcast(document: dict[str, Any], schema: int) -> dict[str, Any]:
        """Make records of the terms of schema 1, which did not say when they were entered."""
        records = [
            {"fact": term, "recorded_at": ALWAYS, "replaced_at": None}
            for term in document.pop("terms")
        ]
        return {**document, "records": records}


class PresidencyItemRepository(Repository[PresidencyItem]):
    """Presidency items."""

    collection = "presidency_items"
    aggregate = PresidencyItem
    not_found = UnknownItem
    indexes = (Index("task.due_on", "_id"), Index("closed_on"))

    def open_ones(self) -> list[PresidencyItem]:
        """Return all that are open."""
        return self.query({"closed_on": None})

    def page_of(
        self, page: PageRequest, *, on: date, state: ItemState | None
    ) -> Page[PresidencyItem]:
        """Return those that had been opened by a day, by the day on which they are due.

        Args:
            page: How many, and after which.
            on: The day.
            state: Only those that were this on the day; both when absent.
        """
        day = on.isoformat()
        closed = {"closed_on": {"$lte": day}}
        query: dict[str, Any] = {"opened_on": {"$lte": day}}
        if state is ItemState.CLOSED:
            query |= closed
        elif state is ItemState.OPEN:
            query["$nor"] = [closed]
        return self.page(query, page, sort=("task.due_on",))


def _day_of(page: PageRequest) -> date:
    """Return the day after which a page begins."""
    (after,) = page.position(1) or [date.min.isoformat()]
    try:
        return date.fromisoformat(after)
    except (TypeError, ValueError):
        raise BadCursor("The cursor belongs to another list.", field="cursor") from None
