"""Recipients, meetings and attendances as heard; messages and what becomes of them."""

from services.notification.domain.attendance import Attendance, PersonalEvent, people_of
from services.notification.domain.fact import Kind
from services.notification.domain.history import Cause, State
from services.notification.domain.judgement import Method
from services.notification.domain.letter import CalendarEntry, Letter, Receipt
from services.notification.domain.meeting import Meeting
from services.notification.domain.message import Known, Message, NotFailed, UnknownMessage
from services.notification.domain.notice import Notice, news, notices, revocations
from services.notification.domain.recipient import Recipient

__all__ = [
    "Attendance",
    "CalendarEntry",
    "Cause",
    "Kind",
    "Known",
    "Letter",
    "Meeting",
    "Message",
    "Method",
    "NotFailed",
    "Notice",
    "PersonalEvent",
    "Receipt",
    "Recipient",
    "State",
    "UnknownMessage",
    "news",
    "notices",
    "people_of",
    "revocations",
]
