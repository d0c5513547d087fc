import pytest

from services.travel.domain.journey import Direction
from services.travel.domain.party import Party, PartyPlan, TripNamedTwice
from services.travel.domain.trip import OtherMeeting, Trip, TripIsReleased, UnknownTrip
from shared.contracts.travel import PartyBooked, PartyFormed
from tests.unit.travel.builders import (
    MEETING,
    NOW,
    OTHER_MEETING,
    a_journey,
    a_party,
    a_trip,
    delegate_withdrawn,
    recorded,
)


def form(*trips: Trip, named: tuple[str, ...] | None = None) -> Party:
    ids = named or tuple(trip.id for trip in trips)
    plan = PartyPlan(meeting_id=MEETING, name="Bosphorus", trip_ids=ids)
    return Party.form("party-1", plan, {trip.id: trip for trip in trips}, at=NOW)


def test_delegates_of_two_cities_form_a_party() -> None:
    ada, ben = a_trip("ada"), a_trip("ben", city_id="tr-canakkale")

    party = form(ada, ben)

    assert party.trip_ids == (ada.id, ben.id)
    (formed,) = recorded(party)
    assert isinstance(formed, PartyFormed)
    assert (formed.name, formed.trip_ids) == ("Bosphorus", (ada.id, ben.id))


def test_a_trip_that_there_is_not_cannot_join() -> None:
    ada = a_trip()

    with pytest.raises(UnknownTrip) as refused:
        form(ada, named=(ada.id, "nobody"))

    assert refused.value.field == "trip_ids.1"


def test_nobody_joins_twice() -> None:
    ada = a_trip()

    with pytest.raises(TripNamedTwice) as refused:
        form(ada, named=(ada.id, ada.id))

    assert refused.value.field == "trip_ids.0"


def test_a_trip_to_another_meeting_cannot_join() -> None:
    with pytest.raises(OtherMeeting) as refused:
        form(a_trip(), a_trip("ben", meeting_id=OTHER_MEETING))

    assert refused.value.field == "trip_ids.1"


def test_a_released_trip_cannot_join() -> None:
    ada = a_trip()
    ada.withdraw(delegate_withdrawn(), at=NOW)

    with pytest.raises(TripIsReleased):
        form(ada)


def test_a_party_is_booked_as_one() -> None:
    party = a_party([a_trip("ada"), a_trip("ben")])
    recorded(party)

    party.book(Direction.ARRIVAL, a_journey(), at=NOW)

    assert party.bookings == {Direction.ARRIVAL: a_journey()}
    (booked,) = recorded(party)
    assert isinstance(booked, PartyBooked)
    assert (booked.trip_ids, booked.direction) == (party.trip_ids, "arrival")
    assert booked.legs == a_journey().as_booked()
