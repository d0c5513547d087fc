"""One queue, declared as an inbox is: how fast it takes and gives, and what waiting costs."""

import threading
import time
import uuid
from collections.abc import Iterator
from statistics import median

from kombu import Connection

from deploy.local.layout import Layout
from shared.messaging.connection import Link
from shared.messaging.envelope import Cause, headers_of, sealed
from shared.messaging.frames import Outgoing
from shared.messaging.publisher import Publisher
from shared.messaging.topology import Topology
from tests.bench.capacity.installed import Installed
from tests.bench.capacity.observed import Observed, tree_bytes
from tests.bench.events import described
from tests.bench.imports import processor_seconds
from tests.bench.world import resident_mib

MESSAGES = 10_000
ROUNDS = 3
TOGETHER = 500
PREFETCH = 300
MIB = 2**20


def queue(what: Installed) -> dict[str, float]:
    """Fill a queue declared as an inbox is, and empty it.

    Returns:
        Messages a second in and out, processor seconds of the broker for each, and what a message
        that waits takes of memory and disk.
    """
    observed, layout = what.observed, what.layout
    name = f"probe-{uuid.uuid4().hex[:8]}"
    inbox = Topology(name, {}, (1,)).queues()[f"{name}.in"]
    pid = observed.pid("broker")
    publisher = Publisher(observed.zirve.amqp_uri, name)
    threading.Thread(target=publisher.run, daemon=True).start()
    publisher.connected.wait(10)
    with Connection(observed.zirve.amqp_uri) as connection:
        channel = connection.default_channel
        channel.exchange_declare(name, "topic", durable=True, auto_delete=False)
        channel.queue_declare(f"{name}.in", durable=True, auto_delete=False, arguments=inbox)
        channel.queue_bind(f"{name}.in", name, "#")
        rounds = [_round(publisher, observed, layout, name, pid) for _ in range(ROUNDS)]
        channel.queue_delete(f"{name}.in")
        channel.exchange_delete(name)
    publisher.stop()
    return {f"queue.{what}": median(each[what] for each in rounds) for what in rounds[0]}


def _round(
    publisher: Publisher, observed: Observed, layout: Layout, name: str, pid: int
) -> dict[str, float]:
    messages = list(_messages(name))
    memory, disk = resident_mib(pid), tree_bytes(layout.broker)
    work, started = processor_seconds(pid), time.perf_counter()
    for start in range(0, MESSAGES, TOGETHER):
        publisher.send(messages[start : start + TOGETHER])
    filled, filling = time.perf_counter() - started, processor_seconds(pid) - work
    time.sleep(2)  # what is behind the last confirm
    held = (resident_mib(pid) - memory) * MIB / MESSAGES
    on_disk = (tree_bytes(layout.broker) - disk) / MESSAGES
    work, started = processor_seconds(pid), time.perf_counter()
    _drain(observed.zirve.amqp_uri, f"{name}.in")
    emptied, emptying = time.perf_counter() - started, processor_seconds(pid) - work
    return {
        "rate_in": MESSAGES / filled,
        "rate_out": MESSAGES / emptied,
        "work_in": filling / MESSAGES,
        "work_out": emptying / MESSAGES,
        "memory_bytes": max(0.0, held),
        "disk_bytes": max(0.0, on_disk),
    }


def _messages(exchange: str) -> Iterator[Outgoing]:
    for number in range(MESSAGES):
        event = described(number)
        entry = sealed(event, 1, Cause("bench", "bench"))
        headers = headers_of(entry, event.publisher(), "people", entry["id"])
        yield Outgoing(exchange, "PersonDescribed", entry["body"], headers, entry["id"])


def _drain(uri: str, queue_name: str) -> None:
    """Take and ack as a service does: many in hand, acked one by one, sent together."""
    link = Link(uri, "probe")
    taken: list[int] = []
    link.channel.basic_qos(0, PREFETCH, False)
    link.channel.basic_consume(queue_name, callback=lambda m: taken.append(m.delivery_tag))
    acked = 0
    while acked < MESSAGES:
        link.read(10)
        if len(taken) >= PREFETCH // 3 or acked + len(taken) == MESSAGES:
            with link.wire:
                for tag in taken:
                    link.channel.basic_ack(tag)
            acked += len(taken)
            taken.clear()
    link.close()
