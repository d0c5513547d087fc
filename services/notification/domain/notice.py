"""Notices: which fact is to be told to whom."""

from dataclasses import dataclass
from functools import singledispatch

from services.notification.domain.attendance import MEETING_CANCELLED, Attendance
from services.notification.domain.fact import (
    ChangeFact,
    DelegateFact,
    Fact,
    InvitationFact,
    Kind,
    StayFact,
    TripFact,
)
from services.notification.domain.meeting import Meeting
from shared.contracts.events import (
    CityInvited,
    DelegateConfirmed,
    DelegateWithdrawn,
    InvitationAccepted,
    InvitationPassed,
    InvitationWithdrawn,
)
from shared.contracts.travel import StayConfirmed, TripBooked
from shared.domain import Event
from shared.ids import derived_id


@dataclass(frozen=True)
class Notice:
    """Somebody is to be told a fact, once.

    Attributes:
        kind: What it is about.
        key: What makes the fact this one and no other, within its kind.
        person_id: Who is to be told.
        meeting_id: Meeting it is about.
        fact: What the letter needs beside person and meeting.
    """

    kind: Kind
    key: str
    person_id: str
    meeting_id: str
    fact: Fact

    @property
    def message_id(self) -> str:
        """The message's identity: the same recipient and fact give the same one."""
        return derived_id("notification.message", self.kind, self.key, self.person_id)


@singledispatch
def notices(event: Event) -> tuple[Notice, ...]:
    """Return what has to be told because of an event; nothing for most."""
    return ()


@notices.register
def _(event: CityInvited | InvitationPassed) -> tuple[Notice, ...]:
    fact = InvitationFact(
        invitation_id=event.invitation_id,
        sequence=event.sequence,
        generation=event.generation,
        answer_by=event.answer_by,
        revision=event.revision,
    )
    key = f"{event.invitation_id}@{event.generation}"
    return (Notice(Kind.INVITATION, key, event.person_id, event.meeting_id, fact),)


@notices.register
def _(event: InvitationAccepted) -> tuple[Notice, ...]:
    fact = InvitationFact(invitation_id=event.invitation_id, sequence=event.sequence)
    key = f"{event.invitation_id}@{event.sequence}"
    return (Notice(Kind.INVITATION_ACCEPTED, key, event.person_id, event.meeting_id, fact),)


@notices.register
def _(event: InvitationWithdrawn) -> tuple[Notice, ...]:
    if event.person_id is None:
        return ()
    fact = InvitationFact(
        invitation_id=event.invitation_id, sequence=event.sequence, reason=event.reason
    )
    key = f"{event.invitation_id}@{event.sequence}"
    return (Notice(Kind.INVITATION_WITHDRAWN, key, event.person_id, event.meeting_id, fact),)


@notices.register
def _(event: DelegateConfirmed) -> tuple[Notice, ...]:
    fact = DelegateFact(
        delegation_id=event.delegation_id,
        sequence=event.sequence,
        role=event.role,
        revision=event.revision,
    )
    key = f"{event.delegation_id}@{event.sequence}"
    return (Notice(Kind.DELEGATE_CONFIRMED, key, event.person_id, event.meeting_id, fact),)


@notices.register
def _(event: DelegateWithdrawn) -> tuple[Notice, ...]:
    # That there is no meeting is told once, to everybody, as its cancellation.
    if not event.was_confirmed or event.reason == MEETING_CANCELLED:
        return ()
    fact = DelegateFact(
        delegation_id=event.delegation_id,
        sequence=event.sequence,
        role=event.role,
        reason=event.reason,
    )
    key = f"{event.delegation_id}@{event.sequence}"
    return (Notice(Kind.DELEGATE_WITHDRAWN, key, event.person_id, event.meeting_id, fact),)


@notices.register
def _(event: TripBooked) -> tuple[Notice, ...]:
    fact = TripFact(
        trip_id=event.trip_id,
        sequence=event.sequence,
        direction=event.direction,
        booking=event.booking,
        legs=event.legs,
    )
    key = f"{event.trip_id}/{event.direction}@{event.booking}"
    return (Notice(Kind.TRIP_BOOKED, key, event.person_id, event.meeting_id, fact),)


@notices.register
def _(event: StayConfirmed) -> tuple[Notice, ...]:
    fact = StayFact(
        stay_id=event.stay_id,
        sequence=event.sequence,
        hotel=event.hotel,
        room_type=event.room_type,
        arrives_on=event.arrives_on,
        departs_on=event.departs_on,
    )
    return (Notice(Kind.ROOM_CONFIRMED, event.stay_id, event.person_id, event.meeting_id, fact),)


def news(meeting: Meeting, attendance: Attendance) -> tuple[Notice, ...]:
    """Return what has to be told a person of a meeting's changes.

    Every change since the person was first told of the meeting makes one, also those that a newer
    one has overtaken by now: they are not sent, and say why.
    """
    if attendance.since_revision is None:
        return ()
    return tuple(
        Notice(
            Kind.MEETING_RESCHEDULED if change.schedule else Kind.MEETING_CANCELLED,
            f"{meeting.id}@{change.revision}",
            attendance.person_id,
            meeting.id,
            ChangeFact(changed_to=change.revision, reason=change.reason),
        )
        for change in meeting.changes_since(attendance.since_revision)
    )


def revocations(attendance: Attendance) -> tuple[Notice, ...]:
    """Return what has to be told a person of acceptances that were taken back."""
    return tuple(
        Notice(
            Kind.INVITATION_DECLINED,
            f"{invitation_id}@{standing.revoked_by}",
            attendance.person_id,
            attendance.meeting_id,
            InvitationFact(invitation_id=invitation_id, sequence=standing.revoked_by),
        )
        for invitation_id, standing in attendance.invitations.items()
        if standing.revoked_by
    )
