"""Facts: what messages are about, and what of it a letter needs."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.contracts.travel import BookedLeg


class Kind(StrEnum):
    """What a message is about; there is a text of this name in every language."""

    INVITATION = "invitation"
    INVITATION_ACCEPTED = "invitation_accepted"
    INVITATION_DECLINED = "invitation_declined"
    """An acceptance was taken back; a decline of what was never accepted is not confirmed."""
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    DELEGATE_CONFIRMED = "delegate_confirmed"
    DELEGATE_WITHDRAWN = "delegate_withdrawn"
    TRIP_BOOKED = "trip_booked"
    ROOM_CONFIRMED = "room_confirmed"
    MEETING_RESCHEDULED = "meeting_rescheduled"
    MEETING_CANCELLED = "meeting_cancelled"


@dataclass(frozen=True, kw_only=True)
class InvitationFact:
    """An event of an invitation.

    Attributes:
        invitation_id: The invitation.
        sequence: Number of the event among those of the invitation.
        generation: Number of the answer link; 0 when an answer is not asked for.
        answer_by: Until when an answer is expected, UTC; ``None`` when it is not asked for.
        reason: Written by the secretariat, or empty.
        revision: Schedule revision of the meeting that the event speaks of.
    """

    invitation_id: str
    sequence: int
    generation: int = 0
    answer_by: datetime | None = None
    reason: str = ""
    revision: int = 0


@dataclass(frozen=True, kw_only=True)
class DelegateFact:
    """An event of a delegation.

    Attributes:
        delegation_id: The delegation.
        sequence: Number of the event among those of the delegation.
        role: ``head`` or ``member``.
        reason: Code of a withdrawal, or empty.
        revision: Schedule revision of the meeting that the event speaks of.
    """

    delegation_id: str
    sequence: int
    role: str
    reason: str = ""
    revision: int = 0


@dataclass(frozen=True, kw_only=True)
class TripFact:
    """A booking of one direction of a journey.

    Attributes:
        trip_id: The trip.
        sequence: Number of the event among those of the trip.
        direction: ``arrival`` or ``departure``.
        booking: Number of bookings of this direction, this one included.
        legs: In order of travel.
    """

    trip_id: str
    sequence: int
    direction: str
    booking: int
    legs: tuple[BookedLeg, ...]


@dataclass(frozen=True, kw_only=True)
class StayFact:
    """A room.

    Attributes:
        stay_id: The stay.
        sequence: Number of the event among those of the stay.
        hotel: Name of the hotel.
        room_type: As the hotel calls it.
        arrives_on: First night.
        departs_on: Day of departure.
    """

    stay_id: str
    sequence: int
    hotel: str
    room_type: str
    arrives_on: date
    departs_on: date


@dataclass(frozen=True, kw_only=True)
class ChangeFact:
    """A change of a meeting's schedule.

    Attributes:
        changed_to: Schedule revision that it made.
        reason: Written by the secretariat, or empty.
    """

    changed_to: int
    reason: str


Fact = InvitationFact | DelegateFact | TripFact | StayFact | ChangeFact
"""The chassis tells them apart in a document by the fields that only one of them has."""
