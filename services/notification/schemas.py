"""The JSON that notification takes and gives."""

from marshmallow import Schema, fields

from services.notification.domain import Kind, Method, State
from shared.web.fields import InstantField


class StepSchema(Schema):
    """A change of a message's state."""

    state = fields.Enum(State, by_value=True)
    at = InstantField()
    reason = fields.String()


class CauseSchema(Schema):
    """Why there is a message."""

    event = fields.String()
    event_id = fields.String()
    correlation_id = fields.String()


class CalendarEntrySchema(Schema):
    """The calendar object that went with a message (RFC 5545)."""

    uid = fields.String()
    sequence = fields.Integer()
    method = fields.Enum(Method, by_value=True)


class MessageSchema(Schema):
    """A message: why it exists and what became of it; neither its text nor where it went."""

    id = fields.String()
    person_id = fields.String()
    meeting_id = fields.String()
    kind = fields.Enum(Kind, by_value=True)
    state = fields.Enum(State, by_value=True)
    reason = fields.String()
    waiting_for = fields.List(fields.String(), attribute="missing")
    cause = fields.Nested(CauseSchema)
    history = fields.List(fields.Nested(StepSchema))
    attempts = fields.Integer()
    language = fields.String(allow_none=True)
    subject = fields.String(allow_none=True)
    revision = fields.Integer(allow_none=True)
    calendar = fields.Nested(CalendarEntrySchema, allow_none=True)
    intended_at = InstantField()


class ListMessagesSchema(Schema):
    """Which messages."""

    person_id = fields.String(load_default=None)
    meeting_id = fields.String(load_default=None)
    state = fields.Enum(State, by_value=True, load_default=None)
    kind = fields.Enum(Kind, by_value=True, load_default=None)
