"""Doors of what the presidency has to see to."""

from datetime import date

from services.membership.domain.presidency_item import ItemState, ItemTask, PresidencyItem
from services.membership.domain.presidency_rights import Right
from services.membership.repository import Repositories
from services.membership.schemas.presidency_item import (
    CloseItemSchema,
    ListItemsSchema,
    OpenItemSchema,
    PresidencyItemSchema,
)
from services.membership.service.access import PRESIDENCY, check_right, today
from services.membership.use_cases import presidency_items
from shared.clock import utc_now
from shared.web.auth import Principal
from shared.web.http import http
from shared.web.paging import Page, PageRequest

ITEM = "/v1/presidency-items/<item_id>"


class PresidencyItemDoors:
    """What can be asked and done about items of the presidency."""

    @http(
        "POST",
        "/v1/presidency-items",
        takes=OpenItemSchema,
        gives=PresidencyItemSchema,
        creates=True,
        allow=PRESIDENCY,
    )
    def open_item(
        self: Repositories, new_id: str, task: ItemTask, principal: Principal
    ) -> PresidencyItem:
        """Open an item for whoever has the presidency."""
        check_right(self, principal, Right.SEE_TO_ITEMS)
        return presidency_items.open_item(self, new_id, task, at=utc_now())

    @http(
        "GET",
        "/v1/presidency-items",
        takes=ListItemsSchema,
        lists=PresidencyItemSchema,
        allow=PRESIDENCY,
    )
    def list_items(
        self: Repositories,
        page: PageRequest,
        on: date | None,
        state: ItemState | None,
        principal: Principal,
    ) -> Page[PresidencyItem]:
        """List items as they were on a day, by the day on which they are due; today unless told."""
        check_right(self, principal, Right.SEE_TO_ITEMS)
        return presidency_items.list_items(self, page, on=on or today(), state=state)

    @http("GET", ITEM, gives=PresidencyItemSchema, allow=PRESIDENCY)
    def get_item(self: Repositories, item_id: str, principal: Principal) -> PresidencyItem:
        """Look up an item."""
        check_right(self, principal, Right.SEE_TO_ITEMS)
        return self.presidency_items.get(item_id)

    @http(
        "POST",
        f"{ITEM}/closure",
        takes=CloseItemSchema,
        gives=PresidencyItemSchema,
        allow=PRESIDENCY,
    )
    def close_item(
        self: Repositories, item_id: str, outcome: str, principal: Principal
    ) -> PresidencyItem:
        """Note that nothing is left to do about an item."""
        check_right(self, principal, Right.SEE_TO_ITEMS)
        return presidency_items.close_item(self, item_id, outcome=outcome, at=utc_now())
