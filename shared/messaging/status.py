"""What a service has left to do: the numbers of ``GET /v1/status``."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.clock import real_now
from shared.messaging.connection import BROKER_ERRORS, Link
from shared.messaging.topology import Topology
from shared.persistence.repository import Repository
from shared.persistence.store import Store

_OUTBOX: list[dict[str, Any]] = [
    {"$match": {"_outbox.at": {"$exists": True}}},
    {"$project": {"events": {"$size": "$_outbox"}, "oldest": {"$min": "$_outbox.at"}}},
    {"$group": {"_id": None, "events": {"$sum": "$events"}, "oldest": {"$min": "$oldest"}}},
]
"""Counted by the database: after a long absence of the broker, outboxes hold more than a process
should read each time that somebody looks."""


@dataclass(frozen=True, slots=True)
class Status:
    """What is open in one service.

    Attributes:
        outbox: Events stored and not yet known to be published.
        oldest_outbox_seconds: Age of the oldest of them; ``None`` when there is none.
        waiting: Aggregates that wait for a fact from elsewhere.
        published: Events published since the database was made.
        handled: Distinct events handled within the last day.
        queues: Ready messages by queue: ``in``, ``retry``, ``parked``, ``unrouted``; ``None``
            when the broker is away. Open dead letters count as parked.
        checked_at: When, real time.
    """

    outbox: int
    oldest_outbox_seconds: float | None
    waiting: int
    published: int
    handled: int
    queues: dict[str, int] | None
    checked_at: datetime


def status_of(
    store: Store,
    repositories: Iterable[Repository[Any]],
    handled: int,
    topology: Topology,
    amqp_uri: str,
    dead_letters: Callable[[], int],
) -> Status:
    """Count what is open."""
    outbox = waiting = 0
    oldest: datetime | None = None
    for repository in repositories:
        collection = store.database[repository.collection]
        waiting += collection.count_documents({"_waiting_for": {"$exists": True}})
        for found in collection.aggregate(_OUTBOX):
            outbox += found["events"]
            oldest = min(found["oldest"], oldest or found["oldest"])
    now = real_now()
    age = (now - oldest).total_seconds() if oldest else None
    queues = _queue_depths(topology, amqp_uri, dead_letters)
    published = store.facts.count()
    return Status(outbox, age, waiting, published, handled, queues, now)


def _queue_depths(
    topology: Topology, amqp_uri: str, dead_letters: Callable[[], int]
) -> dict[str, int] | None:
    """Ask the broker on a connection of its own, since a refusal would close the channel."""
    ladder = [topology.level(seconds) for seconds in topology.ladder_seconds]
    try:
        link = Link(amqp_uri, f"{topology.service} status")
    except BROKER_ERRORS:
        return None
    try:

        def depth(name: str) -> int:
            count: int = link.channel.queue_declare(name, passive=True).message_count
            return count

        return {
            "in": depth(topology.inbox),
            "retry": sum(depth(name) for name in ladder),
            # In this order, so that one on its way from there to here is not overlooked.
            "parked": depth(topology.parked) + dead_letters(),
            "unrouted": depth(topology.unrouted),
        }
    except BROKER_ERRORS:
        return None
    finally:
        link.close()
