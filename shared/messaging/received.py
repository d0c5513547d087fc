"""A message as it came, who is called for it, and what is to become of it."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from shared.domain import Event
from shared.errors import Claimed
from shared.messaging.envelope import Cause, Envelope
from shared.messaging.failure import is_passing, reason_of, trace_of
from shared.observability.traces import spans
from shared.persistence.repository import Repository

log = logging.getLogger(__name__)

Ids = Callable[[Any], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Subscription:
    """A method that is called for an event.

    Attributes:
        contract: The event's class.
        call: The service's method.
        loads: Which aggregates it will ask for: repository and the ids, from the event.
        alone: It queries, so it is handled by itself after the others were saved.
        tries: How often it is called in vain before the event is parked; ``None`` for as often as
            the retry ladder has it called.
    """

    contract: type[Event]
    call: Callable[[Any], None]
    loads: tuple[tuple[Repository[Any], Ids], ...] = ()
    alone: bool = False
    tries: int | None = None

    @property
    def name(self) -> str:
        """The event's publisher and name: ``travel.TripOpened``."""
        return f"{self.contract.publisher()}.{self.contract.__name__}"


class Fate(Enum):
    """What is to become of a message."""

    DONE = "done"
    RETRY = "retry"
    WAIT = "wait"
    """Another process is at it: look again soon, which is no further try."""
    PARK = "park"
    HOLD = "hold"
    """The database is away: keep it and handle it again when it is back."""


@dataclass(slots=True, eq=False)
class Received:
    """A message as it came.

    Attributes:
        envelope: Read from its headers; ``None`` when that failed.
        body: Its bytes.
        deliveries: How often the broker has delivered it before and got no ack.
        fate: The verdict.
        reason: Why it is not ``DONE``; a short code, then detail.
        trace: Where its handler failed.
        seconds: Spent in its handler so far, without reading ahead and saving.
        tag: The channel's delivery tag.
        raw: Whatever the transport needs to publish it again.
        span: What is told of its handling.
    """

    envelope: Envelope | None
    body: bytes
    deliveries: int = 0
    fate: Fate = Fate.HOLD
    reason: str = ""
    trace: str = ""
    seconds: float = 0.0
    tag: int = 0
    raw: Any = None
    event: Event | None = field(default=None, repr=False)
    subscription: Subscription | None = field(default=None, repr=False)
    span: spans.Span = field(default_factory=spans.Span, repr=False)

    @property
    def cause(self) -> Cause:
        """What events carry that follow from it; of something that has an envelope."""
        given = self.envelope.cause if self.envelope else Cause("", "")
        trace = self.span.traceparent or given.traceparent
        return Cause(given.correlation_id, given.causation_id, trace)

    def settle(self, fate: Fate, reason: str = "") -> None:
        """Note the verdict."""
        self.fate, self.reason = fate, reason

    def fail(self, error: Exception) -> None:
        """Note the verdict that an error of its handler asks for."""
        restricted = self.subscription is not None and self.subscription.contract.restricted
        self.trace = trace_of(error)
        fate = Fate.RETRY if is_passing(error) else Fate.PARK
        if isinstance(error, Claimed):
            fate = Fate.WAIT
        self.settle(fate, reason_of(error, restricted=restricted))
        if self.fate is Fate.RETRY:
            name = self.envelope.name if self.envelope else None
            told = {"event_type": name, "reason": self.reason, "traceback": self.trace}
            log.warning("event failed", extra=told)
