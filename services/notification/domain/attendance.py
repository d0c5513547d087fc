"""Attendance: what one person has to do with one meeting, as far as it was heard."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import singledispatchmethod
from typing import Self

from shared.contracts.events import (
    CityInvited,
    DelegateConfirmed,
    DelegateWithdrawn,
    InvitationAccepted,
    InvitationDeclined,
    InvitationPassed,
    InvitationWithdrawn,
)
from shared.contracts.notification import AttendanceNoted
from shared.contracts.travel import StayReleased, TripBooked, TripReleased
from shared.domain import Aggregate, Event
from shared.ids import derived_id

MEETING_CANCELLED = "meeting_cancelled"
"""Why delegates are withdrawn when their meeting is cancelled."""

PersonalEvent = (
    CityInvited
    | InvitationAccepted
    | InvitationDeclined
    | InvitationPassed
    | InvitationWithdrawn
    | DelegateConfirmed
    | DelegateWithdrawn
    | TripBooked
    | TripReleased
    | StayReleased
)
"""What says something of a person at a meeting."""


def people_of(event: PersonalEvent) -> list[str]:
    """Return the ids of the people that an event says something of, without repetition."""
    people = [event.person_id]
    if isinstance(event, InvitationPassed):
        people.append(event.from_person_id)
    return [person for person in dict.fromkeys(people) if person is not None]


class InvitationState(StrEnum):
    """Where a person stands with an invitation."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    PASSED = "passed"
    """Declined, and addressed to the alternate since."""
    WITHDRAWN = "withdrawn"


class DelegateState(StrEnum):
    """Where a person stands in a delegation."""

    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class InvitationStanding:
    """What the invitation's events say of the person; numbers are those of that invitation.

    Attributes:
        state: By its newest event.
        sequence: Number of that event.
        accepted: Number of the newest acceptance; 0 when there was none.
        declined: Number of the newest decline; 0 when there was none.
    """

    state: InvitationState = InvitationState.INVITED
    sequence: int = 0
    accepted: int = 0
    declined: int = 0

    @property
    def revoked_by(self) -> int:
        """Number of the decline that took back an acceptance; 0 when none did."""
        return self.declined if 0 < self.accepted < self.declined else 0

    def after(self, event: Event, state: InvitationState) -> Self:
        """Return the standing with one more event heard, in whichever order they come."""
        number = event.sequence
        heard = replace(
            self,
            accepted=max(self.accepted, number if state is InvitationState.ACCEPTED else 0),
            declined=max(self.declined, number if state is InvitationState.DECLINED else 0),
        )
        return replace(heard, state=state, sequence=number) if number > self.sequence else heard


@dataclass(frozen=True, kw_only=True)
class DelegateStanding:
    """What the delegation's events say of the person; numbers are those of that delegation.

    Attributes:
        state: By its newest event.
        sequence: Number of that event.
        withdrawn: Number of the newest withdrawal; 0 when there was none.
    """

    state: DelegateState = DelegateState.WITHDRAWN
    sequence: int = 0
    withdrawn: int = 0

    def after(self, event: Event, state: DelegateState) -> Self:
        """Return the standing with one more event heard, in whichever order they come."""
        number = event.sequence
        withdrawn = number if state is DelegateState.WITHDRAWN else 0
        heard = replace(self, withdrawn=max(self.withdrawn, withdrawn))
        return replace(heard, state=state, sequence=number) if number > self.sequence else heard


@dataclass(kw_only=True, eq=False)
class Attendance(Aggregate):
    """A person at a meeting; nothing but what decides whether a message is still true.

    Events of one aggregate are ordered by their numbers; between aggregates there is no order, so
    each has a standing of its own.

    Attributes:
        meeting_id: The meeting.
        person_id: The person.
        invitations: By invitation.
        delegations: By delegation.
        since_revision: Lowest schedule revision the person was told of by being invited or
            confirmed; ``None`` until that is heard. Later changes are news to them.
        bookings: By ``<trip id>/<direction>``, the highest booking.
        released: By trip or stay, the number of the event that released it.
    """

    meeting_id: str
    person_id: str
    invitations: dict[str, InvitationStanding] = field(default_factory=dict)
    delegations: dict[str, DelegateStanding] = field(default_factory=dict)
    since_revision: int | None = None
    bookings: dict[str, int] = field(default_factory=dict)
    released: dict[str, int] = field(default_factory=dict)

    @staticmethod
    def id_of(meeting_id: str, person_id: str) -> str:
        """Return the identity that follows from person and meeting."""
        return derived_id("notification.attendance", meeting_id, person_id)

    @classmethod
    def of(cls, meeting_id: str, person_id: str) -> Self:
        """Return one of which nothing was heard."""
        id_ = cls.id_of(meeting_id, person_id)
        return cls(id=id_, meeting_id=meeting_id, person_id=person_id)

    # -- what follows --------------------------------------------------------------------------

    @property
    def is_heard_of(self) -> bool:
        """Whether anything was heard that has the person come, or stay away."""
        return bool(self.invitations or self.delegations)

    @property
    def is_confirmed(self) -> bool:
        """Whether a delegation counts on the person."""
        return any(s.state is DelegateState.CONFIRMED for s in self.delegations.values())

    @property
    def has_left(self) -> bool:
        """Whether a delegation counted on the person and none does any more."""
        return bool(self.delegations) and not self.is_confirmed

    @property
    def was_withdrawn(self) -> bool:
        """Whether a delegation did without the person at any time."""
        return any(s.withdrawn for s in self.delegations.values())

    @property
    def has_accepted(self) -> bool:
        """Whether an invitation to the person is accepted."""
        return any(s.state is InvitationState.ACCEPTED for s in self.invitations.values())

    @property
    def is_coming(self) -> bool:
        """Whether the meeting belongs in the person's calendar."""
        return self.is_confirmed or (self.has_accepted and not self.has_left)

    @property
    def is_concerned(self) -> bool:
        """Whether a change of the meeting has to be told."""
        return self.is_confirmed or any(
            s.state in (InvitationState.INVITED, InvitationState.ACCEPTED)
            for s in self.invitations.values()
        )

    @property
    def has_declined(self) -> bool:
        """Whether an invitation was declined by the person."""
        return any(
            s.state in (InvitationState.DECLINED, InvitationState.PASSED)
            for s in self.invitations.values()
        )

    # -- what is heard -------------------------------------------------------------------------

    @singledispatchmethod
    def note(self, event: Event, *, at: datetime) -> None:
        """Note what an event says of the person.

        Records ``AttendanceNoted`` when a change of the meeting becomes news to the person, or an
        acceptance turns out to be taken back: others follow from that.

        Raises:
            TypeError: Nothing can be noted of such an event.
        """
        raise TypeError(f"{type(event).__name__} says nothing of a person at a meeting")

    @note.register
    def _(self, event: CityInvited, *, at: datetime) -> None:
        self._note_invitation(event.invitation_id, event, InvitationState.INVITED, at)
        self._note_told(event.revision, at)

    @note.register
    def _(self, event: InvitationPassed, *, at: datetime) -> None:
        if event.from_person_id == self.person_id:
            self._note_invitation(event.invitation_id, event, InvitationState.PASSED, at)
        if event.person_id == self.person_id:
            self._note_invitation(event.invitation_id, event, InvitationState.INVITED, at)
            self._note_told(event.revision, at)

    @note.register
    def _(self, event: InvitationAccepted, *, at: datetime) -> None:
        self._note_invitation(event.invitation_id, event, InvitationState.ACCEPTED, at)

    @note.register
    def _(self, event: InvitationDeclined, *, at: datetime) -> None:
        self._note_invitation(event.invitation_id, event, InvitationState.DECLINED, at)

    @note.register
    def _(self, event: InvitationWithdrawn, *, at: datetime) -> None:
        self._note_invitation(event.invitation_id, event, InvitationState.WITHDRAWN, at)

    @note.register
    def _(self, event: DelegateConfirmed, *, at: datetime) -> None:
        standing = self.delegations.get(event.delegation_id, DelegateStanding())
        self.delegations[event.delegation_id] = standing.after(event, DelegateState.CONFIRMED)
        self._note_told(event.revision, at)

    @note.register
    def _(self, event: DelegateWithdrawn, *, at: datetime) -> None:
        # Whoever is withdrawn because there is no meeting still has to be told that there is none;
        # and nobody counted on a delegate who was only nominated.
        if event.was_confirmed and event.reason != MEETING_CANCELLED:
            standing = self.delegations.get(event.delegation_id, DelegateStanding())
            self.delegations[event.delegation_id] = standing.after(event, DelegateState.WITHDRAWN)

    @note.register
    def _(self, event: TripBooked, *, at: datetime) -> None:
        key = f"{event.trip_id}/{event.direction}"
        self.bookings[key] = max(self.bookings.get(key, 0), event.booking)

    @note.register
    def _(self, event: TripReleased, *, at: datetime) -> None:
        self._note_released(event.trip_id, event)

    @note.register
    def _(self, event: StayReleased, *, at: datetime) -> None:
        self._note_released(event.stay_id, event)

    def _note_invitation(
        self, invitation_id: str, event: Event, state: InvitationState, at: datetime
    ) -> None:
        before = self.invitations.get(invitation_id, InvitationStanding())
        after = before.after(event, state)
        self.invitations[invitation_id] = after
        if after.revoked_by > before.revoked_by:
            self._note_change(at)

    def _note_told(self, revision: int, at: datetime) -> None:
        if self.since_revision is None or revision < self.since_revision:
            self.since_revision = revision
            self._note_change(at)

    def _note_released(self, key: str, event: Event) -> None:
        self.released[key] = max(self.released.get(key, 0), event.sequence)

    def _note_change(self, at: datetime) -> None:
        self.record(
            AttendanceNoted(
                attendance_id=self.id,
                meeting_id=self.meeting_id,
                person_id=self.person_id,
                occurred_at=at,
            )
        )
