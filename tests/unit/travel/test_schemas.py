from datetime import date
from typing import Any

import pytest
from marshmallow import Schema, ValidationError

from services.travel import schemas
from services.travel.domain.block import Allotment, Hold, Offer
from services.travel.domain.booking import Wish
from services.travel.domain.journey import Direction
from services.travel.domain.party import PartyPlan
from tests.unit.travel.builders import ISTANBUL, NOW, a_journey, a_leg, a_trip, wall

LEG = {
    "mode": "air",
    "origin": "IST",
    "destination": "TIA",
    "departs": {"local": "2024-12-07T08:05", "zone": "Europe/Istanbul"},
    "arrives": {"local": "2024-12-07T07:50", "zone": "Europe/Tirane"},
    "carrier": "TK",
    "number": "TK1073",
}
ROOM = {
    "room_type": "single",
    "first_night": "2024-12-06",
    "last_night": "2024-12-08",
    "count": 2,
}
OFFER = {"meeting_id": "m", "hotel": "Plaza", "city_id": "al-tirana", "rooms": [ROOM]}
STAY = {
    "trip_id": "t",
    "room_type": "single",
    "arrives_on": "2024-12-06",
    "departs_on": "2024-12-08",
}
PARTY = {"meeting_id": "m", "name": "Bosphorus", "trip_ids": ["t-1", "t-2"]}


def fields_at_fault(schema: type[Schema], given: Any) -> set[str]:
    with pytest.raises(ValidationError) as refused:
        schema().load(given)
    return set(refused.value.normalized_messages())


def test_a_leg_is_read_and_given_alike() -> None:
    leg = schemas.LegSchema().load(LEG)

    assert leg == a_leg()
    given = schemas.LegSchema().dump(leg)
    assert schemas.LegSchema().load(given) == leg


def test_carrier_and_number_may_be_left_out() -> None:
    leg = schemas.LegSchema().load({**LEG, "carrier": "", "number": ""})

    bare = {name: value for name, value in LEG.items() if name not in ("carrier", "number")}
    assert schemas.LegSchema().load(bare) == leg


def test_an_offer_is_read_as_one_value() -> None:
    room = Allotment(
        room_type="single",
        first_night=date(2024, 12, 6),
        last_night=date(2024, 12, 8),
        count=2,
    )

    assert schemas.OpenBlockSchema().load(OFFER) == {
        "offer": Offer(
            meeting_id="m", hotel="Plaza", address="", city_id="al-tirana", rooms=(room,)
        )
    }


def test_a_wanted_room_a_party_and_a_wish_are_read_as_one_value_each() -> None:
    wish = {
        "text": "Late.",
        "departs_after": {"local": "2024-12-06T12:00", "zone": ISTANBUL},
        "arrives_before": None,
    }

    assert schemas.ReserveStaySchema().load(STAY) == {
        "hold": Hold(
            trip_id="t",
            room_type="single",
            arrives_on=date(2024, 12, 6),
            departs_on=date(2024, 12, 8),
        )
    }
    assert schemas.FormPartySchema().load(PARTY) == {
        "plan": PartyPlan(meeting_id="m", name="Bosphorus", trip_ids=("t-1", "t-2"))
    }
    assert schemas.WishJourneySchema().load(wish) == {
        "wish": Wish(text="Late.", departs_after=wall("2024-12-06T12:00", ISTANBUL))
    }


@pytest.mark.parametrize(
    ("schema", "given", "name", "wrong"),
    [
        (schemas.OpenBlockSchema, OFFER, "hotel", ""),
        (schemas.OpenBlockSchema, OFFER, "hotel", "H" * 201),
        (schemas.OpenBlockSchema, OFFER, "city_id", "Al Tirana"),
        (schemas.OpenBlockSchema, OFFER, "address", None),
        (schemas.OpenBlockSchema, OFFER, "rooms", []),
        (schemas.OpenBlockSchema, OFFER, "rooms", [ROOM] * 51),
        (schemas.OpenBlockSchema, OFFER, "rooms", ROOM),
        (schemas.AllotmentSchema, ROOM, "count", 0),
        (schemas.AllotmentSchema, ROOM, "count", 10_001),
        (schemas.AllotmentSchema, ROOM, "count", True),
        (schemas.AllotmentSchema, ROOM, "first_night", "2024-02-30"),
        (schemas.AllotmentSchema, ROOM, "last_night", "2024-12"),
        (schemas.AllotmentSchema, ROOM, "room_type", "two\nlines"),
        (schemas.ReserveStaySchema, STAY, "arrives_on", "06.12.2024"),
        (schemas.ReserveStaySchema, STAY, "departs_on", None),
        (schemas.ReserveStaySchema, STAY, "room_type", "r" * 61),
        (schemas.ReserveStaySchema, STAY, "trip_id", "t" * 65),
        (schemas.FormPartySchema, PARTY, "trip_ids", []),
        (schemas.FormPartySchema, PARTY, "trip_ids", ["t"] * 201),
        (schemas.FormPartySchema, PARTY, "name", 7),
        (schemas.LegSchema, LEG, "mode", "balloon"),
        (schemas.LegSchema, LEG, "departs", "2024-12-07T08:05"),
        (schemas.LegSchema, LEG, "number", "N" * 21),
        (schemas.LegSchema, LEG, "origin", ""),
        (schemas.BookJourneySchema, {"legs": [LEG]}, "legs", [LEG] * 13),
        (schemas.WishJourneySchema, {"text": "Late."}, "text", "t" * 2001),
        (schemas.WishJourneySchema, {"text": "Late."}, "departs_after", "noon"),
        (schemas.ReleaseStaySchema, {"reason": "No."}, "reason", ""),
        (schemas.ListTripsSchema, {}, "meeting_id", ""),
        (schemas.ListTripsSchema, {}, "city_id", "Istanbul"),
        (schemas.ListManifestSchema, {}, "city_id", "-"),
        (schemas.ListBlocksSchema, {}, "meeting_id", "m" * 65),
    ],
)
def test_a_field_that_is_wrong_is_named(
    schema: type[Schema], given: dict[str, Any], name: str, wrong: Any
) -> None:
    assert schema().load(given)

    assert fields_at_fault(schema, {**given, name: wrong}) == {name}
    assert fields_at_fault(schema, {**given, "colour": "red"}) == {"colour"}


@pytest.mark.parametrize(
    ("schema", "needed"),
    [
        (schemas.OpenBlockSchema, {"meeting_id", "hotel", "city_id", "rooms"}),
        (schemas.AllotmentSchema, {"room_type", "first_night", "last_night", "count"}),
        (schemas.ReserveStaySchema, {"trip_id", "room_type", "arrives_on", "departs_on"}),
        (schemas.FormPartySchema, {"meeting_id", "name", "trip_ids"}),
        (schemas.LegSchema, {"mode", "origin", "destination", "departs", "arrives"}),
        (schemas.BookJourneySchema, {"legs"}),
        (schemas.WishJourneySchema, {"text"}),
        (schemas.ReleaseStaySchema, {"reason"}),
    ],
)
def test_what_is_needed_is_named_when_it_is_missing(schema: type[Schema], needed: set[str]) -> None:
    assert fields_at_fault(schema, {}) == needed


def test_a_trip_gives_what_there_is_by_direction() -> None:
    trip = a_trip()
    trip.book(Direction.ARRIVAL, a_journey(), at=NOW)
    trip.wish(Direction.DEPARTURE, Wish(text="Late."), at=NOW)

    given = schemas.TripSchema().dump(trip)

    assert given["state"] == "open"
    assert set(given["bookings"]) == {"arrival"}
    assert given["bookings"]["arrival"]["number"] == 1
    assert given["bookings"]["arrival"]["booked_at"] == "2024-11-20T09:00:00.000Z"
    assert given["bookings"]["arrival"]["legs"][0]["mode"] == "air"
    assert set(given["wishes"]) == {"departure"}
