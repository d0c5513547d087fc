"""Naming: whether a city may name people for a meeting now."""

from dataclasses import dataclass
from datetime import datetime

from services.events.domain.invitation import Invitation
from services.events.domain.meeting import Meeting
from services.events.domain.roles import ORGANISER
from shared.errors import Conflict


class NotInvited(Conflict):
    """The city is not invited to the meeting, or does not come."""


class NamingTooLate(Conflict):
    """The deadline is over; the secretariat can still name and confirm."""


@dataclass(frozen=True, kw_only=True)
class Naming:
    """Under which circumstances a city names its people.

    Attributes:
        meeting: The meeting.
        invitation: The city's invitation to it, or ``None``.
        keeps_deadline: Whether it has to be in time.
        at: When, UTC.
    """

    meeting: Meeting
    invitation: Invitation | None
    keeps_deadline: bool
    at: datetime

    @classmethod
    def by(
        cls, role: str, meeting: Meeting, invitation: Invitation | None, *, at: datetime
    ) -> "Naming":
        """Return the circumstances for whoever has this role of a token."""
        return cls(meeting=meeting, invitation=invitation, keeps_deadline=role != ORGANISER, at=at)

    def check(self) -> Invitation:
        """Return the invitation by which the city comes, if it may name people now.

        Raises:
            MeetingNotOpen: The meeting was cancelled or has begun.
            NotInvited: The city is not invited, or does not come.
            NamingTooLate: The deadline is over.
        """
        self.meeting.check_open(self.at)
        if self.invitation is None or self.invitation.is_void:
            raise NotInvited("The city is not invited, or does not come.")
        naming_by = self.meeting.plan.naming_by
        if self.keeps_deadline and naming_by is not None and self.at > naming_by:
            raise NamingTooLate("The deadline is over.", naming_by=naming_by.isoformat())
        return self.invitation
