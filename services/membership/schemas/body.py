"""Bodies and their rosters as JSON."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.membership.domain.body import BodyKind, SeatState, SeatTerm
from services.membership.schemas.texts import ID, CityIdField, NameField
from shared.web.fields import BooleanField, DayField

SEATS_MOST = 300


class SeatTermSchema(Schema):
    """Days in which a city holds a seat."""

    city_id = fields.String(required=True)
    starts_on = DayField(required=True)
    ends_on = DayField(required=True, allow_none=True)
    alternate_id = fields.String(required=True, allow_none=True)
    sample = fields.Boolean(required=True)


class SeatSchema(Schema):
    """A seat and who held, holds and will hold it."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    terms = fields.List(fields.Nested(SeatTermSchema), required=True)


class BodySchema(Schema):
    """A body of the network."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.Enum(BodyKind, by_value=True, required=True)
    seats = fields.List(fields.Nested(SeatSchema), required=True)


class FoundBodySchema(Schema):
    """A new body, with the names of its seats in order."""

    name = NameField(required=True)
    kind = fields.Enum(BodyKind, by_value=True, required=True)
    seats = fields.List(NameField(), required=True, validate=validate.Length(1, SEATS_MOST))


class FillSeatSchema(Schema):
    """A term of a seat."""

    city_id = CityIdField(required=True, attribute="term.city_id")
    starts_on = DayField(required=True, attribute="term.starts_on")
    ends_on = DayField(load_default=None, attribute="term.ends_on")
    alternate_id = fields.String(load_default=None, validate=ID, attribute="term.alternate_id")
    sample = BooleanField(load_default=False, attribute="term.sample")

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the term as the domain knows it."""
        return {"term": SeatTerm(**loaded["term"])}


class VacateSeatSchema(Schema):
    """From which day on a seat is empty."""

    since = DayField(required=True)


class GetRosterSchema(Schema):
    """As of which day; today (UTC) when absent."""

    on = DayField(load_default=None)


class RosterEntrySchema(Schema):
    """A seat on a day; without a city when it is vacant."""

    seat_id = fields.String(required=True)
    name = fields.String(required=True)
    state = fields.Enum(SeatState, by_value=True, required=True)
    city_id = fields.String(
        required=True, allow_none=True, dump_default=None, attribute="term.city_id"
    )
    starts_on = DayField(
        required=True, allow_none=True, dump_default=None, attribute="term.starts_on"
    )
    ends_on = DayField(required=True, allow_none=True, dump_default=None, attribute="term.ends_on")
    alternate_id = fields.String(
        required=True, allow_none=True, dump_default=None, attribute="term.alternate_id"
    )
    sample = fields.Boolean(required=True, dump_default=False, attribute="term.sample")


class RosterSchema(Schema):
    """Who sits in a body on a day, by seat."""

    body_id = fields.String(required=True)
    name = fields.String(required=True)
    on = DayField(required=True)
    seats = fields.List(fields.Nested(RosterEntrySchema), required=True)
