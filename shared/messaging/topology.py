"""Names and arguments of exchanges and queues; declared by a deploy step, checked at start.

The processes of a service may declare nothing, and the broker shows nobody else a queue's arguments
and bindings. So the deploy step leaves a mark beside each queue, an exchange named for both. It is
bound to the queue and deletes itself when its last binding goes: the mark is there exactly as long
as the queue is that was declared so. Nobody unbinds, so each version finds the mark of its own.

Nothing is declared lazily: on RabbitMQ 3.10 a quorum queue that was declared an instant before a
crash comes back without what was confirmed into it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from amqp import Channel, NotFound, PreconditionFailed

from shared.domain import Event

UNROUTED_KEPT_MS = 14 * 24 * 3600 * 1000
"""What nobody is bound to stays visible for 14 days."""
DELIVERY_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Topology:
    """Everything one service has in the broker.

    Attributes:
        service: Its name.
        heard: Names of the events it is bound to, by publisher.
        ladder_seconds: Delay of each level of the retry ladder, rising.
    """

    service: str
    heard: dict[str, tuple[str, ...]]
    ladder_seconds: tuple[int, ...]

    @property
    def events(self) -> str:
        """Topic exchange this service publishes to."""
        return f"{self.service}.events"

    @property
    def inbox(self) -> str:
        """Queue this service hears everything through."""
        return f"{self.service}.in"

    @property
    def retry(self) -> str:
        """Exchange that leads to the levels of the retry ladder."""
        return f"{self.service}.retry"

    @property
    def requeue(self) -> str:
        """Exchange that brings a message back from the ladder to the inbox."""
        return f"{self.service}.requeue"

    @property
    def dead(self) -> str:
        """Exchange that leads to the parked messages."""
        return f"{self.service}.dlx"

    @property
    def parked(self) -> str:
        """Queue of messages that need a human being."""
        return f"{self.service}.parked"

    @property
    def unrouted(self) -> str:
        """Exchange and queue of published events that nobody is bound to."""
        return f"{self.service}.unrouted"

    @property
    def published_to(self) -> tuple[str, ...]:
        """Exchanges that the service's processes publish to."""
        return (self.events, self.retry, self.requeue, self.dead)

    def level(self, seconds: int) -> str:
        """Name the ladder's queue of that delay."""
        return f"{self.service}.retry.{seconds}s"

    def exchanges(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """Return type and arguments of each exchange, by name.

        Those that it only listens to are among them, since its publishers may be deployed later.
        """
        public: dict[str, tuple[str, dict[str, Any]]] = {}
        for publisher in (self.service, *sorted(self.heard)):
            unrouted = f"{publisher}.unrouted"
            public[unrouted] = ("fanout", {})
            public[f"{publisher}.events"] = ("topic", {"alternate-exchange": unrouted})
        own: dict[str, tuple[str, dict[str, Any]]] = {
            self.retry: ("topic", {}),
            self.requeue: ("fanout", {}),
            self.dead: ("fanout", {}),
        }
        return {**public, **own}

    def queues(self) -> dict[str, dict[str, Any]]:
        """Return the arguments of each queue, by name."""
        quorum: dict[str, Any] = {"x-queue-type": "quorum"}
        reliable = {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}
        queues: dict[str, dict[str, Any]] = {
            self.unrouted: {**quorum, "x-message-ttl": UNROUTED_KEPT_MS},
            self.parked: quorum,
            self.inbox: {
                **quorum,
                **reliable,
                "x-dead-letter-exchange": self.dead,
                "x-delivery-limit": DELIVERY_LIMIT,
            },
        }
        for seconds in self.ladder_seconds:
            queues[self.level(seconds)] = {
                **quorum,
                **reliable,
                "x-message-ttl": seconds * 1000,
                "x-dead-letter-exchange": self.requeue,
            }
        return queues

    def marks(self) -> dict[str, str]:
        """Return the name of the mark that says how a queue was declared and bound, by queue."""
        return {
            queue: _mark(queue, [arguments, *(to for of, *to in self.bindings() if of == queue)])
            for queue, arguments in self.queues().items()
        }

    def bindings(self) -> list[tuple[str, str, str]]:
        """Return every binding: queue, exchange, routing key."""
        bindings = [
            (self.unrouted, self.unrouted, ""),
            (self.parked, self.dead, ""),
            (self.inbox, self.requeue, ""),
        ]
        bindings += [(self.level(s), self.retry, f"{s}s") for s in self.ladder_seconds]
        for publisher, names in sorted(self.heard.items()):
            bindings += [(self.inbox, f"{publisher}.events", name) for name in names]
        return bindings


def _mark(queue: str, declared: Any) -> str:
    digest = sha256(json.dumps(declared, sort_keys=True).encode()).hexdigest()
    return f"{queue}.as.{digest[:12]}"


def heard_by(contracts: Iterable[type[Event]]) -> dict[str, tuple[str, ...]]:
    """Group contracts by publisher, as ``Topology.heard`` wants them."""
    heard: dict[str, set[str]] = {}
    for contract in contracts:
        heard.setdefault(contract.publisher(), set()).add(contract.__name__)
    return {publisher: tuple(sorted(names)) for publisher, names in heard.items()}


def declare(channel: Channel, topologies: Iterable[Topology]) -> None:
    """Declare all that several services have in the broker, their exchanges first.

    Raises:
        amqp.PreconditionFailed: Something exists already with other arguments.
    """
    topologies = list(topologies)
    for topology in topologies:
        for name, (kind, arguments) in topology.exchanges().items():
            channel.exchange_declare(
                name, kind, durable=True, auto_delete=False, arguments=arguments
            )
    for topology in topologies:
        for name, arguments in topology.queues().items():
            channel.queue_declare(name, durable=True, auto_delete=False, arguments=arguments)
        for queue, exchange, key in topology.bindings():
            channel.queue_bind(queue, exchange, routing_key=key)
        # The marks come last: they say that all the rest is there.
        for queue, mark in topology.marks().items():
            channel.exchange_declare(mark, "direct", durable=True, auto_delete=True)
            channel.queue_bind(queue, mark)


def check(channel: Channel, topology: Topology) -> None:
    """Make sure that what a service has in the broker is there as this code knows it.

    Raises:
        amqp.NotFound: The deploy step has not run.
        amqp.PreconditionFailed: It ran with other arguments, or has bound less.
    """
    for name in topology.published_to:
        channel.exchange_declare(name, "", passive=True)
    for queue, mark in topology.marks().items():
        channel.queue_declare(queue, passive=True)
        try:
            channel.exchange_declare(mark, "", passive=True)
        except NotFound:
            raise PreconditionFailed(
                f"queue {queue!r} was not declared as this version declares it"
            ) from None
