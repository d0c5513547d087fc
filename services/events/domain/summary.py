"""InvitationSummary: what the holder of an answer link is shown."""

from dataclasses import dataclass
from datetime import datetime

from services.events.domain.answer import InvitationState
from services.events.domain.invitation import Invitation
from services.events.domain.meeting import Meeting, MeetingState
from services.events.domain.member import Member
from shared.local_time import LocalTime


@dataclass(frozen=True, kw_only=True)
class InvitationSummary:
    """An invitation as it is shown to whom it is addressed, who may have no account.

    Attributes:
        invitation_id: The invitation.
        city: English name of the city, or its id when the name is not known.
        title: Of the meeting, in English.
        venue: Name and address.
        begins: Beginning.
        ends: End.
        meeting_state: How far the meeting has come.
        state: What has become of the invitation.
        answer_by: Until when an answer is expected, UTC.
    """

    invitation_id: str
    city: str
    title: str
    venue: str
    begins: LocalTime
    ends: LocalTime
    meeting_state: MeetingState
    state: InvitationState
    answer_by: datetime

    @classmethod
    def of(
        cls, invitation: Invitation, meeting: Meeting, member: Member | None
    ) -> "InvitationSummary":
        """Return what an invitation comes to."""
        return cls(
            invitation_id=invitation.id,
            city=(member.name if member else "") or invitation.city_id,
            title=meeting.plan.title,
            venue=meeting.plan.venue,
            begins=meeting.plan.begins,
            ends=meeting.plan.ends,
            meeting_state=meeting.state,
            state=invitation.state,
            answer_by=invitation.answer_by,
        )
