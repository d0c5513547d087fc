from datetime import date, datetime, timedelta

import pytest

from services.events.domain.audience import Audience, Invited, InvitedCity
from services.events.domain.body import UnknownBody
from services.events.domain.meeting import (
    AlreadyCancelled,
    Meeting,
    MeetingNotOpen,
    MeetingState,
    NotADraft,
    NotAnnounced,
    UnknownMeeting,
)
from services.events.domain.member import Member, UnknownCity
from services.events.domain.plan import (
    DeadlineAfterBeginning,
    EndsBeforeItBegins,
    NothingMoved,
)
from shared.contracts.events import (
    AudienceInvited,
    MeetingAnnounced,
    MeetingCalled,
    MeetingCancelled,
    MeetingRescheduled,
)
from shared.local_time import LocalTime
from tests.unit.events.builders import (
    ANSWER_BY,
    BEGINS,
    BOARD,
    DEPUTY,
    ENDS,
    MEETING,
    MEETING_DAY,
    NOW,
    SOFIA,
    TIRANA,
    a_body,
    a_draft,
    a_meeting,
    a_member,
    a_plan,
    all_said,
    said,
)

LATER = (BEGINS.moved(timedelta(hours=2)), ENDS.moved(timedelta(hours=2)))


def test_a_meeting_is_called_as_a_draft() -> None:
    meeting = Meeting.call(MEETING, a_plan(body_id=BOARD), host=a_member(), body=a_body(), at=NOW)

    (called,) = said(meeting, MeetingCalled)
    assert meeting.state is MeetingState.DRAFT
    assert meeting.revision == 0
    assert (called.meeting_id, called.kind, called.body_id) == (MEETING, "board_meeting", BOARD)
    assert called.begins.local == "2024-12-07T11:00:00"
    assert called.begins.zone == "Europe/Tirane"
    assert called.begins.at == BEGINS.at
    assert called.occurred_at == NOW


@pytest.mark.parametrize("ends", [BEGINS, BEGINS.moved(-timedelta(hours=1))])
def test_a_meeting_ends_after_its_beginning(ends: LocalTime) -> None:
    with pytest.raises(EndsBeforeItBegins) as refused:
        Meeting.call(MEETING, a_plan(ends=ends), host=a_member(), body=None, at=NOW)

    assert refused.value.field == "ends"


def test_times_are_compared_as_instants_and_not_by_the_clocks_on_the_wall() -> None:
    ends = LocalTime(datetime(2024, 12, 7, 11, 30), "Europe/Istanbul")  # noqa: DTZ001 - a wall time

    with pytest.raises(EndsBeforeItBegins):
        Meeting.call(MEETING, a_plan(ends=ends), host=a_member(), body=None, at=NOW)


@pytest.mark.parametrize("field", ["answer_by", "naming_by"])
def test_a_deadline_lies_before_the_beginning(field: str) -> None:
    plan = a_plan(**{field: BEGINS.at + timedelta(milliseconds=1)})

    with pytest.raises(DeadlineAfterBeginning) as refused:
        Meeting.call(MEETING, plan, host=a_member(), body=None, at=NOW)

    assert refused.value.field == field


def test_a_meeting_needs_no_deadline_for_naming() -> None:
    plan = a_plan(naming_by=None)

    meeting = Meeting.call(MEETING, plan, host=a_member(), body=None, at=NOW)

    assert meeting.plan.naming_by is None


@pytest.mark.parametrize("host", [None, Member.heard_of(TIRANA)])
def test_a_meeting_takes_place_in_a_city_that_is_known(host: Member | None) -> None:
    with pytest.raises(UnknownCity) as refused:
        Meeting.call(MEETING, a_plan(), host=host, body=None, at=NOW)

    assert refused.value.field == "host_city_id"


def test_only_a_body_that_is_known_can_meet() -> None:
    with pytest.raises(UnknownBody) as refused:
        Meeting.call(MEETING, a_plan(body_id=BOARD), host=a_member(), body=None, at=NOW)

    assert refused.value.field == "body_id"


def test_announcing_a_draft_makes_it_public() -> None:
    meeting = a_draft()

    meeting.announce(at=NOW)

    (announced,) = said(meeting, MeetingAnnounced)
    assert meeting.state is MeetingState.ANNOUNCED
    assert (announced.title, announced.venue) == ("Executive Board meeting", "City Hall")
    assert announced.revision == 0


def test_what_was_announced_or_cancelled_cannot_be_announced() -> None:
    cancelled = a_draft()
    cancelled.cancel(reason="No room.", at=NOW)

    for meeting in (a_meeting(), cancelled):
        with pytest.raises(NotADraft):
            meeting.announce(at=NOW)


def test_a_draft_is_known_to_the_secretariat_alone() -> None:
    draft = a_draft()

    draft.check_visible("organiser")
    for role in ("host", "city_lead"):
        with pytest.raises(UnknownMeeting):
            draft.check_visible(role)


def test_everybody_may_know_of_what_was_announced() -> None:
    meeting = a_meeting()
    meeting.check_visible("city_lead")

    meeting.cancel(reason="Snow.", at=NOW)

    meeting.check_visible("city_lead")


def test_moving_a_meeting_raises_its_revision_and_tells_both_times() -> None:
    meeting = a_meeting()

    meeting.reschedule(*LATER, reason="The flight is late.", at=NOW)

    (moved,) = said(meeting, MeetingRescheduled)
    assert (meeting.plan.begins, meeting.plan.ends) == LATER
    assert meeting.revision == moved.revision == 1
    assert moved.previous_begins.local == "2024-12-07T11:00:00"
    assert moved.begins.local == "2024-12-07T13:00:00"
    assert moved.reason == "The flight is late."


def test_moving_only_the_end_is_a_move() -> None:
    meeting = a_meeting()

    meeting.reschedule(BEGINS, LATER[1], reason="", at=NOW)

    assert meeting.revision == 1


def test_a_meeting_is_not_moved_to_where_it_is() -> None:
    meeting = a_meeting()

    with pytest.raises(NothingMoved):
        meeting.reschedule(BEGINS, ENDS, reason="", at=NOW)

    assert meeting.revision == 0


def test_a_meeting_cannot_be_moved_to_end_before_it_begins() -> None:
    meeting = a_meeting()

    with pytest.raises(EndsBeforeItBegins):
        meeting.reschedule(ENDS, BEGINS, reason="", at=NOW)

    assert (meeting.plan.begins, meeting.plan.ends) == (BEGINS, ENDS)


def test_a_draft_cannot_be_moved() -> None:
    with pytest.raises(NotAnnounced):
        a_draft().reschedule(*LATER, reason="", at=NOW)


def test_cancelling_counts_as_a_change_of_schedule() -> None:
    meeting = a_meeting()
    meeting.reschedule(*LATER, reason="", at=NOW)

    meeting.cancel(reason="Snow.", at=NOW)

    (cancelled,) = said(meeting, MeetingCancelled)
    assert meeting.is_cancelled
    assert (cancelled.revision, cancelled.reason) == (2, "Snow.")


def test_what_is_cancelled_cannot_be_cancelled_moved_or_invited_to() -> None:
    meeting = a_meeting()
    meeting.cancel(reason="Snow.", at=NOW)

    with pytest.raises(AlreadyCancelled):
        meeting.cancel(reason="Snow.", at=NOW)
    with pytest.raises(AlreadyCancelled):
        meeting.reschedule(*LATER, reason="", at=NOW)
    with pytest.raises(AlreadyCancelled):
        meeting.invite(Audience({TIRANA: "host"}, {}), on=MEETING_DAY, at=NOW)


def test_an_audience_is_invited_with_its_alternates() -> None:
    meeting = a_meeting()
    audience = Audience({TIRANA: "host", SOFIA: "body:board"}, {SOFIA: DEPUTY})

    invited = meeting.invite(audience, on=MEETING_DAY, at=NOW)

    (event,) = said(meeting, AudienceInvited)
    assert invited == Invited(
        (InvitedCity(TIRANA, "host"), InvitedCity(SOFIA, "body:board")), already=()
    )
    assert event.reasons == {TIRANA: "host", SOFIA: "body:board"}
    assert event.alternates == {SOFIA: DEPUTY}
    assert (event.on, event.answer_by, event.revision) == (MEETING_DAY, ANSWER_BY, 0)


def test_a_second_call_invites_only_the_difference() -> None:
    meeting = a_meeting()
    meeting.invite(Audience({TIRANA: "host"}, {}), on=MEETING_DAY, at=NOW)

    invited = meeting.invite(
        Audience({TIRANA: "named", SOFIA: "named"}, {TIRANA: DEPUTY}), on=MEETING_DAY, at=NOW
    )

    event = said(meeting, AudienceInvited)[-1]
    assert invited == Invited((InvitedCity(SOFIA, "named"),), already=(TIRANA,))
    assert event.reasons == {SOFIA: "named"}
    assert event.alternates == {}
    assert meeting.invited == {TIRANA: "host", SOFIA: "named"}


def test_inviting_those_who_are_invited_says_nothing() -> None:
    meeting = a_meeting()
    meeting.invite(Audience({TIRANA: "host"}, {}), on=MEETING_DAY, at=NOW)

    meeting.invite(Audience({TIRANA: "host"}, {}), on=date(2024, 12, 1), at=NOW)

    assert all_said(meeting) == ["AudienceInvited"]


def test_nobody_is_invited_to_a_draft() -> None:
    with pytest.raises(NotAnnounced):
        a_draft().invite(Audience({TIRANA: "host"}, {}), on=MEETING_DAY, at=NOW)


def test_a_meeting_is_open_until_it_begins() -> None:
    meeting = a_meeting()

    meeting.check_open(BEGINS.at - timedelta(milliseconds=1))

    with pytest.raises(MeetingNotOpen):
        meeting.check_open(BEGINS.at)


def test_a_cancelled_meeting_is_not_open() -> None:
    meeting = a_meeting()
    meeting.cancel(reason="Snow.", at=NOW)

    with pytest.raises(MeetingNotOpen):
        meeting.check_open(NOW)
