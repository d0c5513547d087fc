"""Letters: all that is needed to write a message, and what the mail server said to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from services.notification.domain.fact import Fact, Kind
from services.notification.domain.judgement import Method
from services.notification.domain.meeting import Schedule
from shared.contracts import PlaceTime

ID_DOMAIN = "zirve.example"
"""Right side of calendar UIDs and Message-IDs. It is part of their identity: were it a setting,
changing that would leave behind every entry that is in a calendar already."""


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """The calendar object that goes with a letter.

    Attributes:
        uid: The same for a meeting for ever (RFC 5545 §3.8.4.7).
        sequence: The meeting's schedule revision (RFC 5545 §3.8.7.4).
        method: What the calendar is to do.
    """

    uid: str
    sequence: int
    method: Method

    @classmethod
    def of(cls, meeting_id: str, revision: int, method: Method) -> Self:
        """Return the entry of a meeting as of a revision."""
        return cls(uid=f"{meeting_id}@{ID_DOMAIN}", sequence=revision, method=method)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """All that is needed to write a message.

    Attributes:
        message_id: The message.
        correlation_id: Of what caused it.
        kind: Which text.
        fact: What it tells.
        language: In which language (BCP 47).
        name: How the recipient is addressed: in the script of home, when the language is one of
            the recipient's own.
        email: Where to.
        title: Of the meeting.
        venue: Of the meeting.
        revision: Number of changes of the meeting's schedule that are known now.
        schedule: When the meeting takes place by those.
        before: When it was to begin as the recipient was told last; ``None`` when that is the same.
        calendar: The calendar object, or ``None``.
        written_at: Now, UTC.
    """

    message_id: str
    correlation_id: str
    kind: Kind
    fact: Fact
    language: str
    name: str
    email: str
    title: str
    venue: str
    revision: int
    schedule: Schedule
    before: PlaceTime | None
    calendar: CalendarEntry | None
    written_at: datetime


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What the mail server said.

    Attributes:
        accepted: It took the letter; else it refused it for good.
        reply: Its reply code and text, without addresses.
        subject: As it was written; empty when it was not.
    """

    accepted: bool
    reply: str
    subject: str = ""
