"""Items of the presidency as JSON."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.membership.domain.presidency_item import ItemState, ItemTask
from services.membership.schemas.texts import REASON_MOST, NameField
from shared.web.fields import DayField

TEXT = validate.Length(0, REASON_MOST)


class ItemOwnerSchema(Schema):
    """Who sees to an item from a day on; nobody yet when ``city_id`` is null."""

    city_id = fields.String(required=True, allow_none=True)
    since = DayField(required=True)


class PresidencyItemSchema(Schema):
    """Something that the presidency has to see to, and which city does."""

    id = fields.String(required=True)
    title = fields.String(required=True, attribute="task.title")
    details = fields.String(required=True, attribute="task.details")
    due_on = DayField(required=True, attribute="task.due_on")
    state = fields.String(required=True)
    city_id = fields.String(required=True, allow_none=True, attribute="owner_id")
    owners = fields.List(fields.Nested(ItemOwnerSchema), required=True)
    opened_on = DayField(required=True)
    closed_on = DayField(required=True, allow_none=True)
    outcome = fields.String(required=True)


class OpenItemSchema(Schema):
    """What is to be done by when."""

    title = NameField(required=True, attribute="task.title")
    details = fields.String(load_default="", validate=TEXT, attribute="task.details")
    due_on = DayField(required=True, attribute="task.due_on")

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the task as the domain knows it."""
        return {"task": ItemTask(**loaded["task"])}


class CloseItemSchema(Schema):
    """What came of it."""

    outcome = fields.String(load_default="", validate=TEXT)


class ListItemsSchema(Schema):
    """As of which day; today (UTC) when absent. Open and closed ones when no state is given."""

    on = DayField(load_default=None)
    state = fields.Enum(ItemState, by_value=True, load_default=None)
