import itertools
from typing import Any

import pytest

from services.notification.domain import news, notices, revocations
from services.notification.domain.judgement import calendar_method, overtaken
from tests.unit.notification.builders import (
    a_booking,
    a_cancellation,
    a_confirmation,
    a_decline,
    a_meeting,
    a_passing,
    a_removal,
    a_rescheduling,
    a_room,
    a_stay_release,
    a_trip_release,
    a_withdrawal,
    an_acceptance,
    an_attendance,
    an_invitation,
)

ELSEWHERE = a_confirmation(1, delegation_id="d-2")


@pytest.mark.parametrize(
    ("fact", "heard", "reason"),
    [
        (an_invitation(1), [], None),
        (an_invitation(1), [an_invitation(1)], None),
        (an_invitation(1), [an_acceptance(2)], "answered"),
        (an_invitation(1), [a_decline(2)], "declined"),
        (an_invitation(1), [a_decline(2), a_passing(3)], "declined"),
        (an_invitation(1), [a_withdrawal(3)], "withdrawn"),
        (an_invitation(1), [an_invitation(4, generation=2)], "superseded"),
        (an_acceptance(2), [an_invitation(1)], None),
        (an_acceptance(2), [an_acceptance(2)], None),
        (an_acceptance(2), [an_acceptance(2), a_decline(3)], "declined"),
        (an_acceptance(2), [a_withdrawal(3)], "withdrawn"),
        (a_withdrawal(3), [an_acceptance(2)], None),
        (a_withdrawal(3), [a_withdrawal(3), a_decline(4)], None),
        (a_withdrawal(3), [an_invitation(4)], "superseded"),
        (a_confirmation(2), [a_confirmation(2)], None),
        (a_confirmation(2), [a_removal(3)], "withdrawn"),
        (a_confirmation(2), [a_confirmation(5)], "superseded"),
        (a_confirmation(2), [a_removal(3, delegation_id="d-2")], None),
        (a_removal(3), [a_confirmation(2)], None),
        (a_removal(3), [a_removal(5)], None),
        (a_removal(3), [a_confirmation(4)], "superseded"),
        (a_booking(2), [a_booking(2)], None),
        (a_booking(2), [a_booking(3, booking=2)], "superseded"),
        (a_booking(2), [a_booking(3, direction="departure", booking=2)], None),
        (a_booking(2), [a_trip_release(3)], "released"),
        (a_booking(5, booking=2), [a_trip_release(3)], None),
        (a_room(1), [], None),
        (a_room(1), [a_stay_release(2)], "released"),
    ],
)
def test_only_something_newer_of_the_same_thing_overtakes_a_message(
    fact: Any, heard: list[Any], reason: str | None
) -> None:
    (notice,) = notices(fact)
    for order in itertools.permutations(heard):
        found = overtaken(notice.kind, notice.fact, a_meeting(), an_attendance(*order))
        assert found == reason


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (an_invitation(), "meeting_cancelled"),
        (an_acceptance(), "meeting_cancelled"),
        (a_confirmation(), "meeting_cancelled"),
        (a_booking(), "meeting_cancelled"),
        (a_room(), "meeting_cancelled"),
        (a_withdrawal(), None),
        (a_removal(), None),
    ],
)
def test_of_a_cancelled_meeting_only_goodbyes_are_told(fact: Any, reason: str | None) -> None:
    (notice,) = notices(fact)
    meeting = a_meeting(a_cancellation())

    assert overtaken(notice.kind, notice.fact, meeting, an_attendance()) == reason


@pytest.mark.parametrize(
    ("heard", "reasons"),
    [
        ([an_invitation()], ["meeting_cancelled", None]),
        ([an_invitation(), a_decline()], ["meeting_cancelled", "declined"]),
        ([an_invitation(), a_withdrawal()], ["meeting_cancelled", "withdrawn"]),
    ],
)
def test_of_several_changes_only_the_last_is_told_and_only_to_whom_it_concerns(
    heard: list[Any], reasons: list[str | None]
) -> None:
    meeting, attendance = a_meeting(a_rescheduling(), a_cancellation()), an_attendance(*heard)

    told = news(meeting, attendance)

    assert [overtaken(n.kind, n.fact, meeting, attendance) for n in told] == reasons


def test_a_change_stays_true_while_nothing_is_heard_of_whom_it_concerns() -> None:
    meeting = a_meeting(a_rescheduling())
    (notice,) = news(meeting, an_attendance(an_invitation()))

    assert overtaken(notice.kind, notice.fact, meeting, an_attendance()) is None


def test_a_change_is_superseded_by_the_next() -> None:
    meeting = a_meeting(a_rescheduling(3, revision=1), a_rescheduling(4, revision=2))
    attendance = an_attendance(an_invitation())

    told = news(meeting, attendance)

    assert [overtaken(n.kind, n.fact, meeting, attendance) for n in told] == ["superseded", None]


@pytest.mark.parametrize(
    ("fact", "heard", "method"),
    [
        (an_invitation(), [an_invitation()], None),
        (an_acceptance(2), [], "REQUEST"),
        (an_acceptance(2), [an_acceptance(2), a_confirmation(2)], "REQUEST"),
        (an_acceptance(2), [an_acceptance(2), a_removal(3)], None),
        (a_withdrawal(3), [an_invitation(1), a_withdrawal(3)], None),
        (a_withdrawal(3), [an_acceptance(2), a_withdrawal(3)], "CANCEL"),
        (a_withdrawal(3), [an_acceptance(2), a_withdrawal(3), a_confirmation(2)], None),
        (a_confirmation(2), [], "REQUEST"),
        (a_confirmation(2), [an_invitation(1)], "REQUEST"),
        (a_confirmation(2), [an_acceptance(2)], None),
        (a_confirmation(4), [an_acceptance(2), a_removal(3), a_confirmation(4)], "REQUEST"),
        (a_removal(3), [], "CANCEL"),
        (a_removal(3), [a_confirmation(2)], "CANCEL"),
        (a_removal(3), [a_removal(3), ELSEWHERE], None),
        (a_booking(), [a_confirmation()], None),
        (a_room(), [a_confirmation()], None),
    ],
)
def test_the_calendar_follows_whether_the_person_comes(
    fact: Any, heard: list[Any], method: str | None
) -> None:
    (notice,) = notices(fact)

    assert calendar_method(notice.kind, notice.fact, an_attendance(*heard)) == method


@pytest.mark.parametrize(
    ("heard", "methods"),
    [
        ([an_invitation()], [None, None]),
        ([an_invitation(), an_acceptance()], ["REQUEST", "CANCEL"]),
        ([a_confirmation()], ["REQUEST", "CANCEL"]),
        ([an_invitation(), an_acceptance(), a_removal()], [None, None]),
    ],
)
def test_a_change_moves_or_removes_the_entry_of_who_comes(
    heard: list[Any], methods: list[str | None]
) -> None:
    attendance = an_attendance(*heard)

    told = news(a_meeting(a_rescheduling(), a_cancellation()), attendance)

    assert [calendar_method(n.kind, n.fact, attendance) for n in told] == methods


@pytest.mark.parametrize(("also", "method"), [([], "CANCEL"), ([a_confirmation()], None)])
def test_who_takes_an_acceptance_back_loses_the_entry_unless_a_delegation_counts_on_them(
    also: list[Any], method: str | None
) -> None:
    attendance = an_attendance(an_acceptance(2), a_decline(3), *also)
    (notice,) = revocations(attendance)

    assert calendar_method(notice.kind, notice.fact, attendance) == method
