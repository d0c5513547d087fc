import json
import os
import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from shared.web.body import BODIES_BYTES, BODY_BYTES
from tests.integration.shared.http_process import Process, read_answer
from tests.sample.outside import Poked
from tests.support.flood import Flood, drips_a_body, stalls
from tests.support.outside import Outsider
from tests.support.servers import Servers
from tests.support.waiting import wait_until

FLOOD_SECONDS = float(os.environ.get("FLOOD_SECONDS", "4"))  # noqa: TID251 - a test's own
MEMORY_MIB = 200
SLOW = "tests.integration.shared.slow_service"


@pytest.fixture
def uris(servers: Servers) -> Iterator[tuple[str, str]]:
    with servers.vhost("sample") as amqp_uri:
        yield amqp_uri, servers.mongo_uri


@pytest.fixture
def sample(uris: tuple[str, str], tmp_path: Path) -> Iterator[Process]:
    process = Process(uris, tmp_path).wait_until_ready()
    yield process
    process.stop()


def peak_memory_mib(process: Process) -> float:
    text = Path(f"/proc/{process.popen.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", text)
    assert found
    return int(found[1]) / 1024


class Customer:
    """Asks for health, reads and places orders, one after another, while something goes on."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.statuses: dict[str, list[int]] = {"live": [], "placed": [], "read": []}
        self.seconds: list[float] = []

    def __enter__(self) -> "Customer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            started = time.monotonic()
            live = self._process.send("GET", "/health/live", role=None)
            placed = self._process.place()
            read = self._process.send("GET", "/v1/orders?limit=1")
            for name, answer in (("live", live), ("placed", placed), ("read", read)):
                self.statuses[name].append(answer.status)
            self.seconds.append((time.monotonic() - started) / 3)


def test_a_flood_of_bad_clients_takes_little_memory_and_keeps_nobody_out(sample: Process) -> None:
    flood = Flood(sample.port, sample.issuer.bearer(), 200)

    with Customer(sample) as customer:
        flood.run(FLOOD_SECONDS)
    flood.close()

    served = {name: set(statuses) for name, statuses in customer.statuses.items()}
    assert served == {"live": {200}, "placed": {201}, "read": {200}}
    assert max(customer.seconds) < 5
    assert peak_memory_mib(sample) < MEMORY_MIB


def test_clients_that_send_slowly_hold_no_place_among_the_requests_at_work(
    uris: tuple[str, str], tmp_path: Path
) -> None:
    process = Process(uris, tmp_path, HTTP_CONCURRENCY="2").wait_until_ready()
    try:
        flood = Flood(process.port, process.issuer.bearer(), 10, (drips_a_body,))
        flood.run(0.5)
        answers = [process.place(), process.send("GET", "/v1/orders")]
        process.popen.terminate()
        started = time.monotonic()
        code = process.popen.wait(30)
        flood.close()
    finally:
        process.stop()

    assert [answer.status for answer in answers] == [201, 200]
    assert code == 0
    assert time.monotonic() - started < 15


def test_bodies_beyond_what_a_process_holds_are_refused_for_now(sample: Process) -> None:
    most = BODIES_BYTES // BODY_BYTES
    flood = Flood(sample.port, sample.issuer.bearer(), most + 8, (stalls,))

    def refused() -> list[Any]:
        flood.run(0.2)
        return [each for each in sample.lines("request answered") if each["status"] == 503]

    wait_until(refused, 8)
    head = f"POST /v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: {sample.issuer.bearer()}\r\n"
    head += f"Idempotency-Key: k\r\nContent-Length: {BODY_BYTES}\r\n\r\n"
    with sample.connect() as connection:
        connection.sendall(head.encode() + b" " * BODY_BYTES)
        answered, body = read_answer(connection)
    small = sample.place()
    flood.close()

    assert answered.startswith(b"HTTP/1.1 503")
    assert b"\r\nRetry-After: " in answered
    assert json.loads(body)["code"] == "unavailable"
    assert small.status == 201


def test_a_subscriber_that_takes_its_time_delays_neither_health_nor_requests(
    uris: tuple[str, str], tmp_path: Path, mongo_client: MongoClient[dict[str, Any]]
) -> None:
    process = Process(uris, tmp_path, SLOW).wait_until_ready()
    outsider = Outsider(uris[0])
    notes = mongo_client[process.database].notes
    try:
        pokes = [
            Poked(note_id=f"n{n}", text="x", occurred_at=datetime(2024, 11, 1, tzinfo=UTC))
            for n in range(150)
        ]
        outsider.send([outsider.message(each, "things", each.note_id, 1) for each in pokes])
        with Customer(process) as customer:
            wait_until(lambda: notes.count_documents({}) == len(pokes), 30)
    finally:
        outsider.close()
        process.stop()

    assert {status for each in customer.statuses.values() for status in each} == {200, 201}
    assert len(customer.seconds) > 10
    assert sorted(customer.seconds)[len(customer.seconds) // 2] < 0.25
