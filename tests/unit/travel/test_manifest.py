from typing import Any

import pytest

from services.travel.domain.copies import MeetingCopy
from services.travel.domain.journey import Direction, Mode
from services.travel.domain.manifest import ManifestRow
from services.travel.domain.trip import Trip
from tests.unit.travel.builders import (
    MEETING,
    NOW,
    a_journey,
    a_leg,
    a_trip,
    meeting_announced,
    wall,
)

ARRIVAL, DEPARTURE = Direction.ARRIVAL, Direction.DEPARTURE


def a_meeting() -> MeetingCopy:
    """Return a meeting from 11:00 to 15:00 in Tirana."""
    meeting = MeetingCopy(id=MEETING)
    meeting.announce(meeting_announced())
    return meeting


def a_row(direction: Direction, trip: Trip, meeting: MeetingCopy | None) -> ManifestRow:
    nothing: dict[str, Any] = {"guest": None, "city": None, "party": None, "stay": None}
    return ManifestRow(direction=direction, trip=trip, meeting=meeting, **nothing)


def a_drive(departs: str, arrives: str) -> Any:
    return a_leg(
        mode=Mode.ROAD,
        origin="Tirana",
        destination="Durrës",
        departs=wall(departs),
        arrives=wall(arrives),
    )


def test_hosts_see_the_last_leg_in_and_the_first_leg_out() -> None:
    trip = a_trip()
    flight, drive = a_leg(), a_drive("2024-12-07T09:00", "2024-12-07T09:40")
    trip.book(ARRIVAL, a_journey(flight, drive), at=NOW)
    trip.book(DEPARTURE, a_journey(flight, drive), at=NOW)

    assert a_row(ARRIVAL, trip, None).leg == drive
    assert a_row(DEPARTURE, trip, None).leg == flight


def test_a_trip_without_a_booking_is_incomplete_in_that_direction_alone() -> None:
    trip = a_trip()
    trip.book(ARRIVAL, a_journey(), at=NOW)

    assert a_row(ARRIVAL, trip, a_meeting()).is_complete
    departure = a_row(DEPARTURE, trip, a_meeting())
    assert not departure.is_complete
    assert departure.leg is None
    assert departure.in_time is None


@pytest.mark.parametrize(
    ("direction", "departs", "arrives", "in_time"),
    [
        (ARRIVAL, "2024-12-07T10:00", "2024-12-07T11:00", True),
        (ARRIVAL, "2024-12-07T10:00", "2024-12-07T11:01", False),
        (DEPARTURE, "2024-12-07T15:00", "2024-12-07T16:00", True),
        (DEPARTURE, "2024-12-07T14:59", "2024-12-07T16:00", False),
    ],
)
def test_a_traveller_is_in_time_for_the_beginning_and_the_end(
    direction: Direction, departs: str, arrives: str, *, in_time: bool
) -> None:
    trip = a_trip()
    trip.book(direction, a_journey(a_drive(departs, arrives)), at=NOW)

    assert a_row(direction, trip, a_meeting()).in_time is in_time


@pytest.mark.parametrize("meeting", [None, MeetingCopy(id=MEETING)])
def test_nobody_is_late_for_a_meeting_whose_times_are_not_known(
    meeting: MeetingCopy | None,
) -> None:
    trip = a_trip()
    trip.book(ARRIVAL, a_journey(), at=NOW)

    assert a_row(ARRIVAL, trip, meeting).in_time is None
