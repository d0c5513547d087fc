"""Use cases of meetings."""

from collections.abc import Sequence
from datetime import date, datetime

from services.events.domain.audience import AudiencePart, Invited, Network, resolved
from services.events.domain.meeting import Meeting, visible_states
from services.events.domain.plan import MeetingPlan
from services.events.domain.presidency import PRESIDENCY, Presidency
from services.events.repository import Repositories
from shared.local_time import LocalTime
from shared.web.paging import Page, PageRequest


def call_meeting(here: Repositories, new_id: str, plan: MeetingPlan, *, at: datetime) -> Meeting:
    """Plan a meeting."""
    meeting = Meeting.call(
        new_id,
        plan,
        host=here.members.find(plan.host_city_id),
        body=here.bodies.find(plan.body_id or ""),
        at=at,
    )
    here.meetings.save(meeting)
    return meeting


def get_meeting(here: Repositories, meeting_id: str, *, role: str) -> Meeting:
    """Look up a meeting that a role may know of."""
    meeting = here.meetings.get(meeting_id)
    meeting.check_visible(role)
    return meeting


def list_meetings(
    here: Repositories, page: PageRequest, *, host_city_id: str | None, role: str
) -> Page[Meeting]:
    """List the meetings that a role may know of."""
    states = visible_states(role)
    return here.meetings.page_of(page, states=states, host_city_id=host_city_id)


def announce_meeting(here: Repositories, meeting_id: str, *, at: datetime) -> Meeting:
    """Make a meeting public."""
    meeting = here.meetings.get(meeting_id)
    meeting.announce(at=at)
    here.meetings.save(meeting)
    return meeting


def reschedule_meeting(
    here: Repositories,
    meeting_id: str,
    begins: LocalTime,
    ends: LocalTime,
    *,
    reason: str,
    at: datetime,
) -> Meeting:
    """Move a meeting to another time."""
    meeting = here.meetings.get(meeting_id)
    meeting.reschedule(begins, ends, reason=reason, at=at)
    here.meetings.save(meeting)
    return meeting


def cancel_meeting(here: Repositories, meeting_id: str, *, reason: str, at: datetime) -> Meeting:
    """Give a meeting up."""
    meeting = here.meetings.get(meeting_id)
    meeting.cancel(reason=reason, at=at)
    here.meetings.save(meeting)
    return meeting


def invite_audience(
    here: Repositories, meeting_id: str, parts: Sequence[AudiencePart], *, on: date, at: datetime
) -> Invited:
    """Invite those of an audience who are not invited yet; their invitations follow by event."""
    meeting = here.meetings.get(meeting_id)
    network = Network(
        on=on,
        host_city_id=meeting.plan.host_city_id,
        members=here.members.everybody(),
        bodies=here.bodies.everyone(),
        presidency=here.presidencies.find(PRESIDENCY) or Presidency(id=PRESIDENCY),
    )
    invited = meeting.invite(resolved(parts, network), on=on, at=at)
    if invited.invited:
        here.meetings.save(meeting)
    return invited
