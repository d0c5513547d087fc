from datetime import date

import pytest

from services.travel.domain.block import (
    AlreadyReserved,
    AlreadyStays,
    DepartsBeforeArrival,
    LastNightBeforeFirst,
    NoRoomLeft,
    TooManyNights,
    UnknownNight,
    UnknownRoomType,
)
from services.travel.domain.trip import OtherMeeting, TripIsReleased, UnknownTrip
from shared.contracts.travel import StayReserved
from tests.unit.travel.builders import (
    NOW,
    OTHER_MEETING,
    a_block,
    a_hold,
    a_trip,
    an_allotment,
    delegate_withdrawn,
    recorded,
)


def test_lines_of_an_offer_add_up_night_by_night() -> None:
    block = a_block(
        an_allotment(count=4),
        an_allotment(first_night=date(2024, 12, 7), last_night=date(2024, 12, 7), count=3),
        an_allotment(room_type="suite", last_night=date(2024, 12, 6), count=1),
    )

    assert block.stock == {
        "single": {"2024-12-06": 4, "2024-12-07": 7, "2024-12-08": 4},
        "suite": {"2024-12-06": 1},
    }
    assert block.left == block.stock


@pytest.mark.parametrize(
    ("last_night", "error"),
    [(date(2024, 12, 5), LastNightBeforeFirst), (date(2025, 2, 4), TooManyNights)],
)
def test_a_line_has_one_to_sixty_nights(last_night: date, error: type[Exception]) -> None:
    with pytest.raises(error) as refused:
        a_block(an_allotment(), an_allotment(last_night=last_night))

    assert getattr(refused.value, "field", None) == "rooms.1.last_night"


def test_a_line_may_have_sixty_nights() -> None:
    block = a_block(an_allotment(last_night=date(2025, 2, 3)))

    assert len(block.stock["single"]) == 60


def test_a_stay_takes_a_room_out_of_stock_in_each_of_its_nights() -> None:
    block, trip = a_block(), a_trip("ada", 5)

    reserved = block.reserve("stay-1", a_hold(trip), trip, at=NOW)

    assert block.left == {"single": {"2024-12-06": 1, "2024-12-07": 1, "2024-12-08": 2}}
    assert recorded(block) == [reserved]
    assert reserved == StayReserved(
        stay_id="stay-1",
        block_id="block-1",
        meeting_id=trip.meeting_id,
        trip_id=trip.id,
        city_id="tr-istanbul",
        person_id="ada",
        hotel="Hotel Rogner",
        room_type="single",
        arrives_on=date(2024, 12, 6),
        departs_on=date(2024, 12, 8),
        mandate=5,
        occurred_at=NOW,
    )


def test_a_full_night_refuses_the_whole_stay_and_is_named() -> None:
    block = a_block(an_allotment(count=1))
    ada, ben = a_trip("ada"), a_trip("ben")
    block.reserve("stay-1", a_hold(ada, 7, 8), ada, at=NOW)
    left = block.left

    with pytest.raises(NoRoomLeft) as refused:
        block.reserve("stay-2", a_hold(ben, 6, 9), ben, at=NOW)

    assert refused.value.params["nights"] == "2024-12-07"
    assert block.left == left


def test_nobody_is_turned_away_while_every_night_has_a_room() -> None:
    block = a_block(an_allotment(count=1))
    ada, ben, cem = a_trip("ada"), a_trip("ben"), a_trip("cem")

    block.reserve("stay-1", a_hold(ada, 6, 7), ada, at=NOW)
    block.reserve("stay-2", a_hold(ben, 8, 9), ben, at=NOW)
    block.reserve("stay-3", a_hold(cem, 7, 8), cem, at=NOW)

    assert set(block.left["single"].values()) == {0}


def test_a_released_stay_gives_its_nights_back_once() -> None:
    block, ada, ben = a_block(an_allotment(count=1)), a_trip("ada"), a_trip("ben")
    block.reserve("stay-1", a_hold(ada), ada, at=NOW)

    block.release("stay-1")
    block.reserve("stay-2", a_hold(ben), ben, at=NOW)
    block.release("stay-1")
    block.release("never heard of")

    assert set(block.holds) == {"stay-2"}
    assert block.returned == ("stay-1",)


@pytest.mark.parametrize("released", [False, True])
def test_a_stay_is_reserved_once_even_after_its_release(*, released: bool) -> None:
    block, ada = a_block(), a_trip()
    block.reserve("stay-1", a_hold(ada), ada, at=NOW)
    if released:
        block.release("stay-1")

    with pytest.raises(AlreadyReserved):
        block.reserve("stay-1", a_hold(ada), ada, at=NOW)


def test_a_guest_has_one_room_a_night() -> None:
    block, ada = a_block(), a_trip()
    block.reserve("stay-1", a_hold(ada, 6, 8), ada, at=NOW)

    with pytest.raises(AlreadyStays) as refused:
        block.reserve("stay-2", a_hold(ada, 7, 9), ada, at=NOW)

    assert refused.value.params["stay_id"] == "stay-1"
    assert block.reserve("stay-3", a_hold(ada, 8, 9), ada, at=NOW)


def test_a_guest_without_a_trip_gets_no_room() -> None:
    with pytest.raises(UnknownTrip) as refused:
        a_block().reserve("stay-1", a_hold(a_trip()), None, at=NOW)

    assert refused.value.field == "trip_id"


def test_a_guest_of_another_meeting_gets_no_room() -> None:
    trip = a_trip(meeting_id=OTHER_MEETING)

    with pytest.raises(OtherMeeting) as refused:
        a_block().reserve("stay-1", a_hold(trip), trip, at=NOW)

    assert refused.value.field == "trip_id"


def test_a_guest_who_does_not_travel_gets_no_room() -> None:
    trip = a_trip()
    trip.withdraw(delegate_withdrawn(), at=NOW)

    with pytest.raises(TripIsReleased):
        a_block().reserve("stay-1", a_hold(trip), trip, at=NOW)


def test_a_room_type_that_the_hotel_does_not_keep_is_refused() -> None:
    trip = a_trip()

    with pytest.raises(UnknownRoomType) as refused:
        a_block().reserve("stay-1", a_hold(trip, room_type="suite"), trip, at=NOW)

    assert refused.value.field == "room_type"


@pytest.mark.parametrize(
    ("arrives", "departs", "field"), [(5, 7, "arrives_on"), (8, 10, "departs_on")]
)
def test_a_night_that_the_hotel_does_not_keep_is_refused(
    arrives: int, departs: int, field: str
) -> None:
    trip = a_trip()

    with pytest.raises(UnknownNight) as refused:
        a_block().reserve("stay-1", a_hold(trip, arrives, departs), trip, at=NOW)

    assert refused.value.field == field


@pytest.mark.parametrize("departs", [6, 5])
def test_who_stays_stays_for_a_night_at_least(departs: int) -> None:
    with pytest.raises(DepartsBeforeArrival) as refused:
        a_hold(a_trip(), 6, departs)

    assert refused.value.field == "departs_on"


def test_nobody_stays_longer_than_sixty_nights() -> None:
    with pytest.raises(TooManyNights) as refused:
        a_hold(a_trip(), departs_on=date(2025, 2, 5))

    assert refused.value.field == "departs_on"
    assert a_hold(a_trip(), departs_on=date(2025, 2, 4))
