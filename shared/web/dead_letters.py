"""Doors that every service has for its dead letters."""

from typing import Any

from marshmallow import Schema, fields, validate

from shared.messaging.dead_letters import PARKED, STATES, DeadLetters
from shared.web.auth import OPERATOR, ORGANISER, Principal
from shared.web.door import declare
from shared.web.fields import InstantField
from shared.web.paging import Page, PageRequest

_PATH = "/v1/dead-letters"
_FOR_OPERATORS: Any = {"allow": ORGANISER | OPERATOR, "tags": ("dead letters",)}


class ListDeadLettersSchema(Schema):
    """Which dead letters."""

    state = fields.String(load_default=PARKED, validate=validate.OneOf(STATES))


class DeadLetterSchema(Schema):
    """A parked message without its contents."""

    id = fields.String(attribute="_id")
    state = fields.String()
    event = fields.String(allow_none=True)
    handler = fields.String(allow_none=True)
    reason = fields.String()
    history = fields.List(fields.String())
    parked_at = InstantField()
    closed_at = InstantField(allow_none=True)


class WholeDeadLetterSchema(DeadLetterSchema):
    """A parked message with all that is known of it."""

    traceback = fields.String()
    headers = fields.Dict(keys=fields.String(), values=fields.String())
    body = fields.String(allow_none=True)


class ReplaySchema(Schema):
    """Which dead letters to replay; ``null`` for all that are parked."""

    ids = fields.List(
        fields.String(), required=True, allow_none=True, validate=validate.Length(1, 200)
    )


class ReplayedSchema(Schema):
    """How many were replayed."""

    replayed = fields.Integer()


class DropSchema(Schema):
    """Why a dead letter needs nobody any more."""

    why = fields.String(required=True, validate=validate.Length(1, 200))


class DeadLetterDoors:
    """Answers at these doors for one process."""

    letters: DeadLetters

    @declare("GET", _PATH, takes=ListDeadLettersSchema, lists=DeadLetterSchema, **_FOR_OPERATORS)
    def list_dead_letters(self, page: PageRequest, state: str) -> Page[dict[str, Any]]:
        """List messages that were parked, oldest events first."""
        return self.letters.page(state, page)

    @declare("GET", f"{_PATH}/<letter_id>", gives=WholeDeadLetterSchema, **_FOR_OPERATORS)
    def get_dead_letter(self, letter_id: str, principal: Principal) -> dict[str, Any]:
        """Look up a parked message; an organiser sees no body that may hold contact data."""
        return self.letters.get(letter_id, whole=principal.role == "operator")

    @declare("POST", f"{_PATH}/replays", takes=ReplaySchema, gives=ReplayedSchema, **_FOR_OPERATORS)
    def replay_dead_letters(self, ids: list[str] | None, principal: Principal) -> dict[str, int]:
        """Have messages handled again; what was replayed before is left alone."""
        return {"replayed": self.letters.replay(ids, principal.subject)}

    @declare("POST", f"{_PATH}/<letter_id>/drop", takes=DropSchema, **_FOR_OPERATORS)
    def drop_dead_letter(self, letter_id: str, why: str, principal: Principal) -> None:
        """Say that a message needs nobody any more; it is kept for 90 days."""
        self.letters.drop(letter_id, why, principal.subject)
