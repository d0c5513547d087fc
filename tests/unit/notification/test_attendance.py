import itertools
from typing import Any

import pytest

from services.notification.domain import people_of
from tests.unit.notification.builders import (
    NOW,
    a_booking,
    a_confirmation,
    a_decline,
    a_passing,
    a_person,
    a_removal,
    a_stay_release,
    a_trip_release,
    a_withdrawal,
    an_acceptance,
    an_attendance,
    an_invitation,
    names,
)


def test_being_invited_is_noted_once() -> None:
    attendance = an_attendance(an_invitation(revision=2))

    attendance.note(an_invitation(revision=2), at=NOW)

    assert attendance.is_concerned
    assert not attendance.is_coming
    assert attendance.since_revision == 2
    assert names(attendance) == ["AttendanceNoted"]


def test_having_been_told_of_an_earlier_revision_is_noted() -> None:
    attendance = an_attendance(a_confirmation(revision=3))
    names(attendance)

    attendance.note(an_invitation(revision=1), at=NOW)
    attendance.note(a_confirmation(5, revision=4), at=NOW)

    assert attendance.since_revision == 1
    assert names(attendance) == ["AttendanceNoted"]


@pytest.mark.parametrize(
    ("heard", "concerned", "coming", "declined"),
    [
        ([an_invitation(1)], True, False, False),
        ([an_invitation(1), an_acceptance(2)], True, True, False),
        ([an_invitation(1), a_decline(2)], False, False, True),
        ([an_invitation(1), a_decline(2), a_passing(3)], False, False, True),
        ([an_invitation(1), an_acceptance(2), a_withdrawal(3)], False, False, False),
        ([an_invitation(1), an_acceptance(2), a_confirmation(2)], True, True, False),
        ([an_acceptance(2), a_confirmation(2), a_removal(3)], True, False, False),
        ([a_confirmation(2)], True, True, False),
        ([a_confirmation(2), a_removal(3)], False, False, False),
        ([a_confirmation(2), a_removal(3), a_confirmation(5)], True, True, False),
        ([a_confirmation(2), a_removal(3, reason="meeting_cancelled")], True, True, False),
        ([an_acceptance(2), a_removal(2, was_confirmed=False)], True, True, False),
    ],
)
def test_where_a_person_stands_does_not_depend_on_the_order_of_hearing(
    heard: list[Any], concerned: bool, coming: bool, declined: bool
) -> None:
    for order in itertools.permutations(heard):
        attendance = an_attendance(*order)

        assert attendance.is_concerned is concerned
        assert attendance.is_coming is coming
        assert attendance.has_declined is declined


def test_the_alternate_is_invited_by_the_passing() -> None:
    attendance = an_attendance(a_passing(person_id="p-1", from_person_id="p-9"))

    assert attendance.is_concerned
    assert not attendance.has_declined
    assert attendance.since_revision == 0


def test_an_acceptance_taken_back_is_noted_in_either_order() -> None:
    for order in itertools.permutations([an_acceptance(2), a_decline(3)]):
        attendance = an_attendance(*order)

        assert names(attendance) == ["AttendanceNoted"]
        assert attendance.invitations["i-1"].revoked_by == 3


def test_a_decline_of_what_was_not_accepted_is_not_noted() -> None:
    attendance = an_attendance(a_decline(2))

    assert names(attendance) == []
    assert attendance.invitations["i-1"].revoked_by == 0


def test_the_highest_booking_of_a_direction_counts() -> None:
    attendance = an_attendance(a_booking(4, booking=2), a_booking(2, booking=1))

    assert attendance.bookings == {"t-1/arrival": 2}


def test_the_newest_release_counts() -> None:
    attendance = an_attendance(a_trip_release(5), a_trip_release(3), a_stay_release(2))

    assert attendance.released == {"t-1": 5, "s-1": 2}


def test_an_event_that_is_not_about_a_person_at_a_meeting_is_refused() -> None:
    with pytest.raises(TypeError, match="PersonDescribed"):
        an_attendance(a_person())


@pytest.mark.parametrize(
    ("event", "people"),
    [
        (an_invitation(), ["p-1"]),
        (a_passing(), ["p-2", "p-1"]),
        (a_passing(person_id="p-1"), ["p-1"]),
        (a_withdrawal(person_id=None), []),
    ],
)
def test_an_event_names_the_people_it_is_about(event: Any, people: list[str]) -> None:
    assert people_of(event) == people
