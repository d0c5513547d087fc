from typing import Any

import pytest

from services.notification.domain import news, notices, revocations
from tests.unit.notification.builders import (
    a_booking,
    a_cancellation,
    a_confirmation,
    a_decline,
    a_meeting,
    a_passing,
    a_person,
    a_removal,
    a_rescheduling,
    a_room,
    a_withdrawal,
    an_acceptance,
    an_attendance,
    an_invitation,
)


@pytest.mark.parametrize(
    ("event", "kind", "person_id", "key"),
    [
        (an_invitation(), "invitation", "p-1", "i-1@1"),
        (a_passing(), "invitation", "p-2", "i-1@2"),
        (an_acceptance(2), "invitation_accepted", "p-1", "i-1@2"),
        (a_withdrawal(3), "invitation_withdrawn", "p-1", "i-1@3"),
        (a_confirmation(2), "delegate_confirmed", "p-1", "d-1@2"),
        (a_removal(3), "delegate_withdrawn", "p-1", "d-1@3"),
        (a_booking(), "trip_booked", "p-1", "t-1/arrival@1"),
        (a_room(), "room_confirmed", "p-1", "s-1"),
    ],
)
def test_a_fact_is_told_to_whom_it_is_about(
    event: Any, kind: str, person_id: str, key: str
) -> None:
    (notice,) = notices(event)

    assert (notice.kind, notice.person_id, notice.key) == (kind, person_id, key)
    assert notice.meeting_id == "m-1"


@pytest.mark.parametrize(
    "event",
    [
        a_person(),
        a_decline(),
        a_withdrawal(person_id=None),
        a_removal(was_confirmed=False),
        a_removal(reason="meeting_cancelled"),
    ],
)
def test_nothing_is_told_of(event: Any) -> None:
    assert notices(event) == ()


def test_the_same_fact_gives_the_same_message_and_another_one_another() -> None:
    ids = [
        notices(event)[0].message_id
        for event in (
            an_invitation(),
            an_invitation(),
            an_invitation(generation=2),
            an_invitation(person_id="p-2"),
            an_acceptance(1),
        )
    ]

    assert ids[0] == ids[1]
    assert len(set(ids)) == 4


def test_every_change_since_a_person_was_told_of_the_meeting_is_news() -> None:
    meeting = a_meeting(
        a_rescheduling(3, revision=1), a_rescheduling(4, revision=2), a_cancellation(5, revision=3)
    )

    told = news(meeting, an_attendance(an_invitation(revision=1)))

    assert [(notice.kind, notice.key) for notice in told] == [
        ("meeting_rescheduled", "m-1@2"),
        ("meeting_cancelled", "m-1@3"),
    ]


def test_a_person_of_whom_only_a_trip_was_heard_has_no_news() -> None:
    assert news(a_meeting(a_rescheduling()), an_attendance(a_booking())) == ()


def test_who_is_invited_and_a_delegate_is_told_of_a_change_once() -> None:
    attendance = an_attendance(an_invitation(), an_acceptance(), a_confirmation())

    assert len(news(a_meeting(a_rescheduling()), attendance)) == 1


def test_an_acceptance_that_was_taken_back_is_confirmed() -> None:
    (notice,) = revocations(an_attendance(an_acceptance(2), a_decline(4)))

    assert (notice.kind, notice.key) == ("invitation_declined", "i-1@4")
    assert revocations(an_attendance(an_acceptance(2))) == ()
