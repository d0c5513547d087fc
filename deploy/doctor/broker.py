"""Looking at the broker: whether it takes messages, and whether somebody takes them from it."""

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import amqp

from deploy.local.doctor import OPERATIONS, Finding, Trouble
from shared.messaging.connection import BROKER_ERRORS, Link
from shared.messaging.topology import Topology

OLDEST = (3, 10)
UNFIT = ((4, 2, 6), (4, 3, 0))
"""Want a right to configure what is only looked at (docs/decisions/0012)."""
ALARM_SECONDS = 2.0
"""How soon the broker says that it takes nothing; it says so to who publishes."""
RUNNING = f"{OPERATIONS}#running"


def examine_broker(uri: str, topologies: Sequence[Topology]) -> Iterator[Finding]:
    """Look at a broker and at all that services have in it."""
    try:
        link = Link(uri, "doctor")
    except BROKER_ERRORS as error:
        yield Finding("the broker", _away(error))
        return
    try:
        version = str(link.channel.connection.server_properties.get("version", "unknown"))
        yield Finding(f"RabbitMQ {version}", version_trouble(version))
        look = _Look(link)
        for topology in topologies:
            yield from _queues(look, topology)
        exchange = topologies[0].retry
        if look.has_exchange(exchange):
            yield Finding("alarms of the broker", _alarm(look.link, exchange))
    finally:
        link.close()


class _Look:
    """Looks whether something is there; each time that it is not, the broker closes the channel."""

    def __init__(self, link: Link) -> None:
        self.link = link

    def queue(self, name: str) -> Any:
        """Return a queue's counts; ``None`` when it is missing."""
        return self._tried(lambda: self.link.channel.queue_declare(name, passive=True))

    def has_exchange(self, name: str) -> bool:
        """Tell whether an exchange is there."""
        return bool(
            self._tried(lambda: (self.link.channel.exchange_declare(name, "", passive=True), True))
        )

    def _tried(self, look: Any) -> Any:
        try:
            return look()
        except amqp.NotFound:
            self.link.channel = self.link.channel.connection.channel()
            return None


def version_trouble(version: str) -> Trouble | None:
    """Return what is wrong with a version of RabbitMQ."""
    number = tuple(map(int, re.findall(r"\d+", version)[:3]))
    if number[:2] >= OLDEST and number not in UNFIT:
        return None
    return Trouble(
        is_wrong="This version is not fit.",
        matters="Before 3.10 queues lack at-least-once ladders; 4.2.6 and 4.3.0 refuse services"
        " a look at their own queues.",
        mend="Install another version, 3.10 or later.",
        see="docs/decisions/0012-who-may-do-what.md",
    )


def _away(error: BaseException) -> Trouble:
    return Trouble(
        is_wrong=f"It does not let us in: {type(error).__name__}: {error}",
        matters="Commands are still taken, and their events wait in the outboxes; no service"
        " hears another, and none can be started.",
        mend="Start it; or mend account, virtual host or certificate in AMQP_URI.",
        see=RUNNING,
    )


def _queues(look: _Look, topology: Topology) -> Iterator[Finding]:
    missing, other = [], []
    for name, mark in topology.marks().items():
        if look.queue(name) is None:
            missing.append(name)
        elif not look.has_exchange(mark):
            other.append(name)
    yield Finding(f"queues of {topology.service}", _undeclared(missing, other))
    if topology.inbox not in missing:
        inbox = look.queue(topology.inbox)
        what = f"{topology.inbox}: {inbox.consumer_count} processes, {inbox.message_count} messages"
        yield Finding(what, None if inbox.consumer_count else _unheard(topology.service))
    if topology.parked not in missing and (depth := look.queue(topology.parked).message_count):
        yield Finding(f"{topology.parked}: {depth} messages", _unmoved(topology.service))


def _undeclared(missing: Iterable[str], other: Iterable[str]) -> Trouble | None:
    lines = [
        *(f"{name} is missing" for name in missing),
        *(f"{name} was declared with other arguments" for name in other),
    ]
    if not lines:
        return None
    return Trouble(
        is_wrong="; ".join(lines) + ".",
        matters="Processes of the service do not start; what is published to them may be lost to"
        " the queue of events that nobody hears.",
        mend="Run the deploy step (python -m shared.run --declare …) with the same"
        " RETRY_LADDER_SECONDS as the services. A queue's arguments cannot be changed: empty"
        " and delete it before.",
        see=RUNNING,
    )


def _unheard(service: str) -> Trouble:
    return Trouble(
        is_wrong="No process takes from it.",
        matters=f"{service} hears nothing, and events for it pile up.",
        mend=f"Start a process of {service}; when one runs, its log says why it does not consume.",
        see=RUNNING,
    )


def _unmoved(service: str) -> Trouble:
    return Trouble(
        is_wrong="They were parked, and no process has moved them to the dead letters.",
        matters="Something cannot be handled, and nobody is told of it.",
        mend=f"Start a process of {service}, then look at `make dead-letters`.",
        see=f"{OPERATIONS}#parked-messages",
    )


def _alarm(link: Link, exchange: str) -> Trouble | None:
    """Publish to nobody, and see whether the broker answers that it takes nothing."""
    reasons: list[str] = []
    connection = link.channel.connection
    connection.on_blocked = reasons.append
    link.channel.basic_publish(amqp.Message(b""), exchange=exchange, routing_key="doctor")
    deadline = time.monotonic() + ALARM_SECONDS
    while not reasons and time.monotonic() < deadline:
        link.read(ALARM_SECONDS / 4)
    if not reasons:
        return None
    link.blocked = True  # So that nobody waits for a goodbye.
    return Trouble(
        is_wrong=f"It takes no messages: {reasons[0].rstrip('.')}.",
        matters="Events wait in the outboxes until it does; after 1 MiB of them an aggregate"
        " refuses commands with 503.",
        mend="Its log says whether memory or disk is short (`alarm set`). Disk: make room. Memory:"
        " look which queue is long, start more processes of that service, or give it more.",
        see=f"{OPERATIONS}#looking",
    )
