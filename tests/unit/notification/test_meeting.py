import itertools

import pytest

from services.notification.domain import Meeting
from tests.unit.notification.builders import (
    NOW,
    a_cancellation,
    a_meeting,
    a_rescheduling,
    a_time,
    an_announcement,
    names,
)


def test_a_meeting_is_known_once_it_is_announced() -> None:
    meeting = Meeting(id="m-1")
    assert not meeting.is_known

    meeting.announce(an_announcement(), at=NOW)

    assert meeting.is_known
    assert meeting.schedule.begins == a_time(10)
    assert meeting.revision == 0
    assert names(meeting) == ["MeetingNoted"]


def test_an_announcement_heard_again_is_noted_again_but_an_older_one_is_not() -> None:
    meeting = a_meeting()
    names(meeting)

    meeting.announce(an_announcement(1, title="An older title"), at=NOW)

    assert meeting.title == "Executive Board meeting"
    assert names(meeting) == []


def test_a_change_that_overtakes_the_announcement_stays() -> None:
    meeting = Meeting(id="m-1")
    meeting.reschedule(a_rescheduling(), at=NOW)
    assert not meeting.is_known

    meeting.announce(an_announcement(), at=NOW)

    assert meeting.schedule.begins == a_time(12)
    assert meeting.revision == 1
    assert names(meeting) == ["MeetingNoted", "MeetingNoted"]


def test_in_whichever_order_changes_are_heard_the_newest_counts() -> None:
    changes = [
        ("reschedule", a_rescheduling(3, revision=1, to=12)),
        ("reschedule", a_rescheduling(4, revision=2, to=15)),
        ("cancel", a_cancellation(5, revision=3)),
        ("announce", an_announcement(2)),
    ]
    for order in itertools.permutations(changes):
        meeting = Meeting(id="m-1")
        for method, event in order:
            getattr(meeting, method)(event, at=NOW)

        assert meeting.revision == 3
        assert meeting.cancelled
        assert meeting.schedule.begins == a_time(15)
        assert meeting.schedule_at(0).begins == a_time(10)
        assert meeting.schedule_at(1).begins == a_time(12)
        assert [change.revision for change in meeting.changes_since(1)] == [2, 3]


def test_a_change_heard_again_is_not_noted_again() -> None:
    meeting = a_meeting(a_rescheduling(), a_cancellation())
    names(meeting)

    meeting.reschedule(a_rescheduling(), at=NOW)
    meeting.cancel(a_cancellation(), at=NOW)

    assert names(meeting) == []


def test_the_schedule_of_a_meeting_that_is_not_known_cannot_be_told() -> None:
    with pytest.raises(ValueError, match="not known"):
        _ = Meeting(id="m-1").schedule
