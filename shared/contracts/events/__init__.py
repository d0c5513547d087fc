"""What events publishes: meetings, invitations, delegations.

An *event* is a message between services; what people attend is a *meeting*.
"""

from shared.contracts.events.delegations import (
    DelegateConfirmed,
    DelegateNominated,
    DelegateWithdrawn,
)
from shared.contracts.events.invitations import (
    AudienceInvited,
    CityInvited,
    CityOfficeNoted,
    InvitationAccepted,
    InvitationDeclined,
    InvitationPassed,
    InvitationUnaddressed,
    InvitationWithdrawn,
)
from shared.contracts.events.meetings import (
    MeetingAnnounced,
    MeetingCalled,
    MeetingCancelled,
    MeetingRescheduled,
)

__all__ = [
    "AudienceInvited",
    "CityInvited",
    "CityOfficeNoted",
    "DelegateConfirmed",
    "DelegateNominated",
    "DelegateWithdrawn",
    "InvitationAccepted",
    "InvitationDeclined",
    "InvitationPassed",
    "InvitationUnaddressed",
    "InvitationWithdrawn",
    "MeetingAnnounced",
    "MeetingCalled",
    "MeetingCancelled",
    "MeetingRescheduled",
]
