"""What events publishes: meetings, invitations, delegations.

An *event* is a message between services; what people attend is a *meeting*.
"""

from dataclasses import dataclass
from datetime import date, datetime

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


@dataclass(frozen=True, kw_only=True)
class AudienceInvited(Event):
    """More cities are to be invited to a meeting; events itself follows it, city by city.

    Attributes:
        meeting_id: The meeting.
        on: Date as of which membership was asked.
        reasons: For each city that was not invited before, by which part of the audience.
        alternates: By city id, the person who steps in on a decline, where one is known.
        answer_by: Until when an answer is expected, UTC.
        revision: Schedule revision of the meeting at that time.
    """

    meeting_id: str
    on: date
    reasons: dict[str, str]
    alternates: dict[str, str]
    answer_by: datetime
    revision: int


@dataclass(frozen=True, kw_only=True)
class InvitationUnaddressed(Event):
    """A city is invited, and nobody is known yet to whom the invitation can be addressed.

    Attributes:
        invitation_id: The invitation.
        meeting_id: The meeting.
        city_id: The city.
    """

    invitation_id: str
    meeting_id: str
    city_id: str


@dataclass(frozen=True, kw_only=True)
class CityOfficeNoted(Event):
    """Events has noted who holds an office of a city; what waits for it can go on.

    Attributes:
        city_id: The city.
        office: The office.
    """

    city_id: str
    office: str


@dataclass(frozen=True, kw_only=True)
class CityInvited(Event):
    """A city's office holder is invited to a meeting.

    Attributes:
        invitation_id: The invitation; one per city and meeting.
        meeting_id: The meeting.
        city_id: The city.
        person_id: To whom it is addressed.
        answer_by: Until when an answer is expected, UTC.
        generation: Number of the answer link; links of lower ones are void.
        revision: Schedule revision of the meeting that the person is told of.
        alternate_id: Person who steps in on a decline, or ``None``.
    """

    invitation_id: str
    meeting_id: str
    city_id: str
    person_id: str
    answer_by: datetime
    generation: int
    revision: int
    alternate_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(Event):
    """A city comes.

    Attributes:
        invitation_id: The invitation.
        meeting_id: The meeting.
        city_id: The city.
        person_id: To whom it is addressed.
        answered_by: Who gave the answer: a token's subject, ``link``, or a name when on behalf.
        channel: ``api``, ``link``, ``phone``, ``mail`` or ``in_person``.
        on_behalf: Somebody else recorded it for the person.
        generation: Number of the answer link at that time.
    """

    invitation_id: str
    meeting_id: str
    city_id: str
    person_id: str
    answered_by: str
    channel: str
    on_behalf: bool
    generation: int


@dataclass(frozen=True, kw_only=True)
class InvitationDeclined(Event):
    """The person invited does not come.

    Attributes:
        invitation_id: The invitation.
        meeting_id: The meeting.
        city_id: The city.
        person_id: Who declined.
        answered_by: As in ``InvitationAccepted``.
        channel: As in ``InvitationAccepted``.
        on_behalf: As in ``InvitationAccepted``.
        generation: As in ``InvitationAccepted``.
        passed_on: An alternate is asked now (``InvitationPassed`` follows); else the city stays
            away.
        reason: As given, or empty.
    """

    invitation_id: str
    meeting_id: str
    city_id: str
    person_id: str
    answered_by: str
    channel: str
    on_behalf: bool
    generation: int
    passed_on: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class InvitationPassed(Event):
    """An invitation was declined and is addressed to the alternate now.

    Attributes:
        invitation_id: The invitation.
        meeting_id: The meeting.
        city_id: The city.
        from_person_id: Who declined.
        person_id: To whom it is addressed from now on.
        answer_by: Until when an answer is expected, UTC.
        generation: Number of the answer link, raised.
        revision: Schedule revision of the meeting that the person is told of.
    """

    invitation_id: str
    meeting_id: str
    city_id: str
    from_person_id: str
    person_id: str
    answer_by: datetime
    generation: int
    revision: int


@dataclass(frozen=True, kw_only=True)
class InvitationWithdrawn(Event):
    """A city is invited no longer.

    Attributes:
        invitation_id: The invitation.
        meeting_id: The meeting.
        city_id: The city.
        person_id: To whom it was addressed, or ``None``.
        reason: Written by the secretariat.
    """

    invitation_id: str
    meeting_id: str
    city_id: str
    person_id: str | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class DelegateNominated(Event):
    """A city wants to send a person.

    Attributes:
        delegation_id: The city's delegation to the meeting.
        meeting_id: The meeting.
        city_id: The city.
        person_id: The person.
        role: ``head`` or ``member``.
    """

    delegation_id: str
    meeting_id: str
    city_id: str
    person_id: str
    role: str


@dataclass(frozen=True, kw_only=True)
class DelegateConfirmed(Event):
    """A person comes to a meeting for a city.

    Attributes:
        delegation_id: The city's delegation to the meeting.
        meeting_id: The meeting.
        city_id: The city.
        person_id: The person.
        role: ``head`` or ``member``.
        invitee: The invitation is addressed to this person, who has the calendar entry from it.
        revision: Schedule revision of the meeting that the person is told of.
    """

    delegation_id: str
    meeting_id: str
    city_id: str
    person_id: str
    role: str
    invitee: bool
    revision: int


@dataclass(frozen=True, kw_only=True)
class DelegateWithdrawn(Event):
    """A person does not come after all.

    Attributes:
        delegation_id: The city's delegation to the meeting.
        meeting_id: The meeting.
        city_id: The city.
        person_id: The person.
        role: ``head`` or ``member``.
        reason: ``withdrawn``, ``declined``, ``invitation_withdrawn`` or ``meeting_cancelled``.
        was_confirmed: The person had been confirmed, so others have acted upon it.
    """

    delegation_id: str
    meeting_id: str
    city_id: str
    person_id: str
    role: str
    reason: str
    was_confirmed: bool
