import pytest

from services.travel.domain.stay import AlreadyReleased, Stay, StayState
from shared.contracts.travel import StayConfirmed, StayReleased
from tests.unit.travel.builders import (
    NOW,
    a_block,
    a_hold,
    a_stay,
    a_trip,
    after,
    delegate_confirmed,
    delegate_withdrawn,
    recorded,
)


def test_a_stay_follows_from_what_its_block_has_taken_out_of_stock() -> None:
    trip = a_trip()
    reserved = a_block().reserve("stay-1", a_hold(trip), trip, at=NOW)

    stay = Stay.follow_block(reserved, trip, at=after(1))

    assert stay.state is StayState.CONFIRMED
    (confirmed,) = recorded(stay)
    assert isinstance(confirmed, StayConfirmed)
    for name in ("stay_id", "block_id", "meeting_id", "trip_id", "city_id", "person_id"):
        assert getattr(confirmed, name) == getattr(reserved, name)
    for name in ("hotel", "room_type", "arrives_on", "departs_on"):
        assert getattr(confirmed, name) == getattr(reserved, name) == getattr(stay, name)


def test_a_stay_whose_trip_was_released_meanwhile_is_released_at_once() -> None:
    trip = a_trip()
    reserved = a_block().reserve("stay-1", a_hold(trip), trip, at=NOW)
    trip.withdraw(delegate_withdrawn(), at=NOW)

    stay = Stay.follow_block(reserved, trip, at=NOW)

    assert (stay.state, stay.release_reason) == (StayState.RELEASED, "trip_released")
    (released,) = recorded(stay)
    assert isinstance(released, StayReleased)
    assert (released.stay_id, released.block_id) == ("stay-1", "block-1")


def test_a_stay_is_given_up_with_its_trip_even_when_the_delegate_has_returned_by_then() -> None:
    trip = a_trip("ada", 1)
    stay = a_stay(trip)
    assert not stay.follow_trip(trip, at=NOW)

    trip.withdraw(delegate_withdrawn("ada", 2), at=NOW)
    trip.confirm(delegate_confirmed("ada", 3), at=NOW)

    assert stay.follow_trip(trip, at=NOW)
    assert not stay.follow_trip(trip, at=NOW)
    assert [type(event) for event in recorded(stay)] == [StayReleased]


def test_a_room_is_given_back_once() -> None:
    stay = a_stay(a_trip())

    stay.release("Stays with a cousin.", at=NOW)

    assert (stay.state, stay.release_reason) == (StayState.RELEASED, "Stays with a cousin.")
    with pytest.raises(AlreadyReleased):
        stay.release("Again.", at=NOW)
