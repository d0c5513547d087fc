"""The JSON that travel takes and gives."""

import re
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.travel.domain.block import Allotment, Hold, Offer
from services.travel.domain.booking import Wish
from services.travel.domain.journey import Direction, Leg, Mode
from services.travel.domain.party import PartyPlan
from services.travel.domain.stay import StayState
from services.travel.domain.trip import TripState
from shared.web.fields import DayField, InstantField, IntegerField, LocalTimeField, SlugField

_ID = validate.Length(1, 64)
_NAME = validate.Length(1, 200)
_TEXT = validate.Length(1, 2000)
_LINE = validate.Regexp(re.compile(r"[^\x00-\x1f\x7f]{1,60}\Z"))
"""One line of at most 60 characters, since it becomes a key of documents and answers."""

# -- taken -------------------------------------------------------------------------------------


class ListTripsSchema(Schema):
    """Which trips."""

    meeting_id = fields.String(load_default=None, validate=_ID)
    city_id = SlugField(load_default=None)


class ListManifestSchema(Schema):
    """Whose travellers."""

    city_id = SlugField(load_default=None)


class ListBlocksSchema(Schema):
    """Which blocks."""

    meeting_id = fields.String(load_default=None, validate=_ID)


class WishJourneySchema(Schema):
    """How a delegate would like to travel."""

    text = fields.String(required=True, validate=_TEXT, attribute="wish.text")
    departs_after = LocalTimeField(
        load_default=None, allow_none=True, attribute="wish.departs_after"
    )
    arrives_before = LocalTimeField(
        load_default=None, allow_none=True, attribute="wish.arrives_before"
    )

    @post_load
    def whole(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the wish as one value."""
        return {"wish": Wish(**given["wish"])}


class LegSchema(Schema):
    """A leg, as it is taken and given."""

    mode = fields.Enum(Mode, by_value=True, required=True)
    origin = fields.String(required=True, validate=_NAME)
    destination = fields.String(required=True, validate=_NAME)
    departs = LocalTimeField(required=True)
    arrives = LocalTimeField(required=True)
    carrier = fields.String(load_default="", validate=validate.Length(0, 100))
    number = fields.String(load_default="", validate=validate.Length(0, 20))

    @post_load
    def whole(self, given: dict[str, Any], **_: Any) -> Leg:
        """Return the leg."""
        return Leg(**given)


class BookJourneySchema(Schema):
    """The legs of one direction, in order of travel."""

    legs = fields.List(fields.Nested(LegSchema), required=True, validate=validate.Length(1, 12))


class FormPartySchema(Schema):
    """Who is to travel together."""

    meeting_id = fields.String(required=True, validate=_ID, attribute="plan.meeting_id")
    name = fields.String(required=True, validate=_NAME, attribute="plan.name")
    trip_ids = fields.List(
        fields.String(validate=_ID),
        required=True,
        validate=validate.Length(1, 200),
        attribute="plan.trip_ids",
    )

    @post_load
    def whole(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the plan as one value."""
        plan = given["plan"]
        return {"plan": PartyPlan(**{**plan, "trip_ids": tuple(plan["trip_ids"])})}


class AllotmentSchema(Schema):
    """One line of a hotel's offer."""

    room_type = fields.String(required=True, validate=_LINE)
    first_night = DayField(required=True)
    last_night = DayField(required=True)
    count = IntegerField(required=True, validate=validate.Range(1, 10_000))

    @post_load
    def whole(self, given: dict[str, Any], **_: Any) -> Allotment:
        """Return the line."""
        return Allotment(**given)


class OpenBlockSchema(Schema):
    """What a hotel keeps for a meeting."""

    meeting_id = fields.String(required=True, validate=_ID, attribute="offer.meeting_id")
    hotel = fields.String(required=True, validate=_NAME, attribute="offer.hotel")
    address = fields.String(
        load_default="", validate=validate.Length(0, 500), attribute="offer.address"
    )
    city_id = SlugField(required=True, attribute="offer.city_id")
    rooms = fields.List(
        fields.Nested(AllotmentSchema),
        required=True,
        validate=validate.Length(1, 50),
        attribute="offer.rooms",
    )

    @post_load
    def whole(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the offer as one value."""
        offer = given["offer"]
        return {"offer": Offer(**{**offer, "rooms": tuple(offer["rooms"])})}


class ReserveStaySchema(Schema):
    """A room for a guest."""

    trip_id = fields.String(required=True, validate=_ID, attribute="hold.trip_id")
    room_type = fields.String(required=True, validate=_LINE, attribute="hold.room_type")
    arrives_on = DayField(required=True, attribute="hold.arrives_on")
    departs_on = DayField(required=True, attribute="hold.departs_on")

    @post_load
    def whole(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return what is wanted as one value."""
        return {"hold": Hold(**given["hold"])}


class ReleaseStaySchema(Schema):
    """Why a room is given back."""

    reason = fields.String(required=True, validate=_TEXT)


# -- given -------------------------------------------------------------------------------------


class WishSchema(Schema):
    """How a delegate would like to travel."""

    text = fields.String()
    departs_after = LocalTimeField(allow_none=True)
    arrives_before = LocalTimeField(allow_none=True)


class BookingSchema(Schema):
    """What is booked for one direction."""

    number = fields.Integer()
    booked_at = InstantField()
    party_id = fields.String(allow_none=True)
    legs = fields.List(fields.Nested(LegSchema), attribute="journey.legs")


class JourneySchema(Schema):
    """The legs of one direction of a party."""

    legs = fields.List(fields.Nested(LegSchema))


def _by_direction(schema: type[Schema]) -> fields.Dict:
    """Return the field of what there is by direction; a direction without it is absent."""
    return fields.Dict(keys=fields.Enum(Direction, by_value=True), values=fields.Nested(schema))


class TripSchema(Schema):
    """A trip."""

    id = fields.String()
    meeting_id = fields.String()
    city_id = fields.String()
    person_id = fields.String()
    role = fields.String()
    state = fields.Enum(TripState, by_value=True)
    release_reason = fields.String()
    wishes = _by_direction(WishSchema)
    bookings = _by_direction(BookingSchema)


class PartySchema(Schema):
    """A party."""

    id = fields.String()
    meeting_id = fields.String()
    name = fields.String()
    trip_ids = fields.List(fields.String())
    bookings = _by_direction(JourneySchema)


class BlockSchema(Schema):
    """A block of rooms; ``stock`` and ``left`` are by room type and night."""

    id = fields.String()
    meeting_id = fields.String()
    hotel = fields.String()
    address = fields.String()
    city_id = fields.String()
    stock = fields.Dict(
        keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Integer())
    )
    left = fields.Dict(
        keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Integer())
    )


class _RoomSchema(Schema):
    block_id = fields.String()
    meeting_id = fields.String()
    trip_id = fields.String()
    city_id = fields.String()
    person_id = fields.String()
    hotel = fields.String()
    room_type = fields.String()
    arrives_on = fields.Date()
    departs_on = fields.Date()


class ReservedStaySchema(_RoomSchema):
    """A stay whose room was taken out of stock."""

    id = fields.String(attribute="stay_id")


class StaySchema(_RoomSchema):
    """A stay."""

    id = fields.String()
    state = fields.Enum(StayState, by_value=True)
    release_reason = fields.String()


class RoomingRowSchema(Schema):
    """One guest on a hotel's list; names are in Latin letters."""

    stay_id = fields.String(attribute="stay.id")
    room_type = fields.String(attribute="stay.room_type")
    arrives_on = fields.Date(attribute="stay.arrives_on")
    departs_on = fields.Date(attribute="stay.departs_on")
    person_id = fields.String(attribute="stay.person_id")
    name = fields.String(attribute="guest.name", dump_default=None)
    title = fields.String(attribute="guest.title", dump_default=None)
    city_id = fields.String(attribute="stay.city_id")
    city = fields.String(attribute="city.name", dump_default=None)


class ManifestRowSchema(Schema):
    """One traveller on the hosts' list.

    ``leg`` is the last one of an arrival and the first one of a departure, ``None`` when nothing
    is booked; ``in_time`` tells whether it fits the meeting's times, ``None`` when nobody knows.
    """

    trip_id = fields.String(attribute="trip.id")
    person_id = fields.String(attribute="trip.person_id")
    name = fields.String(attribute="guest.name", dump_default=None)
    original_name = fields.String(attribute="guest.original_name", dump_default=None)
    title = fields.String(attribute="guest.title", dump_default=None)
    role = fields.String(attribute="trip.role")
    city_id = fields.String(attribute="trip.city_id")
    city = fields.String(attribute="city.name", dump_default=None)
    complete = fields.Boolean(attribute="is_complete")
    party_id = fields.String(attribute="party.id", dump_default=None)
    party = fields.String(attribute="party.name", dump_default=None)
    leg = fields.Nested(LegSchema, allow_none=True)
    hotel = fields.String(attribute="stay.hotel", dump_default=None)
    in_time = fields.Boolean(allow_none=True)
