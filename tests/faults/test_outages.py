import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from requests import Response

from deploy.local.services import Outside
from shared.launcher import service_class
from shared.messaging.connection import Link
from shared.messaging.topology import declare
from shared.service import topology_of
from tests.sample.outside import Poked
from tests.support.client import Client
from tests.support.line import Line
from tests.support.outside import Outsider
from tests.support.running_service import NO_MAILS, RunningService, installation_of
from tests.support.servers import Servers
from tests.support.waiting import wait_until

ORDER = {"city_id": "tr-izmir", "tally_id": "t", "amount": 1}
SLOW = "tests.integration.shared.slow_service"
SAMPLE = "tests.sample.service"
NOTES = 20
BAD = NOTES // 2
AWAY_SECONDS = float(os.environ.get("AWAY_SECONDS", "0"))  # noqa: TID251 - a test's own
"""How long the broker is away, at least; commands go on all the time."""
LONG_SECONDS = 600
staying = pytest.mark.parametrize("scene", [str(LONG_SECONDS)], indirect=True)
"""What has failed once stays on the ladder, where it can be counted."""
TOPOLOGY = topology_of(service_class(SAMPLE), (LONG_SECONDS,))
LADDER = TOPOLOGY.level(LONG_SECONDS)


class Scene:
    """A sample service whose lines to database and broker are ours.

    Attributes:
        database_line: To the database.
        broker_line: To the broker.
        amqp_uri: Of the broker itself, whatever becomes of the line.
    """

    def __init__(self, outside: Outside, folder: Path, ladder: str) -> None:
        assert outside.mongo_uri
        assert outside.amqp_uri
        self.database_line = Line(outside.mongo_uri)
        self.broker_line = Line(outside.amqp_uri)
        # Told of the others in the replica set, a client would go round the line.
        database = f"mongodb://127.0.0.1:{self.database_line.port}/?directConnection=true"
        given = replace(
            outside,
            mongo_uri=database,
            amqp_uri=self.broker_line.through(outside.amqp_uri),
            smtp_uri=NO_MAILS,
        )
        settings = {"OUTBOX_SWEEP_SECONDS": "1", "RETRY_LADDER_SECONDS": ladder}
        _, self._zirve = installation_of(SAMPLE, folder, given, settings)
        self.amqp_uri = outside.amqp_uri
        self.outsider = Outsider(outside.amqp_uri)

    @contextmanager
    def running(self) -> Iterator["Scene"]:
        with self._zirve:
            self.sample = RunningService("sample", self._zirve)
            yield self
            self.outsider.close()

    def poke(self, number: int, text: str = "x") -> None:
        poke(self.outsider, number, text)

    def poke_all(self) -> None:
        """Poke each note once; every other one in vain."""
        for number in range(NOTES):
            self.poke(number, "poison" if number % 2 else "x")


def health(sample: RunningService) -> str:
    client = Client(sample.admin_url)
    status: str = client.get("/health/ready").json()["status"]
    client.close()
    return status


def poke(outsider: Outsider, number: int, text: str = "x") -> None:
    event = Poked(note_id=f"n{number}", text=text, occurred_at=datetime(2024, 11, 1, tzinfo=UTC))
    outsider.publish(event, "things", f"n{number}")


def placed(client: Client, orders: int) -> bool:
    """Place orders; tells whether all were accepted."""
    return all(client.post("/v1/orders", ORDER).status_code == 201 for _ in range(orders))


@pytest.fixture
def scene(request: pytest.FixtureRequest, outside: Outside, tmp_path: Path) -> Iterator[Scene]:
    ladder = getattr(request, "param", "1,2,3")
    with Scene(outside, tmp_path / "sample", ladder).running() as scene:
        yield scene


@pytest.fixture
def documents(scene: Scene, mongo_client: MongoClient[dict[str, Any]]) -> Any:
    return mongo_client[scene.sample.database_name]


@pytest.fixture
def organiser(scene: Scene) -> Iterator[Client]:
    client = scene.sample.client()
    yield client
    client.close()


def test_while_the_database_is_away_commands_are_refused_for_now_and_events_wait(
    scene: Scene, organiser: Client, documents: Any
) -> None:
    pid = scene.sample.zirve.pid("sample")
    scene.database_line.cut()

    refused = organiser.post("/v1/orders", ORDER, key="k")
    scene.poke(1)
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert organiser.get("/health/live").status_code == 200
    assert health(scene.sample) == "not ready"
    scene.database_line.mend()

    wait_until(lambda: organiser.post("/v1/orders", ORDER, key="k").status_code == 201, 20)
    wait_until(lambda: documents.notes.count_documents({"_id": "n1", "texts": ["x"]}) == 1, 20)
    assert documents.orders.count_documents({}) == 1
    assert scene.outsider.count("sample.parked") == 0
    assert scene.sample.zirve.pid("sample") == pid


def test_while_the_database_is_away_questions_are_refused_for_now(
    scene: Scene, organiser: Client
) -> None:
    pid = scene.sample.zirve.pid("sample")
    seen = organiser.post("/v1/orders", ORDER).headers["Zirve-Seen"]
    scene.database_line.cut()

    def ask() -> list[Response]:
        # The clock's own answer needs no database; the wait before it does.
        after = organiser.send("GET", "/v1/clock", headers={"Zirve-After": seen})
        return [organiser.get("/v1/status"), after]

    for refused in ask():
        assert refused.status_code == 503
        assert int(refused.headers["Retry-After"]) > 0
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.json()["code"] == "database_away"
    scene.database_line.mend()

    wait_until(lambda: [each.status_code for each in ask()] == [200, 200], 20)
    assert scene.sample.zirve.pid("sample") == pid


def test_a_database_that_halts_for_seconds_is_waited_for(
    scene: Scene, organiser: Client, documents: Any
) -> None:
    pid = scene.sample.zirve.pid("sample")
    scene.database_line.hold()
    started = time.monotonic()

    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(organiser.post, "/v1/orders", ORDER, key="k")
        for number in range(20):
            scene.poke(number)
        wait_until(lambda: time.monotonic() - started > 3, 10)
        assert not under_way.done()
        scene.database_line.let_go()
        assert under_way.result().status_code == 201

    wait_until(lambda: documents.notes.count_documents({"texts": ["x"]}) == 20, 20)
    assert scene.sample.zirve.pid("sample") == pid


def test_while_the_broker_is_away_commands_are_accepted_and_their_events_follow(
    scene: Scene, organiser: Client, documents: Any
) -> None:
    scene.broker_line.cut()
    cut_at, total = time.monotonic(), 30

    assert placed(organiser, total)
    wait_until(lambda: health(scene.sample) == "degraded", 10)
    while (seconds := time.monotonic() - cut_at) < AWAY_SECONDS:
        assert placed(organiser, 5)
        total += 5
        wait_until(lambda then=seconds + 1: time.monotonic() - cut_at > then)  # type: ignore[misc]
    assert documents.orders.count_documents({"_outbox": {"$ne": []}}) == total
    scene.broker_line.mend()

    wait_until(lambda: documents.orders.count_documents({"_outbox": {"$ne": []}}) == 0, 60)
    wait_until(lambda: len(documents.tallies.find_one({"_id": "t"})["counts"]) == total, 60)
    assert set(documents.tallies.find_one({"_id": "t"})["counts"].values()) == {1}
    wait_until(lambda: health(scene.sample) == "ready", 10)


def test_while_the_broker_is_short_of_memory_commands_are_accepted_and_events_are_acked(
    servers: Servers,
    run_service: Callable[..., RunningService],
    mongo_client: MongoClient[dict[str, Any]],
) -> None:
    slow = run_service(SLOW, {"OUTBOX_SWEEP_SECONDS": "1"})
    documents, client = mongo_client[slow.database_name], slow.client()
    outsider = Outsider(slow.amqp_uri)
    slow.stop()
    total = 600
    for number in range(total):
        poke(outsider, number)

    with servers.memory_alarm():
        slow.start()
        assert placed(client, 20)
        wait_until(lambda: documents.notes.count_documents({}) > 30, 30)
        assert documents.orders.count_documents({"_outbox": {"$ne": []}}) == 20
        started = time.monotonic()
        slow.stop()
        assert time.monotonic() - started < 30
        handled = documents.notes.count_documents({})
        assert handled < total
        # What was acked while publishing was blocked does not come back.
        wait_until(lambda: outsider.count("sample.in") >= total - handled, 10)
        assert outsider.count("sample.in") == total - handled
    slow.start()

    wait_until(lambda: documents.orders.count_documents({"_outbox": {"$ne": []}}) == 0, 30)
    wait_until(lambda: documents.notes.count_documents({"texts": ["x"]}) == total, 60)
    outsider.close()
    client.close()


def test_a_halted_process_of_ours_goes_on_where_it_was(
    scene: Scene, organiser: Client, documents: Any
) -> None:
    pid = scene.sample.zirve.pid("sample")
    os.kill(pid, signal.SIGSTOP)
    started = time.monotonic()
    for number in range(20):
        scene.poke(number)
    wait_until(lambda: time.monotonic() - started > 2, 10)
    os.kill(pid, signal.SIGCONT)

    wait_until(lambda: documents.notes.count_documents({"texts": ["x"]}) == 20, 20)
    assert organiser.post("/v1/orders", ORDER).status_code == 201


@contextmanager
def no_way_to_the_ladder(scene: Scene) -> Iterator[None]:
    """Have the broker refuse what goes to the ladder, while all else goes on."""
    link = Link(scene.amqp_uri, "a test")
    link.channel.exchange_delete(TOPOLOGY.retry)
    yield
    declare(link.channel, [TOPOLOGY])
    link.close()


def fail_all(scene: Scene) -> None:
    """Poke all notes, and wait until the service has what failed in hand."""
    scene.poke_all()
    wait_until(lambda: "failed messages stay in hand" in scene.sample.log, 20)
    assert scene.outsider.count(LADDER) == 0


def check_handed_on_once(scene: Scene, documents: Any) -> None:
    """Wait until everything is where it belongs, and see that nothing is there twice."""
    wait_until(lambda: scene.outsider.count(LADDER) >= BAD, 30)
    wait_until(lambda: documents.notes.count_documents({"texts": ["x"]}) == NOTES - BAD, 30)
    scene.sample.stop()  # Whatever was still in hand is finished with.
    assert scene.outsider.count(LADDER) == BAD
    assert scene.outsider.count("sample.in") == 0
    assert scene.outsider.count("sample.parked") == 0
    assert documents.notes.count_documents({}) == NOTES - BAD


@staying
def test_what_failed_stays_in_hand_until_the_broker_takes_it(scene: Scene, documents: Any) -> None:
    with no_way_to_the_ladder(scene):
        fail_all(scene)

    check_handed_on_once(scene, documents)
    assert "consuming connection lost" not in scene.sample.log


@staying
def test_what_failed_and_was_not_handed_on_survives_a_kill(scene: Scene, documents: Any) -> None:
    with no_way_to_the_ladder(scene):
        fail_all(scene)
        scene.sample.kill()
        wait_until(lambda: scene.outsider.count("sample.in") >= BAD, 10)
    scene.sample.start()

    check_handed_on_once(scene, documents)


@staying
def test_what_failed_before_the_broker_went_away_is_handed_on_once_when_it_is_back(
    scene: Scene, documents: Any
) -> None:
    with no_way_to_the_ladder(scene):
        fail_all(scene)
        scene.broker_line.cut()
    wait_until(lambda: scene.sample.log.count("broker away") > 5, 20)
    scene.broker_line.mend()

    check_handed_on_once(scene, documents)


@staying
def test_what_failed_is_handed_on_once_although_its_connection_was_lost_for_a_moment(
    scene: Scene, documents: Any
) -> None:
    with no_way_to_the_ladder(scene):
        fail_all(scene)
        scene.broker_line.cut()
        wait_until(lambda: scene.outsider.count("sample.in") >= BAD, 10)
    scene.broker_line.mend()

    check_handed_on_once(scene, documents)
