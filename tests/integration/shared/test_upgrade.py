"""Two versions of a service beside each other: deploy steps, indexes, and shapes of documents."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo import IndexModel, InsertOne, MongoClient

from deploy.local.installation import Installation
from deploy.local.services import Outside
from shared.clock import utc_now
from shared.launcher import indexes_of
from shared.persistence.indexes import Undeclarable, make_indexes, undeclared_indexes
from tests.conftest import TEST_SETTINGS
from tests.sample.grown import GrownService
from tests.sample.outside import Poked
from tests.sample.service import SampleService
from tests.support.client import Client
from tests.support.outside import Outsider
from tests.support.program import Ended, run
from tests.support.running_service import NO_MAILS, RunningService
from tests.support.servers import LADDER_SECONDS
from tests.support.waiting import wait_until

OLD, NEW = "tests.sample.service", "tests.sample.grown"
MANY = 60_000
ORDER = {"city_id": "tr-izmir", "tally_id": "t", "amount": 3}
Database = Any


@pytest.fixture
def stored(outside: Outside, mongo_client: MongoClient[dict[str, Any]]) -> Database:
    return mongo_client[f"{outside.database_prefix}sample"]


@pytest.fixture
def step(outside: Outside, stored: Database) -> Callable[..., Ended]:
    def taken(option: str, module: str) -> Ended:
        settings = {
            "AMQP_URI": outside.amqp_uri or "",
            "MONGO_URI": outside.mongo_uri or "",
            "MONGO_DATABASE": stored.name,
            "RETRY_LADDER_SECONDS": ",".join(map(str, LADDER_SECONDS)),
        }
        return run("shared.run", option, module, settings=settings)

    return taken


@pytest.fixture
def old(run_service: Callable[..., RunningService]) -> RunningService:
    return run_service(OLD)


@pytest.fixture
def newer(outside: Outside, tmp_path: Path) -> Iterator[Callable[[], Client]]:
    """Start a process of the newer version beside the old one; returns an organiser's client."""
    given = Outside(
        amqp_uri=outside.amqp_uri,
        mongo_uri=outside.mongo_uri,
        smtp_uri=NO_MAILS,
        database_prefix=outside.database_prefix,
    )
    grown = Installation(
        tmp_path / "grown", settings=TEST_SETTINGS, outside=given, modules={"sample": NEW}
    )

    def deploy() -> Client:
        grown.up()
        return Client(grown.url("sample"), grown.token("organiser"))

    yield deploy
    grown.down()


def names(stored: Database, collection: str) -> set[str]:
    return set(stored[collection].index_information())


# -- deploy steps and indexes ----------------------------------------------------------------------


def test_two_deploy_steps_at_once_build_an_index_while_the_old_version_works(
    old: RunningService, step: Callable[..., Ended], stored: Database
) -> None:
    fill(stored)
    client = old.client()
    with orders_being_placed(client) as placed:
        with ThreadPoolExecutor(2) as threads:
            steps = [threads.submit(step, "--declare", NEW) for _ in range(2)]
        assert [(each.result().code, each.result().text) for each in steps] == [(0, "")] * 2
        seen = len(placed)
        wait_until(lambda: len(placed) > seen, what="orders are placed afterwards, too")

    assert "pieces_1__id_1" in names(stored, "orders")
    assert seen > 0
    assert stored.orders.count_documents({"tally_id": "t"}) == len(placed)


def test_an_index_of_an_older_version_is_dropped_when_somebody_says_so(
    step: Callable[..., Ended], stored: Database
) -> None:
    assert step("--declare", NEW).code == 0
    assert step("--declare", OLD).code == 0

    assert undeclared_indexes(stored, indexes_of(SampleService)) == [("orders", "pieces_1__id_1")]
    dropped = step("--drop-undeclared", OLD)
    assert (dropped.code, dropped.text) == (0, f"{stored.name}.orders: pieces_1__id_1 dropped.\n")
    assert undeclared_indexes(stored, indexes_of(SampleService)) == []
    assert "city_id_1" in names(stored, "orders")
    assert step("--drop-undeclared", OLD).text == ""


def test_what_stands_in_the_way_of_a_unique_index_is_named_and_not_quoted(
    stored: Database,
) -> None:
    stored.people.insert_many([{"name": "Ayşe"}, {"name": "Ayşe"}])
    unique = {"people": [IndexModel("name", unique=True)]}

    with pytest.raises(Undeclarable, match=r"people cannot be made: documents agree in name,") as e:
        make_indexes(stored, unique)

    assert "Ayşe" not in str(e.value)


def test_an_index_that_is_there_with_other_options_stops_the_deploy_step(
    step: Callable[..., Ended], stored: Database
) -> None:
    stored.orders.create_index("city_id", sparse=True)

    ended = step("--declare", OLD)

    assert ended.code == 1
    assert ended.text.startswith(f"Indexes of {stored.name}.orders cannot be made: ")
    assert "Traceback" not in ended.text


def fill(stored: Database) -> None:
    """Make the collection large enough for a build that takes a while."""
    orders = [
        InsertOne(
            {
                "_id": f"old-{number}",
                **ORDER,
                "tally_id": "old",
                "remarks": ["x" * 100],
                "_schema": 1,
                "_version": 1,
                "_sequence": 1,
                "_saved_by": [number],
                "_outbox": [],
            }
        )
        for number in range(MANY)
    ]
    stored.orders.bulk_write(orders, ordered=False)


@contextmanager
def orders_being_placed(client: Client) -> Iterator[list[str]]:
    placed: list[str] = []
    over = threading.Event()

    def place() -> None:
        while not over.is_set():
            answer = client.post("/v1/orders", ORDER)
            assert answer.status_code == 201, answer.text
            placed.append(answer.json()["id"])

    with ThreadPoolExecutor(1) as threads:
        placing = threads.submit(place)
        try:
            yield placed
        finally:
            over.set()
        placing.result()


# -- shapes ----------------------------------------------------------------------------------------


def test_what_the_newer_version_has_stored_the_older_one_refuses_and_leaves_alone(
    old: RunningService, newer: Callable[[], Client], stored: Database
) -> None:
    client = old.client()
    order = client.post("/v1/orders", ORDER).json()["id"]
    grown = newer()
    assert grown.get(f"/v1/orders/{order}").json()["amount"] == 3
    due = {"due_at": "2030-01-01T00:00:00Z"}
    assert grown.put(f"/v1/orders/{order}/reminder", due).ok
    as_stored = stored.orders.find_one({"_id": order})
    assert (as_stored["_schema"], as_stored["pieces"]) == (2, 3)
    assert "amount" not in as_stored

    for answer in (
        client.get(f"/v1/orders/{order}"),
        client.put(f"/v1/orders/{order}/reminder", {"due_at": "2031-01-01T00:00:00Z"}),
    ):
        assert answer.status_code == 503, answer.text
        assert answer.json()["code"] == "stored_by_newer"
        assert int(answer.headers["Retry-After"]) > 0
    assert stored.orders.find_one({"_id": order}) == as_stored
    assert client.post("/v1/orders", ORDER).status_code == 201


def test_an_event_for_what_is_newer_waits_on_the_ladder_for_the_newer_version(
    old: RunningService, newer: Callable[[], Client], stored: Database
) -> None:
    note = {
        "_id": "n",
        "lines": ["first"],
        "title": "",
        "_schema": 2,
        "_version": 1,
        "_sequence": 0,
        "_saved_by": [1],
        "_outbox": [],
    }
    stored.notes.insert_one(note)
    outsider = Outsider(old.amqp_uri)
    outsider.publish(Poked(note_id="n", text="second", occurred_at=utc_now()), "pokes", "p")
    wait_until(lambda: "StoredByNewer" in old.log, what="the older version has refused it")
    assert stored.notes.find_one({"_id": "n"}) == note

    old.stop()
    newer()
    wait_until(lambda: len(stored.notes.find_one({"_id": "n"})["lines"]) == 2, 30)
    assert stored.notes.find_one({"_id": "n"})["lines"] == ["first", "second"]
    assert stored["_dead_letters"].count_documents({}) == 0
    outsider.close()


def test_indexes_that_a_version_declares_are_those_that_it_makes(stored: Database) -> None:
    make_indexes(stored, indexes_of(GrownService))

    assert undeclared_indexes(stored, indexes_of(GrownService)) == []
    assert names(stored, "_seen") == {"_id_", "events_1", "of_1", "at_1"}
    assert names(stored, "notes") == {
        "_id_",
        "_outbox.at_1",
        "_timers.due_at_1",
        "_waiting_for_1",
    }
