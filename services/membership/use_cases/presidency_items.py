"""Load, decide, save: what the presidency has to see to."""

from datetime import date, datetime

from services.membership.domain.presidency_item import ItemState, ItemTask, PresidencyItem
from services.membership.repository import Repositories
from shared.web.paging import Page, PageRequest


def open_item(here: Repositories, item_id: str, task: ItemTask, *, at: datetime) -> PresidencyItem:
    """Open an item for whoever has the presidency."""
    handed_over = here.presidencies.the_one().handed_over
    item = PresidencyItem.open(item_id, task, handed_over, at=at)
    here.presidency_items.save(item)
    return item


def close_item(here: Repositories, item_id: str, *, outcome: str, at: datetime) -> PresidencyItem:
    """Note that nothing is left to do about an item."""
    item = here.presidency_items.get(item_id)
    item.close(outcome=outcome, at=at)
    here.presidency_items.save(item)
    return item


def list_items(
    here: Repositories, page: PageRequest, *, on: date, state: ItemState | None
) -> Page[PresidencyItem]:
    """Return items as they were on a day, by the day on which they are due."""
    found = here.presidency_items.page_of(page, on=on, state=state)
    return Page([each.as_of(on) for each in found.items], found.next_cursor)


def hand_over_items(here: Repositories, *, at: datetime) -> None:
    """Have every open item move to the city that has the presidency now."""
    handovers = here.presidencies.the_one().handovers
    for item in here.presidency_items.open_ones():
        if item.follow(handovers, at=at):
            here.presidency_items.save(item)


def check_item(here: Repositories, item_id: str, *, at: datetime) -> None:
    """Have an item move that was opened while the presidency was handed over."""
    item = here.presidency_items.get(item_id)
    if item.follow(here.presidencies.the_one().handovers, at=at):
        here.presidency_items.save(item)
