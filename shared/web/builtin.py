"""Doors that every service has: for its operators, and for those who describe it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

from marshmallow import Schema, fields

from shared.clock import utc_now
from shared.config import Settings
from shared.errors import Forbidden
from shared.messaging.dead_letters import DeadLetters
from shared.messaging.restatement import Restatements
from shared.messaging.seen import Seen
from shared.messaging.status import Status
from shared.messaging.topology import Topology
from shared.observability import metrics
from shared.observability.gauges import Gauges, Reading
from shared.observability.health import Health
from shared.persistence.command import Answer
from shared.persistence.copies import Copies
from shared.persistence.shared_clock import SharedClock
from shared.strict_json import dumps
from shared.web.auth import OPERATOR, ORGANISER, PUBLIC
from shared.web.copies import CopyDoors
from shared.web.dead_letters import DeadLetterDoors
from shared.web.door import declare
from shared.web.fields import InstantField

OPERATION = "operation"
"""Tag of the doors that an operator's port has."""


class ClockMayNotBeSet(Forbidden):
    """This installation's time is the real one."""


class SetClockSchema(Schema):
    """The time that it shall be."""

    now = InstantField(required=True)


class ClockSchema(Schema):
    """The time that it is for the domain."""

    now = InstantField(required=True)


class StatusSchema(Schema):
    """What a service has left to do."""

    outbox = fields.Integer(required=True)
    oldest_outbox_seconds = fields.Float(required=True, allow_none=True)
    waiting = fields.Integer(required=True)
    published = fields.Integer(required=True)
    handled = fields.Integer(required=True)
    queues = fields.Dict(keys=fields.String(), values=fields.Integer(), allow_none=True)
    checked_at = InstantField(required=True)


class Process(Protocol):
    """What these doors need of the process that they are in."""

    kind: type[Any]
    settings: Settings
    clock: SharedClock
    dead_letters: DeadLetters
    copies: Copies
    restatements: Restatements
    seen: Seen
    topology: Topology

    def status(self) -> Status:
        """Count what is open."""

    def ready(self) -> dict[str, bool]:
        """Tell what works, by name."""

    def readings(self) -> Iterator[Reading]:
        """Read what an operator looks at."""


class BuiltIn(DeadLetterDoors, CopyDoors):
    """Answers at these doors for one process."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.letters = process.dead_letters
        self.copies, self.restatements = process.copies, process.restatements
        self.heard, self.seen = process.topology.heard, process.seen
        self.health = Health(process.ready)

    @declare("GET", "/health/live", allow=PUBLIC, tags=(OPERATION,))
    def get_liveness(self) -> Answer:
        """Tell that this process turns."""
        return _json(200, {"status": "live"})

    @declare("GET", "/health/ready", allow=PUBLIC, tags=(OPERATION,))
    def get_readiness(self) -> Answer:
        """Tell whether this process can do its work."""
        status, checks = self.health.ready()
        return _json(503 if status == "not ready" else 200, {"status": status, **checks})

    @declare("GET", "/metrics", allow=PUBLIC, tags=(OPERATION,))
    def get_metrics(self) -> Answer:
        """Give this process's metrics as Prometheus reads them."""
        text = metrics.rendered(Gauges(self._process.readings))
        return Answer(200, text, {"Content-Type": metrics.CONTENT_TYPE})

    @declare("GET", "/openapi.json", allow=PUBLIC, tags=("description",))
    def get_description(self) -> Answer:
        """Describe this API as OpenAPI 3.1."""
        # apispec is imported only where somebody asks: it takes some MiB.
        from shared.web.openapi import document

        return _json(200, document(self._process.kind))

    @declare("GET", "/v1/status", allow=ORGANISER | OPERATOR, gives=StatusSchema, tags=("status",))
    def get_status(self) -> Status:
        """Count what this service has left to do."""
        return self._process.status()

    @declare("GET", "/v1/clock", allow=ORGANISER | OPERATOR, gives=ClockSchema, tags=("clock",))
    def get_clock(self) -> dict[str, datetime]:
        """Tell the time that it is for the domain."""
        return {"now": utc_now()}

    @declare(
        "PUT",
        "/v1/clock",
        allow=ORGANISER | OPERATOR,
        takes=SetClockSchema,
        gives=ClockSchema,
        tags=("clock",),
    )
    def set_clock(self, now: datetime) -> dict[str, datetime]:
        """Set the time that it is for the domain; answered once every live process has it."""
        if not self._process.settings.CLOCK_MAY_BE_SET:
            raise ClockMayNotBeSet("The clock of this installation may not be set.")
        return {"now": self._process.clock.set(now)}


def _json(status: int, value: Any) -> Answer:
    return Answer(status, dumps(value), {"Content-Type": "application/json"})
