"""Contracts of events about meetings."""

from dataclasses import dataclass

from shared.contracts import PlaceTime
from shared.domain import Event


@dataclass(frozen=True, kw_only=True)
class MeetingCalled(Event):
    """A meeting is planned; nobody outside the secretariat is told yet.

    Attributes:
        meeting_id: The meeting.
        title: In English.
        kind: ``summit``, ``general_assembly``, ``board_meeting``, ``working_group`` or ``visit``.
        host_city_id: City it takes place in.
        venue: Name and address.
        begins: Beginning.
        ends: End.
        body_id: Body that meets, or ``None``.
    """

    meeting_id: str
    title: str
    kind: str
    host_city_id: str
    venue: str
    begins: PlaceTime
    ends: PlaceTime
    body_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class MeetingAnnounced(Event):
    """A meeting is public and cities can be invited.

    Attributes:
        meeting_id: The meeting.
        title: In English.
        kind: As in ``MeetingCalled``.
        host_city_id: City it takes place in.
        venue: Name and address.
        begins: Beginning.
        ends: End.
        revision: Number of changes of schedule: 0.
        body_id: Body that meets, or ``None``.
    """

    meeting_id: str
    title: str
    kind: str
    host_city_id: str
    venue: str
    begins: PlaceTime
    ends: PlaceTime
    revision: int
    body_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class MeetingRescheduled(Event):
    """A meeting takes place at another time.

    Attributes:
        meeting_id: The meeting.
        begins: New beginning.
        ends: New end.
        previous_begins: Beginning until now.
        revision: Number of changes of schedule, this one included; the SEQUENCE of RFC 5545.
        reason: Written by the secretariat, shown to delegates.
    """

    meeting_id: str
    begins: PlaceTime
    ends: PlaceTime
    previous_begins: PlaceTime
    revision: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class MeetingCancelled(Event):
    """A meeting does not take place.

    Attributes:
        meeting_id: The meeting.
        revision: Number of changes of schedule, the cancellation included.
        reason: Written by the secretariat, shown to delegates.
    """

    meeting_id: str
    revision: int
    reason: str
