import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from pymongo import MongoClient

from tests.sample.outside import Poked
from tests.support.outside import Outsider
from tests.support.running_service import RunningService
from tests.support.waiting import wait_until

ROUNDS = int(os.environ.get("STOP_ROUNDS", "3"))  # noqa: TID251 - a test's own
NOW = datetime(2024, 11, 1, tzinfo=UTC)
CALLERS = 4
QUEUED_MOST = 1000
Documents = Any


class Load:
    """Events from outside and orders over HTTP, without a pause until it is told to pause.

    Attributes:
        sent: Events that the broker has confirmed.
        placed: Ids of the orders that were answered with 201.
    """

    def __init__(self, sample: RunningService) -> None:
        self._sample = sample
        self._outsider = Outsider(sample.amqp_uri)
        self._token = sample.token()
        self._goes_on = threading.Event()
        self._ended = threading.Event()
        self._changes = threading.Lock()
        self._works = 0
        self.sent = 0
        self.placed: list[str] = []
        workers = [self._publish, *[self._order] * CALLERS]
        self._threads = [threading.Thread(target=self._run, args=[each]) for each in workers]
        for each in self._threads:
            each.start()

    def go_on(self) -> None:
        self._goes_on.set()

    def pause(self) -> None:
        self._goes_on.clear()
        wait_until(lambda: self._works == 0, 40)

    def in_queue(self) -> int:
        return self._outsider.count("sample.in")

    def end(self) -> None:
        self._ended.set()
        self._goes_on.set()
        for each in self._threads:
            each.join()
        self._outsider.close()

    def _run(self, work: Callable[[], None]) -> None:
        while not self._ended.is_set():
            self._goes_on.wait()
            with self._changes:
                self._works += 1
            try:
                work()
            finally:
                with self._changes:
                    self._works -= 1

    def _publish(self) -> None:
        """Publish a hundred events, each for a note of its own, if the queue is not long."""
        if self.in_queue() > QUEUED_MOST:
            self._ended.wait(0.05)
            return
        numbers = range(self.sent, self.sent + 100)
        pokes = [Poked(note_id=f"n{n}", text="x", occurred_at=NOW) for n in numbers]
        messages = [self._outsider.message(each, "things", each.note_id, 1) for each in pokes]
        self._outsider.send(messages)
        self.sent += len(messages)

    def _order(self) -> None:
        """Place an order, with the same key until it is answered or a pause is wanted."""
        body = {"city_id": "tr-izmir", "tally_id": f"t{len(self.placed) % 10}", "amount": 1}
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": uuid.uuid4().hex}
        while self._goes_on.is_set():
            try:
                url = f"{self._sample.url}/v1/orders"
                answer = requests.post(url, json=body, headers=headers, timeout=30)
            except requests.ConnectionError:
                self._ended.wait(0.05)
                continue
            if answer.status_code == 201:
                self.placed.append(answer.json()["id"])
                return
            assert answer.status_code == 503
            self._ended.wait(0.05)


@pytest.fixture
def sample(run_service: Callable[..., RunningService]) -> RunningService:
    return run_service("tests.sample.service")


@pytest.fixture
def documents(sample: RunningService, mongo_client: MongoClient[dict[str, Any]]) -> Documents:
    return mongo_client[sample.database_name]


@pytest.fixture
def load(sample: RunningService) -> Iterator[Load]:
    load = Load(sample)
    yield load
    load.end()


def counted(documents: Documents) -> dict[str, int]:
    """Return the amounts that tallies have counted, by order."""
    tallies = list(documents.tallies.find())
    counts = {order: amount for each in tallies for order, amount in each["counts"].items()}
    assert len(counts) == sum(len(each["counts"]) for each in tallies)
    return counts


def test_stopping_again_and_again_under_load_brings_back_nothing_that_was_finished(
    sample: RunningService, documents: Documents, load: Load
) -> None:
    for stops in range(1, ROUNDS + 1):
        before = documents.notes.count_documents({}), len(load.placed)
        load.go_on()
        wait_until(lambda before=before: documents.notes.count_documents({}) > before[0] + 200, 60)  # type: ignore[misc]
        wait_until(lambda before=before: len(load.placed) > before[1] + 20, 60)  # type: ignore[misc]
        started = time.monotonic()
        sample.stop()
        seconds = time.monotonic() - started
        load.pause()

        handled = documents.notes.count_documents({}) + len(counted(documents))
        left = load.sent + documents.orders.count_documents({}) - handled
        assert seconds < 30
        assert sample.log.count('"stopped"') == stops
        assert documents.orders.count_documents({"_outbox": {"$ne": []}}) == 0
        # The broker takes a moment to put back what a closed connection had.
        wait_until(lambda left=left: load.in_queue() >= left, 10)  # type: ignore[misc]
        assert load.in_queue() == left
        sample.start()

    total = load.sent
    wait_until(lambda: documents.notes.count_documents({"texts": ["x"]}) == total, 60)
    orders = {each["_id"] for each in documents.orders.find({}, {"_id": 1})}
    wait_until(lambda: counted(documents) == dict.fromkeys(orders, 1), 60)
    assert set(load.placed) <= orders
    assert documents.notes.count_documents({}) == total
