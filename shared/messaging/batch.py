"""Handling a batch of messages: load all, handle each in order, save all, judge each.

Nothing here knows AMQP or eventlet. What a message has done is in the documents of the aggregates
it changed, and each of them remembers that it heard it, so a batch may stop anywhere and come
again, in whole or in part, here or in another process.
"""

import logging
import random
import time
from collections.abc import Iterable, Sequence
from typing import Any

from shared.domain import numbered
from shared.errors import Unavailable
from shared.messaging.envelope import Cause
from shared.messaging.received import Fate, Received, Subscription
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
            if not self._call_one(session, number, messages[number]):
                failed.add(number)
                again = session.forget({number}) - failed
                waiting = sorted({*waiting, *again})
        correlation_id.set("")

    def _call_one(self, session: Session, number: int, message: Received) -> bool:
        """Call a message's handler; tells whether it returned."""
        envelope, subscription = message.envelope, message.subscription
        if envelope is None or subscription is None:
            return True
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
                return False
            finally:
                message.seconds += time.perf_counter() - started
        return True

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
