"""Doors of meetings."""

from collections.abc import Sequence
from datetime import date

from services.events.domain.audience import AudiencePart, Invited
from services.events.domain.meeting import Meeting
from services.events.domain.plan import MeetingPlan
from services.events.repository import Repositories
from services.events.schemas import (
    CallMeetingSchema,
    CancelMeetingSchema,
    InviteAudienceSchema,
    InvitedSchema,
    ListMeetingsSchema,
    MeetingSchema,
    RescheduleMeetingSchema,
)
from services.events.use_cases import meetings
from shared.clock import utc_now
from shared.local_time import LocalTime
from shared.web.auth import ANYWHERE, ORGANISER, Access, Principal
from shared.web.http import http
from shared.web.paging import Page, PageRequest

READERS = ORGANISER | Access(host=ANYWHERE, city_lead=ANYWHERE)
"""Everybody may know of a meeting, once it is announced."""


class MeetingDoors:
    """What can be asked and done about meetings."""

    @http(
        "POST",
        "/v1/meetings",
        takes=CallMeetingSchema,
        gives=MeetingSchema,
        creates=True,
        allow=ORGANISER,
    )
    def call_meeting(self: Repositories, new_id: str, plan: MeetingPlan) -> Meeting:
        """Plan a meeting."""
        return meetings.call_meeting(self, new_id, plan, at=utc_now())

    @http("GET", "/v1/meetings", takes=ListMeetingsSchema, lists=MeetingSchema, allow=READERS)
    def list_meetings(
        self: Repositories, page: PageRequest, host_city_id: str | None, principal: Principal
    ) -> Page[Meeting]:
        """List meetings in the order in which they begin."""
        return meetings.list_meetings(self, page, host_city_id=host_city_id, role=principal.role)

    @http("GET", "/v1/meetings/<meeting_id>", gives=MeetingSchema, allow=READERS)
    def get_meeting(self: Repositories, meeting_id: str, principal: Principal) -> Meeting:
        """Look up a meeting."""
        return meetings.get_meeting(self, meeting_id, role=principal.role)

    @http("POST", "/v1/meetings/<meeting_id>/announcement", gives=MeetingSchema, allow=ORGANISER)
    def announce_meeting(self: Repositories, meeting_id: str) -> Meeting:
        """Make a meeting public, so that cities can be invited."""
        return meetings.announce_meeting(self, meeting_id, at=utc_now())

    @http(
        "POST",
        "/v1/meetings/<meeting_id>/reschedulings",
        takes=RescheduleMeetingSchema,
        gives=MeetingSchema,
        allow=ORGANISER,
    )
    def reschedule_meeting(
        self: Repositories, meeting_id: str, begins: LocalTime, ends: LocalTime, reason: str
    ) -> Meeting:
        """Move a meeting to another time."""
        at = utc_now()
        return meetings.reschedule_meeting(self, meeting_id, begins, ends, reason=reason, at=at)

    @http(
        "POST",
        "/v1/meetings/<meeting_id>/cancellation",
        takes=CancelMeetingSchema,
        gives=MeetingSchema,
        allow=ORGANISER,
    )
    def cancel_meeting(self: Repositories, meeting_id: str, reason: str) -> Meeting:
        """Give a meeting up."""
        return meetings.cancel_meeting(self, meeting_id, reason=reason, at=utc_now())

    @http(
        "POST",
        "/v1/meetings/<meeting_id>/invitations",
        takes=InviteAudienceSchema,
        gives=InvitedSchema,
        allow=ORGANISER,
    )
    def invite_audience(
        self: Repositories, meeting_id: str, audience: Sequence[AudiencePart], on: date
    ) -> Invited:
        """Invite those of an audience who are not invited yet, as membership stands on a day."""
        return meetings.invite_audience(self, meeting_id, audience, on=on, at=utc_now())
