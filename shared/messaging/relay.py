"""The relay: what was saved is published, then moves from the outboxes to the facts.

A save hands its events over at once; what a killed process left behind is found by the sweep.
An event may be published twice and never not at all; its receivers have heard it.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Iterable
from datetime import timedelta
from typing import Protocol

from pymongo.errors import PyMongoError

from shared.clock import real_now
from shared.domain import bookkeeping
from shared.errors import Unavailable
from shared.messaging.envelope import headers_of
from shared.messaging.frames import Outgoing
from shared.observability import metrics
from shared.observability.traces import spans
from shared.persistence.document import Document
from shared.persistence.facts import Published
from shared.persistence.session import Entry
from shared.persistence.store import Store

BATCH_MOST = 500
BACKLOG_MOST = 20_000
"""Events held in memory at the most; what is beyond waits in its outbox for the sweep."""
SWEPT_DOCUMENTS = 200
FORGET_SECONDS = 0.01
"""How long published events are gathered before they leave their outboxes together."""
REMEMBERED = 20_000
"""Published events that are known to have left their outbox. A command that loaded its aggregate
just before hands them over once more, and would have them published again."""

log = logging.getLogger(__name__)


class Sender(Protocol):
    """What the relay needs of a publisher."""

    def send(self, messages: list[Outgoing]) -> None:
        """Publish and wait for the confirms."""


class Relay:
    """Publishes the outboxes of one service's aggregates."""

    def __init__(self, service: str, store: Store, sender: Sender) -> None:
        self._service = service
        self._store = store
        self._sender = sender
        self._waiting: deque[Published] = deque()
        self._confirmed: list[Published] = []
        self._known: set[str] = set()
        self._gone: set[str] = set()
        self._gone_in_order: deque[str] = deque()
        self._wake = threading.Event()
        self._forgettable = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._stopping = False
        self._interrupted = False

    def submit(self, entries: Iterable[Entry]) -> None:
        """Publish soon: the outbox as it was loaded, then the save's own events, in order."""
        for entry in entries:
            book = bookkeeping(entry.aggregate)
            if book.outbox or book.pending:
                said = [*book.outbox, *book.pending]
                self._take(entry.repository.collection, entry.aggregate.id, said)

    def sweep(self, collections: Iterable[str], older_than: timedelta) -> int:
        """Hand over what stale outboxes hold; returns the number of events found."""
        found = 0
        before = real_now() - older_than
        for collection in collections:
            stale = self._store.find(
                collection,
                {"_outbox.at": {"$lt": before}},
                projection={"_outbox": 1},
                limit=SWEPT_DOCUMENTS,
            )
            for document in stale:
                found += len(document["_outbox"])
                self._take(collection, document["_id"], document["_outbox"])
        return found

    def publish_waiting(self) -> int:
        """Publish one batch of what was handed over; returns its size.

        Raises:
            Unavailable: The broker did not confirm; the sweep will find the events again.
        """
        batch: list[Published] = []
        while self._waiting and len(batch) < BATCH_MOST:
            batch.append(self._waiting.popleft())
        if not batch:
            return 0
        messages = [self._outgoing(*each) for each in batch]
        try:
            with spans.publishing(messages, [entry["at"] for _, _, entry in batch]):
                self._sender.send(messages)
        except BaseException:
            self._known.difference_update(entry["id"] for _, _, entry in batch)
            raise
        self._confirmed += batch
        for _, _, entry in batch:
            metrics.published(entry["type"])
        return len(batch)

    def forget_confirmed(self) -> int:
        """Move what was published from the outboxes to the facts; returns the number of events.

        Raises:
            PyMongoError: The database does not answer; the sweep will publish them again.
        """
        batch, self._confirmed = self._confirmed, []
        by_collection: dict[str, tuple[list[str], list[str]]] = {}
        for collection, aggregate_id, entry in batch:
            ids, event_ids = by_collection.setdefault(collection, ([], []))
            ids.append(aggregate_id)
            event_ids.append(entry["id"])
        try:
            if batch:
                self._store.facts.keep(batch)
            for collection, (ids, event_ids) in by_collection.items():
                self._store.published(collection, ids, event_ids)
                self._remember(event_ids)
        finally:
            self._known.difference_update(entry["id"] for _, _, entry in batch)
        return len(batch)

    def run(self) -> None:
        """Publish whatever is handed over until told to stop and nothing is left."""
        while not (self._stopping and not self._waiting):
            self._wake.wait(0.5)
            self._wake.clear()
            try:
                while self.publish_waiting():
                    self._say(interrupted=None)
                    self._forgettable.set()
            except Unavailable as error:
                self._say(interrupted=type(error).__name__)
                self._known.difference_update(entry["id"] for _, _, entry in self._waiting)
                self._waiting.clear()
            self._settle()

    def run_forgetting(self) -> None:
        """Take what was published out of the outboxes, a little later and so more at once."""
        while not self._stopping:
            self._forgettable.wait(0.5)
            self._forgettable.clear()
            time.sleep(FORGET_SECONDS)
            try:
                self.forget_confirmed()
            except PyMongoError as error:
                log.warning("outboxes not cleared", extra={"reason": type(error).__name__})
            self._settle()

    def drain(self, seconds: float) -> bool:
        """Wait until what was handed over has been published and has left its outbox.

        Returns:
            Whether it was in time.
        """
        return self._idle.wait(seconds)

    def stop(self, seconds: float) -> None:
        """Publish what was handed over, and no more; what is left is swept by another."""
        self.drain(seconds)
        self._stopping = True
        self._wake.set()
        self._forgettable.set()

    def _say(self, *, interrupted: str | None) -> None:
        """Log when publishing stops and when it goes on, not every time that it is tried."""
        if (interrupted is not None) is self._interrupted:
            return
        self._interrupted = interrupted is not None
        if interrupted:
            log.warning("relay interrupted", extra={"reason": interrupted})
        else:
            log.info("relay resumed")

    def _take(self, collection: str, aggregate_id: str, said: list[Document]) -> None:
        for entry in said:
            if entry["id"] in self._known or entry["id"] in self._gone:
                continue
            if len(self._known) < BACKLOG_MOST:
                self._known.add(entry["id"])
                self._waiting.append((collection, aggregate_id, entry))
        if self._waiting:
            self._idle.clear()
            self._wake.set()

    def _outgoing(self, collection: str, aggregate_id: str, entry: Document) -> Outgoing:
        headers = headers_of(entry, self._service, collection, aggregate_id)
        body: bytes = bytes(entry["body"])
        return Outgoing(f"{self._service}.events", entry["type"], body, headers, entry["id"])

    def _remember(self, event_ids: list[str]) -> None:
        self._gone.update(event_ids)
        self._gone_in_order += event_ids
        while len(self._gone_in_order) > REMEMBERED:
            self._gone.discard(self._gone_in_order.popleft())

    def _settle(self) -> None:
        if not self._waiting and not self._confirmed:
            self._idle.set()
