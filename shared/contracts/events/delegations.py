"""Contracts of events about who is sent."""

from dataclasses import dataclass

from shared.domain import Event


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
