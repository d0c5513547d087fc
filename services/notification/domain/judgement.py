"""Judgement: whether a message is still true when it is sent, and what calendars make of it.

A message carries the fact that it tells, with the number of that fact's event. Only something newer
of the same aggregate can overtake it; that something else was not heard yet never does.
"""

from enum import StrEnum

from services.notification.domain.attendance import (
    MEETING_CANCELLED,
    Attendance,
    DelegateState,
    InvitationState,
)
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

SUPERSEDED = "superseded"
ANSWERED = "answered"
DECLINED = "declined"
WITHDRAWN = "withdrawn"
RELEASED = "released"


class Method(StrEnum):
    """What a calendar is to do with an entry.

    Source:
        RFC 5546 §3.2 (iTIP), METHOD of a VEVENT.
    """

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


_GONE = (Kind.INVITATION_DECLINED, Kind.INVITATION_WITHDRAWN, Kind.DELEGATE_WITHDRAWN)
"""Kinds that say that the person does not come; true of a cancelled meeting too."""

_BY_NEWER_STATE = {
    InvitationState.INVITED: SUPERSEDED,
    InvitationState.ACCEPTED: ANSWERED,
    InvitationState.DECLINED: DECLINED,
    InvitationState.PASSED: DECLINED,
    InvitationState.WITHDRAWN: WITHDRAWN,
}


def overtaken(kind: Kind, fact: Fact, meeting: Meeting, attendance: Attendance) -> str | None:
    """Tell why a message is not to be sent any more; ``None`` when it still is.

    Returns:
        ``superseded``, ``meeting_cancelled``, ``answered``, ``declined``, ``withdrawn`` or
        ``released``.
    """
    if meeting.cancelled and kind not in (*_GONE, Kind.MEETING_CANCELLED):
        return MEETING_CANCELLED
    match fact:
        case InvitationFact():
            return _invitation_overtaken(kind, fact, attendance)
        case DelegateFact():
            return _delegate_overtaken(kind, fact, attendance)
        case TripFact():
            return _trip_overtaken(fact, attendance)
        case StayFact():
            return RELEASED if _is_released(fact.stay_id, fact.sequence, attendance) else None
        case ChangeFact():
            return _change_overtaken(fact, meeting, attendance)


def calendar_method(kind: Kind, fact: Fact, attendance: Attendance) -> Method | None:
    """Return what the recipient's calendar has to do; ``None`` when it has nothing to do."""
    match kind:
        case Kind.INVITATION_ACCEPTED:
            # Whoever was dropped from the delegation does not get the entry back.
            needed = not attendance.has_left
        case Kind.DELEGATE_CONFIRMED:
            # Whoever has accepted has the entry, unless a withdrawal took it away.
            needed = attendance.was_withdrawn or not attendance.has_accepted
        case Kind.MEETING_RESCHEDULED | Kind.MEETING_CANCELLED:
            needed = attendance.is_coming
        case Kind.INVITATION_WITHDRAWN:
            had_entry = any(standing.accepted for standing in attendance.invitations.values())
            needed = had_entry and not attendance.is_confirmed
        case Kind.INVITATION_DECLINED:
            # The entry of a delegate goes when the delegation is told to do without.
            needed = not attendance.is_confirmed
        case Kind.DELEGATE_WITHDRAWN:
            needed = not _is_confirmed_elsewhere(fact, attendance)
        case _:
            needed = False
    if not needed:
        return None
    return Method.CANCEL if kind in (*_GONE, Kind.MEETING_CANCELLED) else Method.REQUEST


def _invitation_overtaken(kind: Kind, fact: InvitationFact, attendance: Attendance) -> str | None:
    newest = attendance.invitations.get(fact.invitation_id)
    if newest is None or newest.sequence <= fact.sequence:
        return None
    if kind in _GONE:
        back = newest.state in (InvitationState.INVITED, InvitationState.ACCEPTED)
        return SUPERSEDED if back else None
    return _BY_NEWER_STATE[newest.state]


def _delegate_overtaken(kind: Kind, fact: DelegateFact, attendance: Attendance) -> str | None:
    newest = attendance.delegations.get(fact.delegation_id)
    if newest is None or newest.sequence <= fact.sequence:
        return None
    if newest.state is DelegateState.CONFIRMED:
        return SUPERSEDED
    return None if kind in _GONE else WITHDRAWN


def _is_confirmed_elsewhere(fact: Fact, attendance: Attendance) -> bool:
    # Of the fact's own delegation the withdrawal may not have been noted yet.
    here = fact.delegation_id if isinstance(fact, DelegateFact) else None
    return any(
        standing.state is DelegateState.CONFIRMED
        for delegation_id, standing in attendance.delegations.items()
        if delegation_id != here
    )


def _trip_overtaken(fact: TripFact, attendance: Attendance) -> str | None:
    if attendance.bookings.get(f"{fact.trip_id}/{fact.direction}", 0) > fact.booking:
        return SUPERSEDED
    return RELEASED if _is_released(fact.trip_id, fact.sequence, attendance) else None


def _is_released(key: str, sequence: int, attendance: Attendance) -> bool:
    return attendance.released.get(key, 0) > sequence


def _change_overtaken(fact: ChangeFact, meeting: Meeting, attendance: Attendance) -> str | None:
    if meeting.revision > fact.changed_to:
        return SUPERSEDED
    if attendance.is_concerned or not attendance.is_heard_of:
        return None
    return DECLINED if attendance.has_declined else WITHDRAWN
