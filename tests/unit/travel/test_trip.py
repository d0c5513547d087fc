from datetime import UTC, datetime

import pytest

from services.travel.domain.booking import Wish, WishCannotBeMet
from services.travel.domain.copies import MeetingCopy
from services.travel.domain.journey import Direction
from services.travel.domain.trip import Trip, TripIsReleased, TripState, trip_id_of
from shared.contracts.travel import TripBooked, TripOpened, TripReleased, TripWishesGiven
from tests.unit.travel.builders import (
    ISTANBUL,
    MEETING,
    NOW,
    a_journey,
    a_leg,
    a_trip,
    after,
    delegate_confirmed,
    delegate_withdrawn,
    meeting_announced,
    meeting_cancelled,
    party_booked,
    recorded,
    wall,
)

ARRIVAL, DEPARTURE = Direction.ARRIVAL, Direction.DEPARTURE


def a_later_journey() -> object:
    return a_journey(
        a_leg(departs=wall("2024-12-07T12:05", ISTANBUL), arrives=wall("2024-12-07T12:00"))
    )


def test_a_confirmed_delegate_has_an_open_trip() -> None:
    event = delegate_confirmed("ada", 4, role="member")

    trip = Trip.of(event)
    trip.confirm(event, at=NOW)

    assert (trip.state, trip.role, trip.mandate) == (TripState.OPEN, "member", 4)
    (opened,) = recorded(trip)
    assert isinstance(opened, TripOpened)
    assert (opened.trip_id, opened.meeting_id) == (trip.id, MEETING)
    assert (opened.city_id, opened.person_id) == ("tr-istanbul", "ada")


def test_a_delegate_has_one_trip_per_meeting_and_city() -> None:
    ids = {
        trip_id_of(delegate_confirmed()),
        trip_id_of(delegate_withdrawn()),
        trip_id_of(delegate_confirmed(city_id="gr-athens")),
        trip_id_of(delegate_confirmed(meeting_id="another")),
        trip_id_of(delegate_confirmed("ben")),
    }

    assert len(ids) == 4


def test_a_confirmation_heard_twice_opens_a_trip_once() -> None:
    trip = a_trip()

    trip.confirm(delegate_confirmed(), at=NOW)

    assert recorded(trip) == []


def test_a_confirmation_heard_again_after_the_meeting_was_cancelled_opens_nothing() -> None:
    trip = a_trip()
    trip.stop(at=NOW)
    recorded(trip)

    trip.confirm(delegate_confirmed(), at=NOW)

    assert trip.state is TripState.RELEASED
    assert recorded(trip) == []


def test_a_withdrawn_delegate_has_no_open_trip() -> None:
    trip = a_trip()

    trip.withdraw(delegate_withdrawn(reason="declined"), at=after(1))

    assert (trip.state, trip.release_reason, trip.mandate) == (TripState.RELEASED, "declined", 2)
    (released,) = recorded(trip)
    assert isinstance(released, TripReleased)
    assert (released.reason, released.occurred_at) == ("declined", after(1))


def test_a_withdrawal_that_overtakes_its_confirmation_keeps_the_trip_released() -> None:
    withdrawal = delegate_withdrawn("ada", 2)
    trip = Trip.of(withdrawal)

    trip.withdraw(withdrawal, at=NOW)
    trip.confirm(delegate_confirmed("ada", 1), at=NOW)

    assert trip.state is TripState.RELEASED
    assert recorded(trip) == []


def test_a_delegate_who_returns_has_the_same_trip_and_is_told_of_its_bookings_again() -> None:
    trip = a_trip()
    trip.book(ARRIVAL, a_journey(), at=NOW)
    trip.withdraw(delegate_withdrawn("ada", 2), at=NOW)
    recorded(trip)

    trip.confirm(delegate_confirmed("ada", 3), at=after(5))

    assert (trip.state, trip.release_reason, trip.mandate) == (TripState.OPEN, "", 3)
    opened, booked = recorded(trip)
    assert isinstance(opened, TripOpened)
    assert isinstance(booked, TripBooked)
    assert (booked.direction, booked.booking) == ("arrival", 1)


def test_a_second_confirmation_stands_for_the_withdrawal_that_it_has_overtaken() -> None:
    trip = a_trip("ada", 1)

    trip.confirm(delegate_confirmed("ada", 3), at=NOW)
    trip.withdraw(delegate_withdrawn("ada", 2), at=NOW)

    assert (trip.state, trip.mandate) == (TripState.OPEN, 3)
    assert [type(event) for event in recorded(trip)] == [TripReleased, TripOpened]


def test_a_room_goes_with_the_mandate_it_was_reserved_under() -> None:
    trip = a_trip("ada", 1)
    assert trip.keeps(1)

    trip.withdraw(delegate_withdrawn("ada", 2), at=NOW)
    assert not trip.keeps(1)
    assert not trip.keeps(2)

    trip.confirm(delegate_confirmed("ada", 3), at=NOW)
    assert not trip.keeps(1)
    assert trip.keeps(3)


def test_a_cancelled_meeting_stops_a_trip_once() -> None:
    meeting = MeetingCopy(id=MEETING)
    meeting.cancel(meeting_cancelled(), at=NOW)
    trip = a_trip()

    assert trip.follow(meeting, at=NOW)
    assert not trip.follow(meeting, at=NOW)
    trip.stop(at=NOW)

    assert trip.release_reason == "meeting_cancelled"
    assert [type(event) for event in recorded(trip)] == [TripReleased]


def test_a_meeting_that_takes_place_or_was_not_heard_of_stops_nothing() -> None:
    meeting = MeetingCopy(id=MEETING)
    meeting.announce(meeting_announced())
    trip = a_trip()

    assert not trip.follow(meeting, at=NOW)
    assert not trip.follow(None, at=NOW)

    assert trip.is_open


@pytest.mark.parametrize("withdrawn_first", [True, False])
def test_a_withdrawal_names_the_reason_whenever_the_meeting_is_cancelled(
    *, withdrawn_first: bool
) -> None:
    trip = a_trip()

    for withdrawn in (withdrawn_first, not withdrawn_first):
        if withdrawn:
            trip.withdraw(delegate_withdrawn(), at=NOW)
        else:
            trip.stop(at=NOW)

    assert trip.release_reason == "withdrawn"


def test_a_wish_is_kept_apart_from_bookings() -> None:
    trip = a_trip()
    wish = Wish(text="An aisle seat, please.", departs_after=wall("2024-12-06T12:00", ISTANBUL))

    trip.wish(DEPARTURE, wish, at=NOW)

    assert trip.wishes == {DEPARTURE: wish}
    assert trip.bookings == {}
    (given,) = recorded(trip)
    assert isinstance(given, TripWishesGiven)
    assert given.direction == "departure"


def test_a_wish_that_ends_before_it_begins_is_refused_in_true_time() -> None:
    # 10:30 in Istanbul is 08:30 in Tirana in winter.
    after_, before = wall("2024-12-06T10:30", ISTANBUL), wall("2024-12-06T08:30")

    with pytest.raises(WishCannotBeMet) as refused:
        Wish(text="Quick.", departs_after=after_, arrives_before=before)

    assert refused.value.field == "arrives_before"
    assert Wish(text="Slow.", departs_after=before, arrives_before=wall("2024-12-06T08:31"))


def test_a_booking_replaces_the_one_before_of_its_direction() -> None:
    trip = a_trip()

    trip.book(ARRIVAL, a_journey(), at=NOW)
    trip.book(DEPARTURE, a_journey(), at=NOW)
    trip.book(ARRIVAL, a_later_journey(), at=after(1))

    assert trip.bookings[ARRIVAL].number == 2
    assert trip.bookings[ARRIVAL].journey == a_later_journey()
    assert trip.bookings[DEPARTURE].number == 1
    last = recorded(trip)[-1]
    assert isinstance(last, TripBooked)
    assert (last.booking, last.direction, last.party_id) == (2, "arrival", None)
    assert last.legs[0].departs.local == "2024-12-07T12:05:00"
    assert last.legs[0].departs.at == datetime(2024, 12, 7, 9, 5, tzinfo=UTC)


def test_nothing_is_arranged_for_a_released_trip() -> None:
    trip = a_trip()
    trip.withdraw(delegate_withdrawn(), at=NOW)

    with pytest.raises(TripIsReleased):
        trip.book(ARRIVAL, a_journey(), at=NOW)
    with pytest.raises(TripIsReleased):
        trip.wish(ARRIVAL, Wish(text="Early."), at=NOW)


def test_a_trip_follows_the_booking_of_its_party() -> None:
    trip = a_trip()

    trip.book_with_party(party_booked(trip), at=after(9))

    assert trip.bookings[ARRIVAL].party_id == trip.party_id(ARRIVAL) == "party-1"
    assert trip.party_id(DEPARTURE) is None
    (booked,) = recorded(trip)
    assert isinstance(booked, TripBooked)
    assert (booked.party_id, booked.booking) == ("party-1", 1)


def test_a_booking_of_the_party_moves_all_of_it_but_an_overtaken_one_does_not() -> None:
    trip = a_trip()
    older = party_booked(trip, a_journey(), minutes=1, sequence=2)
    newer = party_booked(trip, a_later_journey(), minutes=2, sequence=3)

    trip.book_with_party(newer, at=NOW)
    trip.book_with_party(older, at=NOW)

    assert trip.bookings[ARRIVAL].journey == a_later_journey()
    assert trip.bookings[ARRIVAL].number == 2
    assert len(recorded(trip)) == 1


def test_who_was_booked_alone_after_the_party_stays_booked_alone_until_it_is_booked_again() -> None:
    trip = a_trip()
    trip.book(ARRIVAL, a_later_journey(), at=after(5))

    trip.book_with_party(party_booked(trip, minutes=1, sequence=2), at=NOW)
    assert trip.party_id(ARRIVAL) is None

    trip.book_with_party(party_booked(trip, minutes=9, sequence=3), at=NOW)
    assert trip.party_id(ARRIVAL) == "party-1"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("minutes", [0, 4])
def test_of_two_parties_the_one_booked_later_takes_a_trip_along(
    order: tuple[int, int], minutes: int
) -> None:
    trip = a_trip()
    bookings = [
        party_booked(trip, minutes=0, party_id="party-1"),
        party_booked(trip, minutes=minutes, party_id="party-2"),
    ]

    for place in order:
        trip.book_with_party(bookings[place], at=NOW)

    assert trip.party_id(ARRIVAL) == "party-2"
    assert trip.bookings[ARRIVAL].number == 2


def test_a_released_trip_keeps_its_partys_booking_and_tells_of_it_when_it_is_opened_again() -> None:
    trip = a_trip()
    trip.withdraw(delegate_withdrawn("ada", 2), at=NOW)
    recorded(trip)

    trip.book_with_party(party_booked(trip), at=NOW)
    assert recorded(trip) == []

    trip.confirm(delegate_confirmed("ada", 3), at=NOW)
    assert [type(event) for event in recorded(trip)] == [TripOpened, TripBooked]
