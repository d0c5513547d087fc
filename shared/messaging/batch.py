"""Handling a batch of messages: load all, handle each in order, save all, judge each.

Nothing here knows AMQP or eventlet. What a message has done is in the documents of the aggregates
it changed, and each of them remembers that it heard it, so a batch may stop anywhere and come
again, in whole or in part, here or in another process.
"""

import logging
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from shared.domain import Event, numbered
from shared.errors import Claimed, Unavailable
from shared.messaging.envelope import Cause, Envelope
from shared.messaging.failure import is_passing, reason_of, trace_of
from shared.messaging.serialization import BrokenContract, decode
from shared.observability.logging import correlation_id
from shared.observability.traces import spans
from shared.persistence.command import PAUSE_SECONDS, Relay
from shared.persistence.repository import Repository
from shared.persistence.session import Entry, Hearing, Session, opened
from shared.persistence.store import DatabaseAway, DuplicateKey, Outcome, Store

TRIES = 100
"""Of one message that loses its save, within 20 s. On the ladder it could be overtaken by more than
its aggregate remembers, and nobody could judge it any more."""

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


class BatchHandler:
    """Handles batches for one service."""

    def __init__(self, subscriptions: Iterable[Subscription], store: Store, relay: Relay) -> None:
        self._subscriptions = {
            (each.contract.publisher(), each.contract.__name__): each for each in subscriptions
        }
        self._store = store
        self._relay = relay

    def prepare(self, message: Received) -> bool:
        """Find a message's handler and decode it; False when its fate is settled already."""
        envelope = message.envelope
        if envelope is None:
            message.fate = Fate.PARK
            return False
        subscription = self._subscriptions.get((envelope.publisher, envelope.name))
        if subscription is None:
            message.settle(Fate.RETRY, f"no_handler: {envelope.publisher}.{envelope.name}")
            return False
        try:
            event = decode(subscription.contract, message.body)
        except BrokenContract as error:
            message.settle(Fate.PARK, f"broken_contract: {error}")
            return False
        message.subscription = subscription
        message.event = numbered(event, envelope.sequence)
        return True

    def keys(self, message: Received) -> set[tuple[str, str]]:
        """Return collection and id of the aggregates that a prepared message will ask for."""
        keys: set[tuple[str, str]] = set()
        if message.subscription is not None:
            for repository, ids in message.subscription.loads:
                keys.update((repository.collection, each) for each in ids(message.event))
        return keys

    def handle(self, messages: Sequence[Received]) -> None:
        """Handle prepared messages; afterwards each has its fate."""
        try:
            self._handle_together([m for m in messages if not _queries(m)])
            for message in messages:
                if _queries(message):
                    self._handle_alone(message)
        except DatabaseAway:
            # Whoever has no verdict yet is still on HOLD.
            return

    def _handle_together(self, messages: list[Received]) -> None:
        lost = self._run(messages, ()) if messages else []
        for message, entries in lost:
            self._handle_alone(message, entries)

    def _handle_alone(self, message: Received, lost_entries: Sequence[Entry] = ()) -> None:
        for attempt in range(TRIES):
            lost = self._run([message], lost_entries)
            if not lost:
                return
            lost_entries = lost[0][1]
            time.sleep(PAUSE_SECONDS * attempt * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
        message.settle(Fate.RETRY, "lost_locks: too many changes of this at the same time")

    def _run(
        self, messages: list[Received], known: Sequence[Entry]
    ) -> list[tuple[Received, list[Entry]]]:
        """Load, handle and save once.

        Args:
            messages: Prepared ones.
            known: Aggregates whose save was lost before; they are read ahead.

        Returns:
            Messages to be handled again by themselves, with the saves that they lost.

        Raises:
            DatabaseAway: It does not answer; nothing or only some of it is stored.
        """
        for message in messages:
            message.fate = Fate.HOLD
        session = Session(Cause("", ""))
        with opened(session), spans.of_one(messages):
            self._load(session, messages, known)
            self._call(session, messages)
            writable = self._writable(session, messages)
            self._store.write([entry.write for entry in writable if entry.write is not None])
        return self._judge(writable, messages)

    def _load(self, session: Session, messages: list[Received], known: Sequence[Entry]) -> None:
        wanted: dict[Repository[Any], set[str]] = {}
        for message in messages:
            if message.subscription is not None:
                for repository, ids in message.subscription.loads:
                    wanted.setdefault(repository, set()).update(ids(message.event))
        for entry in known:
            wanted.setdefault(entry.repository, set()).add(entry.aggregate.id)
        for repository, all_ids in wanted.items():
            try:
                session.preload(repository, all_ids)
            except DatabaseAway:
                raise
            except Exception as error:  # noqa: BLE001 - as in _call
                # Each handler reads for itself, and whoever asks for what cannot be read fails.
                log.warning("not read ahead", extra={"reason": type(error).__name__})

    def _call(self, session: Session, messages: list[Received]) -> None:
        """Call each handler in order; after a raise, again without the message that raised."""
        waiting = list(range(len(messages)))
        failed: set[int] = set()
        while waiting:
            number = waiting.pop(0)
            message = messages[number]
            envelope, subscription = message.envelope, message.subscription
            if envelope is None or subscription is None:
                continue
            session.cause = message.cause
            session.hearing = Hearing(number, envelope.source, envelope.sequence)
            correlation_id.set(session.cause.correlation_id)
            started = time.perf_counter()
            with message.span:
                try:
                    subscription.call(message.event)
                except DatabaseAway:
                    raise
                except Exception as error:  # noqa: BLE001 - one bad message must not fail its neighbours
                    message.fail(error)
                    failed.add(number)
                    again = session.forget({number}) - failed
                    waiting = sorted({*waiting, *again})
                finally:
                    message.seconds += time.perf_counter() - started
        correlation_id.set("")

    def _writable(self, session: Session, messages: list[Received]) -> list[Entry]:
        """Make the writes; what cannot be written fails the messages that changed it."""
        writable = []
        for entry in session.marked():
            try:
                session.writes([entry])
            except Exception as error:  # noqa: BLE001 - as in _call
                for number in entry.savers:
                    messages[number].fail(error)
            else:
                writable.append(entry)
        return writable

    def _judge(
        self, entries: list[Entry], messages: list[Received]
    ) -> list[tuple[Received, list[Entry]]]:
        saved: list[Entry] = []
        lost: dict[int, list[Entry]] = {}
        for entry in entries:
            outcome = entry.write.outcome if entry.write is not None else Outcome.SAVED
            if outcome is Outcome.SAVED:
                saved.append(entry)
            elif outcome is Outcome.LOST or isinstance(outcome, Unavailable):
                # Of unknown fate: if it is stored after all, the aggregate has heard it.
                for number in entry.savers:
                    lost.setdefault(number, []).append(entry)
            else:
                for number in entry.savers:
                    messages[number].fail(_error_of(entry, outcome))
        for number, message in enumerate(messages):
            if message.fate is Fate.HOLD and number not in lost:
                message.fate = Fate.DONE
        self._relay.submit(saved)
        return [(messages[number], lost[number]) for number in sorted(lost)]


def _queries(message: Received) -> bool:
    return message.subscription is not None and message.subscription.alone


def _error_of(entry: Entry, outcome: Any) -> Exception:
    if isinstance(outcome, DuplicateKey):
        return entry.repository.conflict(outcome)
    error: Exception = outcome
    return error
