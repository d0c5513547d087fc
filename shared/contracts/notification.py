"""What notification publishes: messages to people and what became of them."""

from dataclasses import dataclass

from shared.domain import Event


@dataclass(frozen=True, kw_only=True)
class MessageIntended(Event):
    """Somebody is to be told something; notification itself follows it and sends.

    Attributes:
        message_id: The message; one per recipient and fact.
        person_id: Recipient.
        meeting_id: Meeting it is about.
        kind: ``invitation``, ``invitation_accepted``, ``delegate_confirmed`` …
    """

    message_id: str
    person_id: str
    meeting_id: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class MessageHeld(Event):
    """A message waits for facts that were not heard yet.

    Attributes:
        message_id: The message.
        person_id: Recipient.
        meeting_id: Meeting it is about.
        waiting_for: ``recipient``, ``meeting``, or both.
    """

    message_id: str
    person_id: str
    meeting_id: str
    waiting_for: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MessageResumed(Event):
    """A message that was held or refused is to be sent after all; notification follows it.

    Attributes:
        message_id: The message.
        person_id: Recipient.
        meeting_id: Meeting it is about.
    """

    message_id: str
    person_id: str
    meeting_id: str


@dataclass(frozen=True, kw_only=True)
class MessageSent(Event):
    """The mail server took a message.

    Attributes:
        message_id: The message.
        person_id: Recipient.
        meeting_id: Meeting it is about.
        kind: As in ``MessageIntended``.
        language: Language it was written in (BCP 47).
    """

    message_id: str
    person_id: str
    meeting_id: str
    kind: str
    language: str


@dataclass(frozen=True, kw_only=True)
class MessageSuppressed(Event):
    """A message was not sent because it was no longer true or no longer wanted.

    Attributes:
        message_id: The message.
        person_id: Recipient.
        meeting_id: Meeting it is about.
        kind: As in ``MessageIntended``.
        reason: ``superseded``, ``meeting_cancelled``, ``answered``, ``declined``, ``withdrawn`` or
            ``released``.
    """

    message_id: str
    person_id: str
    meeting_id: str
    kind: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class MessageFailed(Event):
    """The mail server refused a message for good.

    Attributes:
        message_id: The message.
        person_id: Recipient.
        meeting_id: Meeting it is about.
        kind: As in ``MessageIntended``.
        reason: The server's reply code and text, without the address.
    """

    message_id: str
    person_id: str
    meeting_id: str
    kind: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RecipientNoted(Event):
    """Notification knows how to reach a person; what waits for it can go on.

    Attributes:
        person_id: The person.
    """

    person_id: str


@dataclass(frozen=True, kw_only=True)
class MeetingNoted(Event):
    """Notification has noted a change of a meeting; those concerned are told.

    Attributes:
        meeting_id: The meeting.
        revision: Schedule revision noted.
        cancelled: Whether it is cancelled.
    """

    meeting_id: str
    revision: int
    cancelled: bool


@dataclass(frozen=True, kw_only=True)
class AttendanceNoted(Event):
    """Notification has noted that a person is concerned by a meeting.

    Attributes:
        attendance_id: Person and meeting.
        meeting_id: The meeting.
        person_id: The person.
    """

    attendance_id: str
    meeting_id: str
    person_id: str
