"""Valid things of travel; tests override what they are about."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from services.travel.domain.block import Allotment, Block, Hold, Offer
from services.travel.domain.journey import Journey, Leg, Mode
from services.travel.domain.party import Party, PartyPlan
from services.travel.domain.stay import Stay
from services.travel.domain.trip import Trip
from shared.contracts import PlaceTime, events, membership, travel
from shared.domain import Aggregate, Event, bookkeeping, numbered
from shared.local_time import LocalTime, local_time

E = TypeVar("E", bound=Event)

NOW = datetime(2024, 11, 20, 9, 0, tzinfo=UTC)
MEETING, OTHER_MEETING = "meeting-tirana", "meeting-sofia"
ISTANBUL, TIRANA = "Europe/Istanbul", "Europe/Tirane"
AIRPORTS = frozenset({"IST", "TIA", "SOF", "ATH"})


def after(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def place_time(at: datetime, zone: str = TIRANA) -> PlaceTime:
    return PlaceTime(local=local_time(at, zone).local.isoformat(), zone=zone, at=at)


def wall(text: str, zone: str = TIRANA) -> LocalTime:
    return LocalTime(datetime.fromisoformat(text), zone)


def recorded(aggregate: Aggregate) -> list[Event]:
    """Return the events recorded so far, and forget them."""
    book = bookkeeping(aggregate)
    events_, book.recorded = book.recorded, []
    return events_


def a_leg(**override: Any) -> Leg:
    given: dict[str, Any] = {
        "mode": Mode.AIR,
        "origin": "IST",
        "destination": "TIA",
        "departs": wall("2024-12-07T08:05", ISTANBUL),
        "arrives": wall("2024-12-07T07:50"),
        "carrier": "TK",
        "number": "TK1073",
    }
    return Leg(**{**given, **override})


def a_journey(*legs: Leg) -> Journey:
    return Journey.plan(legs or (a_leg(),), airports=AIRPORTS)


def delegate_confirmed(person: str = "ada", sequence: int = 1, **override: Any) -> Any:
    given: dict[str, Any] = {
        "delegation_id": "delegation-1",
        "meeting_id": MEETING,
        "city_id": "tr-istanbul",
        "person_id": person,
        "role": "head",
        "invitee": False,
        "revision": 0,
        "occurred_at": NOW,
    }
    return numbered(events.DelegateConfirmed(**{**given, **override}), sequence)


def delegate_withdrawn(person: str = "ada", sequence: int = 2, **override: Any) -> Any:
    given: dict[str, Any] = {
        "delegation_id": "delegation-1",
        "meeting_id": MEETING,
        "city_id": "tr-istanbul",
        "person_id": person,
        "role": "head",
        "reason": "withdrawn",
        "was_confirmed": True,
        "occurred_at": NOW,
    }
    return numbered(events.DelegateWithdrawn(**{**given, **override}), sequence)


def meeting_announced(sequence: int = 1, **override: Any) -> Any:
    given: dict[str, Any] = {
        "meeting_id": MEETING,
        "title": "Executive Board meeting",
        "kind": "board_meeting",
        "host_city_id": "al-tirana",
        "venue": "City Hall",
        "begins": place_time(datetime(2024, 12, 7, 10, tzinfo=UTC)),
        "ends": place_time(datetime(2024, 12, 7, 14, tzinfo=UTC)),
        "revision": 0,
        "occurred_at": NOW,
    }
    return numbered(events.MeetingAnnounced(**{**given, **override}), sequence)


def meeting_rescheduled(sequence: int = 2, hours: int = 2, **override: Any) -> Any:
    given: dict[str, Any] = {
        "meeting_id": MEETING,
        "begins": place_time(datetime(2024, 12, 7, 10 + hours, tzinfo=UTC)),
        "ends": place_time(datetime(2024, 12, 7, 14 + hours, tzinfo=UTC)),
        "previous_begins": place_time(datetime(2024, 12, 7, 10, tzinfo=UTC)),
        "revision": sequence - 1,
        "occurred_at": NOW,
    }
    return numbered(events.MeetingRescheduled(**{**given, **override}), sequence)


def meeting_cancelled(sequence: int = 3, **override: Any) -> Any:
    given: dict[str, Any] = {
        "meeting_id": MEETING,
        "revision": sequence - 1,
        "reason": "storm",
        "occurred_at": NOW,
    }
    return numbered(events.MeetingCancelled(**{**given, **override}), sequence)


def person_described(person: str = "ada", sequence: int = 1, **override: Any) -> Any:
    given: dict[str, Any] = {
        "person_id": person,
        "city_id": "tr-istanbul",
        "name": person.title(),
        "original_name": "",
        "title": "Mayor",
        "languages": ("tr",),
        "occurred_at": NOW,
    }
    return numbered(membership.PersonDescribed(**{**given, **override}), sequence)


def city_described(city_id: str = "tr-istanbul", sequence: int = 1, **override: Any) -> Any:
    given: dict[str, Any] = {
        "city_id": city_id,
        "name": city_id[3:].title(),
        "names": {},
        "country": city_id[:2].upper(),
        "zone": ISTANBUL,
        "languages": ("tr",),
        "occurred_at": NOW,
    }
    return numbered(membership.CityDescribed(**{**given, **override}), sequence)


def a_trip(person: str = "ada", sequence: int = 1, **override: Any) -> Trip:
    """Return an open trip that has recorded nothing."""
    event = delegate_confirmed(person, sequence, **override)
    trip = Trip.of(event)
    trip.confirm(event, at=NOW)
    recorded(trip)
    return trip


def a_party(trips: Sequence[Trip] = (), party_id: str = "party-1") -> Party:
    found = {trip.id: trip for trip in trips or (a_trip(),)}
    plan = PartyPlan(meeting_id=MEETING, name="Bosphorus", trip_ids=tuple(found))
    return Party.form(party_id, plan, found, at=NOW)


def party_booked(
    trip: Trip,
    journey: Journey | None = None,
    *,
    minutes: int = 0,
    sequence: int = 2,
    party_id: str = "party-1",
    direction: str = "arrival",
) -> travel.PartyBooked:
    event = travel.PartyBooked(
        party_id=party_id,
        meeting_id=MEETING,
        trip_ids=(trip.id,),
        direction=direction,
        legs=(journey or a_journey()).as_booked(),
        occurred_at=after(minutes),
    )
    return numbered(event, sequence)  # type: ignore[return-value]


def an_allotment(**override: Any) -> Allotment:
    given: dict[str, Any] = {
        "room_type": "single",
        "first_night": date(2024, 12, 6),
        "last_night": date(2024, 12, 8),
        "count": 2,
    }
    return Allotment(**{**given, **override})


def a_block(*rooms: Allotment, block_id: str = "block-1") -> Block:
    """Return a block that has recorded nothing: two single rooms for three nights."""
    offer = Offer(
        meeting_id=MEETING,
        hotel="Hotel Rogner",
        address="Bulevardi Dëshmorët e Kombit",
        city_id="al-tirana",
        rooms=rooms or (an_allotment(),),
    )
    block = Block.open(block_id, offer, at=NOW)
    recorded(block)
    return block


def a_hold(trip: Trip, arrives: int = 6, departs: int = 8, **override: Any) -> Hold:
    """Return a wanted room; the days are of December 2024."""
    given: dict[str, Any] = {
        "trip_id": trip.id,
        "room_type": "single",
        "arrives_on": date(2024, 12, arrives),
        "departs_on": date(2024, 12, departs),
    }
    return Hold(**{**given, **override})


def a_stay(trip: Trip, stay_id: str = "stay-1") -> Stay:
    """Return a confirmed stay that has recorded nothing."""
    reserved = a_block().reserve(stay_id, a_hold(trip), trip, at=NOW)
    stay = Stay.follow_block(reserved, trip, at=NOW)
    recorded(stay)
    return stay
