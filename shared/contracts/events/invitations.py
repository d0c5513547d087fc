"""Contracts of events about who is invited, and what they answer."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.domain import Event


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
