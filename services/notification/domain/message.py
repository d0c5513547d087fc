"""Message: one fact for one recipient, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from services.notification.domain.attendance import Attendance
from services.notification.domain.fact import DelegateFact, Fact, InvitationFact, Kind
from services.notification.domain.history import Cause, State, Step
from services.notification.domain.judgement import calendar_method, overtaken
from services.notification.domain.language import chosen_language
from services.notification.domain.letter import CalendarEntry, Letter, Receipt
from services.notification.domain.meeting import Meeting
from services.notification.domain.notice import Notice
from services.notification.domain.recipient import Recipient
from shared.contracts.notification import (
    MessageFailed,
    MessageHeld,
    MessageIntended,
    MessageResumed,
    MessageSent,
    MessageSuppressed,
)
from shared.domain import Aggregate
from shared.errors import Conflict, NotFound

RECIPIENT = "recipient"
MEETING = "meeting"
"""What a message may wait for."""


class UnknownMessage(NotFound):
    """There is no such message."""


class NotFailed(Conflict):
    """The message did not fail, so there is nothing to try again."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known when a message is to be sent.

    Attributes:
        recipient: ``None`` when nothing was heard.
        meeting: ``None`` when nothing was heard.
        attendance: Of this person at this meeting.
        told_revision: Schedule revision that the last letter sent to the person told of; ``None``
            when none was sent.
        languages: Tags that there are texts in.
    """

    recipient: Recipient | None
    meeting: Meeting | None
    attendance: Attendance
    told_revision: int | None
    languages: frozenset[str]


@dataclass(kw_only=True, eq=False)
class Message(Aggregate):
    """A fact to be told to one person.

    It is created by the fact and decided upon when it is sent: only then is it looked up who the
    recipient is, in which language, and whether it is still true.

    Attributes:
        person_id: Recipient.
        meeting_id: Meeting it is about.
        kind: Which text.
        fact: What it tells.
        cause: Why there is a message.
        state: What became of it.
        intended_at: When it was created, UTC.
        history: Every state it was in, oldest first.
        attempts: Answers that a mail server gave; a server that is away gives none.
        language: It was written in (BCP 47), or ``None``.
        subject: As sent, or ``None``.
        revision: Schedule revision of the meeting that it told of, or ``None``.
        calendar: The calendar object that went with it, or ``None``.
    """

    person_id: str
    meeting_id: str
    kind: Kind
    fact: Fact
    cause: Cause
    state: State
    intended_at: datetime
    history: tuple[Step, ...] = ()
    attempts: int = 0
    language: str | None = None
    subject: str | None = None
    revision: int | None = None
    calendar: CalendarEntry | None = None

    @classmethod
    def intend(cls, notice: Notice, cause: Cause, *, at: datetime) -> Self:
        """Intend to tell somebody something; records ``MessageIntended``."""
        message = cls(
            id=notice.message_id,
            person_id=notice.person_id,
            meeting_id=notice.meeting_id,
            kind=notice.kind,
            fact=notice.fact,
            cause=cause,
            state=State.INTENDED,
            intended_at=at,
        )
        message._enter(State.INTENDED, at)
        message.record(
            MessageIntended(
                message_id=message.id,
                person_id=message.person_id,
                meeting_id=message.meeting_id,
                kind=message.kind,
                occurred_at=at,
            )
        )
        return message

    @property
    def reason(self) -> str:
        """Why it is in its state, or empty."""
        return self.history[-1].reason

    @property
    def missing(self) -> list[str]:
        """What it waits for, in alphabetical order."""
        return sorted(self.waiting_for)

    def is_due(self, event: MessageIntended | MessageResumed) -> bool:
        """Tell whether it is this event that it has to be sent for.

        An event comes again after a crash; by then the message may have been sent, or held and
        resumed, and the event that resumed it is on its way.
        """
        return self.state is State.INTENDED and event.sequence == self.sequence

    def is_held_by(self, event: MessageHeld) -> bool:
        """Tell whether it still waits since this event."""
        return self.state is State.HELD and event.sequence == self.sequence

    def can_resume(self, recipient: Recipient | None, meeting: Meeting | None) -> bool:
        """Tell whether nothing is missing any more."""
        return not self._not_heard(recipient, meeting)

    def draft(self, known: Known, *, at: datetime) -> Letter | None:
        """Decide whether it is sent now, and how.

        Returns:
            What to write; ``None`` when it is not sent: then it has recorded ``MessageHeld``,
            because something was not heard yet, or ``MessageSuppressed``, because it is not true
            any more.
        """
        recipient, meeting = known.recipient, known.meeting
        missing = self._not_heard(recipient, meeting)
        if missing or recipient is None or meeting is None:
            self._hold(missing, at)
            return None
        reason = overtaken(self.kind, self.fact, meeting, known.attendance)
        if reason is not None:
            self._suppress(reason, at)
            return None
        language = chosen_language(recipient.languages, known.languages)
        told = known.told_revision
        before = meeting.schedule_at(meeting.revision if told is None else told).begins
        return Letter(
            message_id=self.id,
            correlation_id=self.cause.correlation_id,
            kind=self.kind,
            fact=self.fact,
            language=language,
            name=recipient.name_in(language),
            email=recipient.email,
            title=meeting.title,
            venue=meeting.venue,
            revision=meeting.revision,
            schedule=meeting.schedule,
            before=None if before == meeting.schedule.begins else before,
            calendar=self._calendar(meeting, known.attendance),
            written_at=at,
        )

    def note_receipt(self, letter: Letter, receipt: Receipt, *, at: datetime) -> None:
        """Note what the mail server said; records ``MessageSent`` or ``MessageFailed``."""
        self.attempts += 1
        self.language, self.revision = letter.language, letter.revision
        self.subject, self.calendar = receipt.subject, letter.calendar
        if receipt.accepted:
            self._enter(State.SENT, at)
            self.record(
                MessageSent(
                    message_id=self.id,
                    person_id=self.person_id,
                    meeting_id=self.meeting_id,
                    kind=self.kind,
                    language=letter.language,
                    occurred_at=at,
                )
            )
        else:
            self._enter(State.FAILED, at, receipt.reply)
            self.record(
                MessageFailed(
                    message_id=self.id,
                    person_id=self.person_id,
                    meeting_id=self.meeting_id,
                    kind=self.kind,
                    reason=receipt.reply,
                    occurred_at=at,
                )
            )

    def resume(self, *, at: datetime) -> None:
        """Have it sent after all, if it is held; records ``MessageResumed``."""
        if self.state is State.HELD:
            self.stop_waiting(RECIPIENT)
            self.stop_waiting(MEETING)
            self._resume(at)

    def retry(self, *, at: datetime) -> None:
        """Have it sent again after the mail server refused it; records ``MessageResumed``.

        Raises:
            NotFailed: It did not fail.
        """
        if self.state is not State.FAILED:
            raise NotFailed(f"The message is {self.state}, not failed.", state=self.state.value)
        self._resume(at)

    def _calendar(self, meeting: Meeting, attendance: Attendance) -> CalendarEntry | None:
        method = calendar_method(self.kind, self.fact, attendance)
        return None if method is None else CalendarEntry.of(meeting.id, meeting.revision, method)

    def _not_heard(self, recipient: Recipient | None, meeting: Meeting | None) -> tuple[str, ...]:
        """Return what the letter needs and was not heard yet.

        A person who is told of a changed schedule by an invitation is not told of that change
        again, so the letter must not go out with the schedule of before.
        """
        told = self.fact.revision if isinstance(self.fact, InvitationFact | DelegateFact) else 0
        known = {
            RECIPIENT: recipient is not None and recipient.is_known,
            MEETING: meeting is not None and meeting.is_known and meeting.revision >= told,
        }
        return tuple(what for what, is_known in known.items() if not is_known)

    def _hold(self, missing: tuple[str, ...], at: datetime) -> None:
        for what in missing:
            self.wait_for(what)
        self._enter(State.HELD, at)
        self.record(
            MessageHeld(
                message_id=self.id,
                person_id=self.person_id,
                meeting_id=self.meeting_id,
                waiting_for=missing,
                occurred_at=at,
            )
        )

    def _suppress(self, reason: str, at: datetime) -> None:
        self._enter(State.SUPPRESSED, at, reason)
        self.record(
            MessageSuppressed(
                message_id=self.id,
                person_id=self.person_id,
                meeting_id=self.meeting_id,
                kind=self.kind,
                reason=reason,
                occurred_at=at,
            )
        )

    def _resume(self, at: datetime) -> None:
        self._enter(State.INTENDED, at)
        self.record(
            MessageResumed(
                message_id=self.id,
                person_id=self.person_id,
                meeting_id=self.meeting_id,
                occurred_at=at,
            )
        )

    def _enter(self, state: State, at: datetime, reason: str = "") -> None:
        self.state = state
        self.history = (*self.history, Step(state=state, at=at, reason=reason))
