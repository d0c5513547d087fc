"""Doors that every service has for its copies, and for those who copy from it."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from shared.messaging.restatement import Restatements
from shared.messaging.seen import Seen
from shared.persistence.copies import Copies
from shared.web.auth import OPERATOR, Principal
from shared.web.door import declare
from shared.web.fields import InstantField

_FOR_OPERATORS: Any = {"allow": OPERATOR, "tags": ("copies",)}


class CopySchema(Schema):
    """A collection of copies of what others own."""

    name = fields.String()
    documents = fields.Integer()
    waiting = fields.Integer()


class CopiesSchema(Schema):
    """The copies of a service, and the events by publisher that it hears."""

    copies = fields.List(fields.Nested(CopySchema))
    heard = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class ResetCopySchema(Schema):
    """Whether the copy begins with nothing."""

    drop = fields.Boolean(load_default=False)


class ResetSchema(Schema):
    """How many documents are concerned."""

    documents = fields.Integer()


class HeardAgainSchema(Schema):
    """How many events of a restatement were handled."""

    handled = fields.Integer()


class AskForRestatementSchema(Schema):
    """Which events are to be published again."""

    events = fields.List(fields.String(), required=True, validate=validate.Length(1, 200))


class RestatementSchema(Schema):
    """How far a restatement has come."""

    id = fields.String(attribute="_id")
    events = fields.List(fields.String())
    asked_by = fields.String()
    asked_at = InstantField()
    published = fields.Integer()
    finished_at = InstantField(allow_none=True)


class CopyDoors:
    """Answers at these doors for one process."""

    copies: Copies
    heard: Mapping[str, Sequence[str]]
    restatements: Restatements
    seen: Seen

    @declare("GET", "/v1/copies", gives=CopiesSchema, **_FOR_OPERATORS)
    def list_copies(self) -> dict[str, Any]:
        """List what this service copies from others, and what it hears of them."""
        return {"copies": self.copies.all(), "heard": self.heard}

    @declare(
        "POST",
        "/v1/copies/<name>/reset",
        takes=ResetCopySchema,
        gives=ResetSchema,
        **_FOR_OPERATORS,
    )
    def reset_copy(self, name: str, *, drop: bool) -> dict[str, int]:
        """Have a copy take in again what it is told; kept as it is until then, or dropped."""
        return {"documents": self.copies.reset(name, drop=drop)}

    @declare(
        "GET", "/v1/copies/restatements/<restatement_id>", gives=HeardAgainSchema, **_FOR_OPERATORS
    )
    def count_heard_again(self, restatement_id: str) -> dict[str, int]:
        """Count the events of another service's restatement that were handled here."""
        return {"handled": self.seen.count(restatement_id)}

    @declare(
        "POST",
        "/v1/restatements",
        takes=AskForRestatementSchema,
        gives=RestatementSchema,
        status=202,
        **_FOR_OPERATORS,
    )
    def ask_for_restatement(self, events: list[str], principal: Principal) -> dict[str, Any]:
        """Publish all events of these names again, for whoever has lost what they said."""
        return self.restatements.ask(events, principal.subject)

    @declare("GET", "/v1/restatements/<restatement_id>", gives=RestatementSchema, **_FOR_OPERATORS)
    def get_restatement(self, restatement_id: str) -> dict[str, Any]:
        """Tell how far a restatement has come."""
        return self.restatements.get(restatement_id)
