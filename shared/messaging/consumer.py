"""The consuming connection: what has arrived is a batch, what was judged is settled.

One thread reads frames, others handle batches. A message is acked only after its effects are
stored, or after the broker has confirmed its copy on the retry ladder or among the parked.
"""

import logging
import random
import threading
import time
from collections import deque
from typing import Any

from shared.messaging.batch import BatchHandler
from shared.messaging.connection import BROKER_ERRORS, GOODBYE_SECONDS, Link
from shared.messaging.envelope import BadEnvelope, arrived
from shared.messaging.ladder import sent_on
from shared.messaging.publisher import BrokerAway, Publisher
from shared.messaging.received import Fate, Received
from shared.messaging.seen import Seen
from shared.messaging.topology import Topology, check
from shared.observability import metrics
from shared.observability.traces import spans

BATCH_MOST = 100
HANDLERS = 3
"""Batches under way at once, so that one computes while the others wait for the database."""
HANDLED_ALONE = 2
"""What came this often in vain is a batch of its own, acked as soon as it is handled."""
FETCHED_ALONE = 5
"""What came this often in vain, and is the first of a connection, is the only message in hand."""
IDLE_SECONDS = 0.005
AWAY_SECONDS = (0.2, 0.5, 1, 2, 5)

Keys = set[tuple[str, str]]
"""Collection and id of aggregates."""

log = logging.getLogger(__name__)


class Consumer:
    """Hears one service's inbox."""

    def __init__(
        self,
        uri: str,
        topology: Topology,
        handler: BatchHandler,
        publisher: Publisher,
        seen: Seen,
        prefetch: int,
    ) -> None:
        self._uri = uri
        self._topology = topology
        self._handler = handler
        self._publisher = publisher
        self._seen = seen
        self._prefetch = prefetch
        self._link: Link | None = None
        self._arrived: deque[Received] = deque()
        self._busy: Keys = set()
        self._in_hand = 0
        self._changed = threading.Condition()
        self._stopping = False
        self.consuming = threading.Event()
        self._ended = threading.Event()

    # -- the reading thread -------------------------------------------------------------------

    def run(self) -> None:
        """Keep connected and read until ``stop``; a thread of its own."""
        try:
            self._read_on()
        finally:
            self._ended.set()

    def _read_on(self) -> None:
        failures = 0
        while not self._stopping:
            try:
                link = self._connect()
            except BROKER_ERRORS as error:
                failures = min(failures + 1, len(AWAY_SECONDS))
                log.warning("broker away", extra={"reason": f"{type(error).__name__}: {error}"})
                time.sleep(AWAY_SECONDS[failures - 1] * random.uniform(0.5, 1.5))  # noqa: S311
                continue
            try:
                self._fetch_suspects(link)
                self._consume(link)
                failures = 0
                while self._link is link:
                    link.read(0.5)
                link.close(self._topology.service)
            except Exception as error:  # noqa: BLE001 - this thread must outlive whatever a frame holds
                self._lose(link, f"{type(error).__name__}: {error}")
                failures = min(failures + 1, len(AWAY_SECONDS))
                time.sleep(AWAY_SECONDS[failures - 1] * random.uniform(0.5, 1.5))  # noqa: S311

    def _connect(self) -> Link:
        link = Link(self._uri, f"{self._topology.service} consumer")
        check(link.channel, self._topology)
        with self._changed:
            self._arrived.clear()
            self._link = link
        self.consuming.set()
        return link

    def _fetch_suspects(self, link: Link) -> None:
        """Take what has come in vain often one by one, until something else comes.

        All that is in hand when a process dies counts as delivered once more. With nothing else in
        hand, a message that kills processes is parked without those that came with it.
        """
        while self._link is link:
            message = link.channel.basic_get(self._topology.inbox)
            if message is None or self._arrive(link, message).deliveries < FETCHED_ALONE:
                return
            while self._link is link and (self._arrived or self._in_hand):
                link.read(IDLE_SECONDS)

    def _consume(self, link: Link) -> None:
        link.channel.basic_qos(0, self._prefetch, False)  # noqa: FBT003 - amqp's signature
        link.channel.basic_consume(
            self._topology.inbox,
            consumer_tag=self._topology.service,
            callback=lambda message: self._arrive(link, message),
        )

    def _arrive(self, link: Link, message: Any) -> Received:
        body: bytes | str = message.body
        if isinstance(body, str):  # amqp decodes it when the properties name an encoding
            body = body.encode()
        received = Received(None, body, tag=message.delivery_tag, raw=(link, message))
        headers = message.properties.get("application_headers") or {}
        count = headers.get("x-delivery-count", 0)
        received.deliveries = count if isinstance(count, int) else 0
        try:
            received.envelope = arrived(message.delivery_info["exchange"], message.properties)
        except BadEnvelope as error:
            received.reason = f"bad_envelope: {error}"
        with self._changed:
            self._arrived.append(received)
            self._changed.notify()
        return received

    def _lose(self, link: Link, reason: str) -> None:
        with self._changed:
            if self._link is link:
                self._link = None
                self._arrived.clear()
                self.consuming.clear()
                if not self._stopping:
                    log.warning("consuming connection lost", extra={"reason": reason})
            self._changed.notify_all()
        link.drop()

    # -- the handling threads -----------------------------------------------------------------

    def handle(self) -> None:
        """Handle batches until stopped; several threads do this at once."""
        while True:
            taken = self._take()
            if taken is None:
                return
            batch, keys = taken
            try:
                with spans.handling(batch, self._topology.inbox):
                    self._handle(batch)
            except Exception:
                # Unforeseen, so nothing was acked; without the connection the broker brings it
                # again, and parks what has gone wrong too often.
                log.exception("batch failed")
                self._lose(batch[0].raw[0], "a batch failed")
            finally:
                with self._changed:
                    self._busy -= keys
                    self._in_hand -= len(batch)
                    self._changed.notify_all()

    def _take(self) -> tuple[list[Received], Keys] | None:
        with self._changed:
            while not self._stopping:
                batch, keys = self._pick()
                if batch:
                    self._busy |= keys
                    self._in_hand += len(batch)
                    return batch, keys
                self._changed.wait(1.0)
        return None

    def _pick(self) -> tuple[list[Received], Keys]:
        """Pick messages whose aggregates no other batch is changing right now."""
        batch: list[Received] = []
        keys: Keys = set()
        skipped: list[Received] = []
        skipped_keys: Keys = set()
        while self._arrived and len(batch) < BATCH_MOST:
            alone = self._arrived[0].deliveries >= HANDLED_ALONE
            if alone and batch:
                break
            message = self._arrived.popleft()
            wanted = self._prepared_keys(message)
            # What follows a skipped message of the same aggregate waits with it.
            if wanted & self._busy or wanted & skipped_keys:
                skipped.append(message)
                skipped_keys |= wanted
            else:
                batch.append(message)
                keys |= wanted
                if alone:
                    break
        self._arrived.extendleft(reversed(skipped))
        return batch, keys

    def _prepared_keys(self, message: Received) -> Keys:
        try:
            if message.event is None and message.fate is Fate.HOLD:
                self._handler.prepare(message)
            return self._handler.keys(message) if message.event is not None else set()
        except Exception as error:  # noqa: BLE001 - one bad message must not end the process
            message.fail(error)
            message.event = None
            return set()

    def _handle(self, batch: list[Received]) -> None:
        started = time.perf_counter()
        held = batch
        failures = 0
        while True:
            ready = [message for message in held if message.event is not None]
            self._handler.handle(ready)
            self._settle([message for message in held if message.fate is not Fate.HOLD])
            held = [message for message in held if message.fate is Fate.HOLD]
            if not held or self._stopping or held[0].raw[0] is not self._link:
                break
            failures = min(failures + 1, len(AWAY_SECONDS))
            log.warning("database away", extra={"held": len(held)})
            time.sleep(AWAY_SECONDS[failures - 1] * random.uniform(0.5, 1.5))  # noqa: S311
        metrics.batch(batch, time.perf_counter() - started)

    def _settle(self, messages: list[Received]) -> None:
        done = [m for m in messages if m.fate is Fate.DONE]
        failed = [m for m in messages if m.fate is not Fate.DONE]
        self._seen.note([m.envelope for m in done if m.envelope])
        self._ack(done)  # first, since publishing may have to wait for the broker
        if failed and self._hand_on(failed):
            self._ack(failed)

    def _hand_on(self, messages: list[Received]) -> bool:
        """Publish copies on the ladder or among the parked; False when the messages come again.

        Given back at once, they would soon be parked by the broker, without a reason. What came
        over a lost connection comes again by itself, and a copy would be one too many.
        """
        copies = [sent_on(message, self._topology) for message in messages]
        while messages[0].raw[0] is self._link:
            try:
                self._publisher.send(copies)
            except BrokerAway:
                if self._stopping:
                    return False
                log.warning("failed messages stay in hand", extra={"count": len(messages)})
                time.sleep(AWAY_SECONDS[2])
            else:
                return True
        return False

    def _ack(self, messages: list[Received]) -> None:
        link = self._link
        if link is None:
            return
        try:
            with link.wire:
                for message in messages:
                    # What came over a lost connection is the broker's again.
                    if message.raw[0] is link:
                        link.channel.basic_ack(message.tag)
        except BROKER_ERRORS as error:
            self._lose(link, f"{type(error).__name__} while acking")

    # -- stopping -----------------------------------------------------------------------------

    def stop(self, seconds: float) -> None:
        """Take no more, let what is in hand finish and be acked, then disconnect.

        Args:
            seconds: How long to wait for what is in hand.
        """
        with self._changed:
            self._stopping = True
            self.consuming.clear()
            self._changed.notify_all()
        deadline = time.monotonic() + seconds
        with self._changed:
            while self._in_hand and time.monotonic() < deadline:
                self._changed.wait(0.1)
            link, self._link = self._link, None
        if link is not None:
            # The reading thread closes the connection; nobody else may read from it.
            self._ended.wait(2 * GOODBYE_SECONDS)
