"""Publishing with pipelined confirms on one connection of its own.

A message counts as published once the broker has confirmed it. After any error the connection is
dropped, never closed politely: a late confirm must not be taken for that of another message.
"""

import logging
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.errors import Unavailable
from shared.messaging.connection import BROKER_ERRORS, GOODBYE_SECONDS, Link
from shared.messaging.frames import Outgoing

CONFIRM_SECONDS = 30
RECONNECT_SECONDS = (0.2, 0.5, 1, 2, 5)

log = logging.getLogger(__name__)


class BrokerAway(Unavailable):
    """The broker did not confirm; whether it has the messages is unknown."""


@dataclass(slots=True, eq=False)
class _Ticket:
    open: set[int] = field(default_factory=set)
    failed: str | None = None
    done: threading.Event = field(default_factory=threading.Event)


class Publisher:
    """The publishing connection of a process; several may send at the same time."""

    def __init__(self, uri: str, name: str) -> None:
        self._uri = uri
        self._name = name
        self._link: Link | None = None
        self._tag = 0
        self._tickets: dict[int, _Ticket] = {}
        self._lock = threading.Lock()
        self._stopping = False
        self._ended = threading.Event()
        self.connected = threading.Event()

    @property
    def blocked(self) -> bool:
        """Whether the broker asks publishers to wait."""
        return self._link is not None and self._link.blocked

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Publish messages and wait until the broker has confirmed all of them.

        While the broker asks publishers to wait, this waits.

        Raises:
            BrokerAway: One was not confirmed in time; all may or may not be there.
        """
        ticket = _Ticket()
        with self._lock:
            link = self._link
            if link is None:
                raise BrokerAway("The broker is away.")
            try:
                with link.wire:
                    for message in messages:
                        self._tag += 1
                        ticket.open.add(self._tag)
                        self._tickets[self._tag] = ticket
                        link.wire.write(message.frames(link.channel.channel_id))
            except BROKER_ERRORS as error:
                self._lose(link, f"{type(error).__name__} while publishing")
        while not ticket.done.wait(CONFIRM_SECONDS):
            # A broker short of memory or disk says so, and confirms once it has room again.
            if not self.blocked:
                self._lose(link, "no confirm in time")
        if ticket.failed is not None:
            raise BrokerAway(f"The broker did not confirm: {ticket.failed}.")

    def run(self) -> None:
        """Keep connected and read confirms until ``stop``; a thread of its own."""
        try:
            self._read_on()
        finally:
            link, self._link = self._link, None
            if link is not None:
                link.close()
            self._fail_all("stopped")
            self._ended.set()

    def _read_on(self) -> None:
        failures = 0
        while not self._stopping:
            link = self._link
            if link is None:
                failures = 0 if self._connect() else failures + 1
                if failures:
                    _pause(failures)
                continue
            try:
                link.read(0.5)
            except Exception as error:  # noqa: BLE001 - this thread must outlive whatever a frame holds
                self._lose(link, f"{type(error).__name__} while waiting for confirms")
                # What is refused for good, as by an exchange that nobody declared, must not spin.
                _pause(1)

    def stop(self) -> None:
        """Disconnect; what was not confirmed stays in the outboxes."""
        self._stopping = True
        if self._link is not None:
            self._ended.wait(2 * GOODBYE_SECONDS)

    def _connect(self) -> bool:
        try:
            link = Link(self._uri, self._name)
            link.channel.confirm_select()
        except BROKER_ERRORS as error:
            log.warning("broker away", extra={"reason": type(error).__name__})
            return False
        link.channel.events["basic_ack"].add(self._on_ack)
        link.channel.events["basic_nack"].add(self._on_nack)
        link.channel.events["basic_return"].add(self._on_return)
        self._tag = 0
        self._link = link
        self.connected.set()
        return True

    def _lose(self, link: Link, reason: str) -> None:
        if self._link is link:
            self._link = None
            self.connected.clear()
            log.warning("publishing connection lost", extra={"reason": reason})
        link.drop()
        self._fail_all(reason)

    def _fail_all(self, reason: str) -> None:
        tickets, self._tickets = self._tickets, {}
        for ticket in set(tickets.values()):
            ticket.failed = reason
            ticket.done.set()

    def _on_ack(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 - amqp's signature
        self._settle(tag, multiple=multiple)

    def _on_nack(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 - amqp's signature
        self._settle(tag, multiple=multiple, failed="refused by a full queue")

    def _settle(self, tag: int, *, multiple: bool, failed: str | None = None) -> None:
        tags = [each for each in self._tickets if each <= tag] if multiple else [tag]
        for each in tags:
            ticket = self._tickets.pop(each, None)
            if ticket is None:
                continue
            ticket.failed = ticket.failed or failed
            ticket.open.discard(each)
            if not ticket.open:
                ticket.done.set()

    def _on_return(self, *arguments: Any) -> None:
        # Exchanges of ours have an alternate, so this is a topology that nobody declared.
        log.error("event returned as unroutable", extra={"reason": str(arguments[1])})
        link = self._link
        if link is not None:
            self._lose(link, "unroutable")


def _pause(failures: int) -> None:
    """Wait before the next try, longer each time, and not as long as others do."""
    seconds = RECONNECT_SECONDS[min(failures, len(RECONNECT_SECONDS)) - 1]
    time.sleep(seconds * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
