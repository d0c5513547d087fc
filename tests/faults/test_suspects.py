import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from shared.messaging.connection import Link
from shared.messaging.consumer import HANDLERS
from tests.faults.deadly_service import DEADLY
from tests.integration.shared.http_process import Process
from tests.sample.outside import Poked
from tests.support.outside import Outsider
from tests.support.servers import Servers
from tests.support.waiting import wait_until

NOW = datetime(2024, 11, 1, tzinfo=UTC)
INBOX, PARKED = "sample.in", "sample.parked"
WINDOW = 200
"""Messages that a process holds at once, below its prefetch."""
LIMIT = 20
"""Deliveries after which the broker parks a message."""
DEADLY_AT = 60

Start = Callable[[str], Process]


@pytest.fixture
def amqp_uri(servers: Servers) -> Iterator[str]:
    with servers.vhost("sample") as uri:
        yield uri


@pytest.fixture
def start(amqp_uri: str, servers: Servers, tmp_path: Path) -> Iterator[Start]:
    """Start a process of a module; all have one database."""
    started: list[Process] = []
    database = f"test_suspects_{uuid.uuid4().hex[:12]}"

    def run(module: str) -> Process:
        uris = (amqp_uri, servers.mongo_uri)
        started.append(Process(uris, tmp_path, module, MONGO_DATABASE=database))
        return started[-1]

    yield run
    for each in started:
        each.popen.kill()
        each.popen.wait()
    with MongoClient[dict[str, Any]](servers.mongo_uri) as client:
        client.drop_database(database)


@pytest.fixture
def outsider(amqp_uri: str, start: Start) -> Iterator[Outsider]:
    start("tests.sample.service").wait_until_ready().popen.kill()  # declares its queues
    outsider = Outsider(amqp_uri)
    yield outsider
    outsider.close()


def send(outsider: Outsider, count: int, deadly: int | None = None) -> None:
    outsider.send(
        [
            outsider.message(
                Poked(
                    note_id=f"n{number}",
                    text=DEADLY if number == deadly else "hello",
                    occurred_at=NOW,
                ),
                "things",
                f"s{number}",
                1,
            )
            for number in range(count)
        ]
    )


def take_in_vain(uri: str, count: int, times: int) -> None:
    """Have all that is in the inbox delivered to somebody who dies of it, several times."""
    for _ in range(times):
        link = Link(uri, "dies")
        came: list[Any] = []
        link.channel.basic_qos(0, count, False)
        link.channel.basic_consume(INBOX, callback=came.append)
        while len(came) < count:
            assert link.read(10)
        link.drop()


def written(process: Process) -> int:
    with MongoClient[dict[str, Any]](process.mongo_uri) as client:
        return client[process.database].notes.count_documents({})


def test_what_kills_every_process_is_parked_and_all_that_came_with_it_is_handled(
    outsider: Outsider, start: Start, amqp_uri: str
) -> None:
    send(outsider, WINDOW, deadly=DEADLY_AT)
    take_in_vain(amqp_uri, WINDOW, LIMIT - 6)

    deaths = 0
    process = start("tests.faults.deadly_service")
    while not outsider.count(PARKED):
        if process.popen.poll() is not None:
            deaths += 1
            assert deaths < LIMIT
            process = start("tests.faults.deadly_service")

    wait_until(lambda: written(process) == WINDOW - 1, 20)
    assert outsider.count(PARKED) == 1
    assert deaths >= 6


def test_what_is_suspect_is_acked_as_soon_as_it_is_handled(
    outsider: Outsider, start: Start, amqp_uri: str
) -> None:
    """Else what waits behind it is never reached by processes that are killed again and again."""
    send(outsider, WINDOW)
    take_in_vain(amqp_uri, WINDOW, 3)

    process = start("tests.integration.shared.slow_service").wait_until_ready()
    process.wait_until(lambda: written(process) > 20)
    process.popen.kill()
    process.popen.wait()

    done = written(process)
    assert done < WINDOW - HANDLERS
    wait_until(lambda: outsider.count(INBOX) >= WINDOW - done)
    assert outsider.count(INBOX) <= WINDOW - done + HANDLERS
