"""What is measured inside a process: commands and the relay. ``python -m tests.bench.inside``.

Prints one JSON object. ``ours`` runs commands of the sample service through the chassis; ``plain``
does the same work with pymongo and nameko's dispatcher.
"""

import os
import sys
import warnings

warnings.filterwarnings("ignore", message="\\nEventlet is deprecated")
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")

import eventlet  # noqa: E402

eventlet.monkey_patch()

import json  # noqa: E402
import time  # noqa: E402
import uuid  # noqa: E402
from collections.abc import Callable  # noqa: E402
from typing import Any  # noqa: E402

from nameko.standalone.events import event_dispatcher  # noqa: E402

from shared.clock import utc_now  # noqa: E402
from shared.config import Settings  # noqa: E402
from shared.messaging.envelope import Cause  # noqa: E402
from shared.persistence.command import Answer, Command  # noqa: E402
from shared.service import Runtime  # noqa: E402
from tests.bench.plain import database  # noqa: E402
from tests.sample.domain import Order  # noqa: E402
from tests.sample.repository import OrderRepository  # noqa: E402
from tests.sample.service import SampleService  # noqa: E402

SECONDS = 2.0
RELAYED = 4000


def rate(callers: int, work: Callable[[str], None]) -> float:
    """Return how often ``work`` was done in a second by so many callers, each on its own order."""
    done = 0
    deadline = time.perf_counter() + SECONDS

    def call(order_id: str) -> None:
        nonlocal done
        while time.perf_counter() < deadline:
            work(order_id)
            done += 1

    started = time.perf_counter()
    for thread in [eventlet.spawn(call, f"{uuid.uuid4()}") for _ in range(callers)]:
        thread.wait()
    return done / (time.perf_counter() - started)


class Ours:
    """Commands through the chassis, published by its relay."""

    def __init__(self) -> None:
        self.runtime = Runtime(SampleService, Settings.from_environment())
        eventlet.spawn(self.runtime.publisher.run)
        eventlet.spawn(self.runtime.relay.run)
        eventlet.spawn(self.runtime.relay.run_forgetting)
        self.orders = self.runtime.repository(OrderRepository)
        self.runtime.publisher.connected.wait(5)

    def place(self, _: str) -> None:
        """Make, record, save; the relay publishes meanwhile."""
        order_id = str(uuid.uuid4())
        self._run(lambda: self.orders.save(Order.place(order_id, "tr-izmir", "t", 1, utc_now())))

    def change(self, order_id: str) -> None:
        """Load, change, record, save; the relay publishes meanwhile."""

        def call() -> None:
            order = self.orders.find(order_id)
            if order is None:
                order = Order.place(order_id, "tr-izmir", "t", 1, utc_now())
            else:
                order.amount += 1
                order.repeat(utc_now())
            self.orders.save(order)

        self._run(call)

    def _run(self, call: Callable[[], None]) -> None:
        render = lambda _, __: Answer(204, b"")  # noqa: E731 - shorter than its name
        cause = Cause("bench", "bench")
        Command(call=call, render=render, relay=self.runtime.relay, cause=cause).run()

    def commands(self, callers: int, command: Callable[[str], None]) -> float:
        """Commands a second, their events published."""
        started = time.perf_counter()
        done = rate(callers, command) * SECONDS
        self.runtime.relay.drain(60)
        return done / (time.perf_counter() - started)

    def relayed(self) -> float:
        """Events a second that the relay publishes and takes out of the outboxes."""
        collection = self.runtime.store.database.orders
        collection.delete_many({})
        from shared.messaging.envelope import sealed
        from shared.persistence.document import insertion

        documents = []
        for _ in range(RELAYED):
            order = Order.place(str(uuid.uuid4()), "tr-izmir", "t", 1, utc_now())
            book = order._book
            entry = sealed(book.recorded.pop(), 1, Cause("bench", "bench"))
            book.pending.append(entry)
            documents.append(insertion(self.orders.state(order), book, 1, 1))
        collection.insert_many(documents)
        started = time.perf_counter()
        for document in documents:
            self.runtime.relay._take("orders", document["_id"], document["_outbox"])
        self.runtime.relay.drain(60)
        rate_ = RELAYED / (time.perf_counter() - started)
        time.sleep(0.5)  # until the majority is known to have the last of it
        left = collection.count_documents({"_outbox": {"$ne": []}})
        assert left == 0, left
        return rate_


class Plain:
    """The same with pymongo and nameko's dispatcher."""

    def __init__(self) -> None:
        self.orders = database(os.environ["MONGO_URI"]).orders
        self.dispatch = event_dispatcher({"AMQP_URI": os.environ["AMQP_URI"]})

    def place(self, _: str) -> None:
        """Write, dispatch."""
        order_id = str(uuid.uuid4())
        order = {"city_id": "tr-izmir", "tally_id": "t", "amount": 1}
        self.orders.insert_one({"_id": order_id, **order})
        self.dispatch("bench_plain", "OrderPlaced", {"order_id": order_id, **order})

    def change(self, order_id: str) -> None:
        """Load, write, dispatch."""
        order = self.orders.find_one({"_id": order_id})
        amount = order["amount"] + 1 if order else 1
        change = {"city_id": "tr-izmir", "tally_id": "t", "amount": amount}
        self.orders.update_one({"_id": order_id}, {"$set": change}, upsert=True)
        self.dispatch("bench_plain", "OrderPlaced", {"order_id": order_id, **change})

    def commands(self, callers: int, command: Callable[[str], None]) -> float:
        """Commands a second."""
        return rate(callers, command)

    def relayed(self) -> float:
        """Events a second, dispatched one after another."""
        started = time.perf_counter()
        for _ in range(RELAYED // 4):
            body = {"order_id": str(uuid.uuid4()), "tally_id": "t", "amount": 1}
            self.dispatch("bench_plain", "OrderPlaced", body)
        return RELAYED // 4 / (time.perf_counter() - started)


def main(which: str) -> None:
    """Measure one of the two."""
    subject: Any = Ours() if which == "ours" else Plain()
    found = {"published by the relay": subject.relayed()}
    for name, command in (("place", subject.place), ("change", subject.change)):
        found[f"commands that {name}, 1 caller"] = subject.commands(1, command)
        found[f"commands that {name}, 20 callers"] = subject.commands(20, command)
    print(json.dumps(found), flush=True)  # noqa: T201
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
