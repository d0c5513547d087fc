"""Load, decide, save: one function per thing that is heard or asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.notification.domain import (
    Attendance,
    Cause,
    Known,
    Meeting,
    Message,
    Notice,
    PersonalEvent,
    Recipient,
    news,
    notices,
    people_of,
    revocations,
)
from services.notification.gateways import Post
from services.notification.repository import (
    AttendanceRepository,
    MeetingRepository,
    MessageRepository,
    RecipientRepository,
)
from shared.contracts.events import MeetingAnnounced, MeetingCancelled, MeetingRescheduled
from shared.contracts.membership import PersonContactChanged, PersonDescribed
from shared.contracts.notification import (
    AttendanceNoted,
    MeetingNoted,
    MessageHeld,
    MessageIntended,
    MessageResumed,
    RecipientNoted,
)
from shared.contracts.travel import StayConfirmed
from shared.domain import Event
from shared.persistence.session import current_cause

CLAIMED_FOR = 1.5
"""Times as long as sending may take: the answer has to be stored, too."""


@dataclass(frozen=True, kw_only=True)
class Copies:
    """The collections that decide about messages.

    Attributes:
        recipients: People who may be written to.
        meetings: Meetings.
        attendances: What people have to do with meetings.
    """

    recipients: RecipientRepository
    meetings: MeetingRepository
    attendances: AttendanceRepository


# -- copies of what others own ---------------------------------------------------------------------


def describe_recipient(
    recipients: RecipientRepository, event: PersonDescribed, *, at: datetime
) -> None:
    """Take over who a person is."""
    recipient = recipients.find(event.person_id) or Recipient(id=event.person_id)
    recipient.describe(event, at=at)
    recipients.save(recipient)


def change_contact(
    recipients: RecipientRepository, event: PersonContactChanged, *, at: datetime
) -> None:
    """Take over where a person can be reached."""
    recipient = recipients.find(event.person_id) or Recipient(id=event.person_id)
    recipient.change_contact(event, at=at)
    recipients.save(recipient)


def announce_meeting(meetings: MeetingRepository, event: MeetingAnnounced, *, at: datetime) -> None:
    """Take over what a meeting is."""
    meeting = meetings.find(event.meeting_id) or Meeting(id=event.meeting_id)
    meeting.announce(event, at=at)
    meetings.save(meeting)


def reschedule_meeting(
    meetings: MeetingRepository, event: MeetingRescheduled, *, at: datetime
) -> None:
    """Take over when a meeting takes place."""
    meeting = meetings.find(event.meeting_id) or Meeting(id=event.meeting_id)
    meeting.reschedule(event, at=at)
    meetings.save(meeting)


def cancel_meeting(meetings: MeetingRepository, event: MeetingCancelled, *, at: datetime) -> None:
    """Take over that a meeting does not take place."""
    meeting = meetings.find(event.meeting_id) or Meeting(id=event.meeting_id)
    meeting.cancel(event, at=at)
    meetings.save(meeting)


def note_attendance(attendances: AttendanceRepository, event: PersonalEvent, at: datetime) -> None:
    """Note what an event says of people at a meeting."""
    for person_id in people_of(event):
        attendance = attendances.find(
            Attendance.id_of(event.meeting_id, person_id)
        ) or Attendance.of(event.meeting_id, person_id)
        attendance.note(event, at=at)
        attendances.save(attendance)


# -- messages --------------------------------------------------------------------------------------


def attendance_id(event: MessageIntended | MessageResumed) -> str:
    """Return the id of the attendance that ``send_message`` asks for."""
    return Attendance.id_of(event.meeting_id, event.person_id)


def attendance_ids(event: PersonalEvent) -> list[str]:
    """Return the ids of the attendances that ``note_attendance`` asks for."""
    return [Attendance.id_of(event.meeting_id, person_id) for person_id in people_of(event)]


def message_ids(event: Event) -> list[str]:
    """Return the ids of the messages that ``tell`` asks for."""
    return [notice.message_id for notice in notices(event)]


def follow(
    attendances: AttendanceRepository,
    messages: MessageRepository,
    event: PersonalEvent,
    *,
    at: datetime,
) -> None:
    """Note what an event says of people at a meeting, and intend to tell them."""
    note_attendance(attendances, event, at)
    _intend(messages, notices(event), event, at)


def tell(messages: MessageRepository, event: StayConfirmed, *, at: datetime) -> None:
    """Intend to tell what an event says."""
    _intend(messages, notices(event), event, at)


def tell_news_of_meeting(
    meetings: MeetingRepository,
    attendances: AttendanceRepository,
    messages: MessageRepository,
    event: MeetingNoted,
    *,
    at: datetime,
) -> None:
    """Resume what waits for the meeting, and intend to tell of its changes whom they concern."""
    _resume(messages, messages.held_for_meeting(event.meeting_id), at)
    meeting = meetings.find(event.meeting_id)
    if meeting is None:
        return  # Dropped to be built again, and noted again then.
    told = [news(meeting, each) for each in attendances.of_meeting(event.meeting_id)]
    _intend(messages, [notice for notices_ in told for notice in notices_], event, at)


def tell_news_to_person(
    meetings: MeetingRepository,
    attendances: AttendanceRepository,
    messages: MessageRepository,
    event: AttendanceNoted,
    *,
    at: datetime,
) -> None:
    """Intend to tell a person of what has changed since, and of an acceptance taken back."""
    attendance = attendances.find(event.attendance_id)
    if attendance is None:
        return  # Dropped to be built again, and noted again then.
    meeting = meetings.find(event.meeting_id) or Meeting(id=event.meeting_id)
    _intend(messages, [*news(meeting, attendance), *revocations(attendance)], event, at)


def resume_for_recipient(
    messages: MessageRepository, event: RecipientNoted, *, at: datetime
) -> None:
    """Resume what waits for a person."""
    _resume(messages, messages.held_for_person(event.person_id), at)


def recheck_held_message(
    copies: Copies, messages: MessageRepository, event: MessageHeld, *, at: datetime
) -> None:
    """Resume a message if what it waits for was heard while it was being held."""
    message = messages.get(event.message_id)
    recipient = copies.recipients.find(event.person_id)
    meeting = copies.meetings.find(event.meeting_id)
    if message.is_held_by(event) and message.can_resume(recipient, meeting):
        message.resume(at=at)
        messages.save(message)


def send_message(
    copies: Copies,
    messages: MessageRepository,
    post: Post,
    event: MessageIntended | MessageResumed,
    *,
    at: datetime,
) -> None:
    """Decide about a message, and send it if it is still true.

    The mail goes out before the message is saved as sent, and nobody else sends it meanwhile. Who
    is killed in between leaves a claim that lapses; then it is sent again, with the same
    Message-ID.
    """
    message = messages.get(event.message_id)
    if not message.is_due(event):
        return
    delivery = post.answered(message.id, message.sequence)
    if delivery is None:
        letter = message.draft(_known(copies, messages, post, message), at=at)
        if letter is not None:
            messages.claim(message, post.seconds * CLAIMED_FOR)
            trace_id = current_cause().trace_id
            delivery = post.send(letter, message.sequence, trace_id=trace_id)
    if delivery is not None:
        message.note_receipt(delivery.letter, delivery.receipt, at=at)
    messages.save(message)


def retry_message(messages: MessageRepository, message_id: str, *, at: datetime) -> Message:
    """Have a message sent again that the mail server refused."""
    message = messages.get(message_id)
    message.retry(at=at)
    messages.save(message)
    return message


def _known(copies: Copies, messages: MessageRepository, post: Post, message: Message) -> Known:
    person_id, meeting_id = message.person_id, message.meeting_id
    attendance = copies.attendances.find(Attendance.id_of(meeting_id, person_id))
    return Known(
        recipient=copies.recipients.find(person_id),
        meeting=copies.meetings.find(meeting_id),
        attendance=attendance or Attendance.of(meeting_id, person_id),
        told_revision=messages.told_revision(person_id, meeting_id),
        languages=post.languages,
    )


def _intend(
    messages: MessageRepository, told: Iterable[Notice], event: Event, at: datetime
) -> None:
    """Make the messages that do not exist yet."""
    by_id = {notice.message_id: notice for notice in told}
    known = messages.find_many(by_id)
    why = current_cause()
    cause = Cause(
        event=type(event).__name__, event_id=why.causation_id, correlation_id=why.correlation_id
    )
    for message_id, notice in by_id.items():
        if message_id not in known:
            messages.save(Message.intend(notice, cause, at=at))


def _resume(messages: MessageRepository, held: Iterable[Message], at: datetime) -> None:
    for message in held:
        message.resume(at=at)
        messages.save(message)
