from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.doctor.clocks import clock_trouble
from deploy.doctor.database import disk_trouble, examine_database, version_trouble
from shared.launcher import indexes_of, service_class
from shared.persistence.indexes import make_indexes
from tests.integration.doctor.test_broker import wrong

KIND = service_class("tests.sample.service")
NOW = datetime(2024, 11, 1, tzinfo=UTC)
Database = Any
Look = Callable[[], dict[str, str]]


@pytest.fixture
def stored(database: Database) -> Database:
    make_indexes(database, indexes_of(KIND))
    return database


@pytest.fixture
def look(mongo: str, stored: Database) -> Look:
    """What is wrong, by the last word that tells what it is."""

    def found() -> dict[str, str]:
        return {
            what.replace(stored.name, "it"): said
            for what, said in wrong(examine_database(mongo, {stored.name: KIND})).items()
            if "GB free" not in what  # A matter of the machine that runs the tests.
        }

    return found


def test_a_database_that_is_well_is_well(look: Look) -> None:
    assert look() == {}


def test_a_database_that_is_away_is_found() -> None:
    uri = "mongodb://127.0.0.1:9/?replicaSet=rs0"

    assert "127.0.0.1:9: " in wrong(examine_database(uri, {"x": KIND}))["the database"]


def test_a_missing_index_is_found(stored: Database, look: Look) -> None:
    stored.orders.drop_index("city_id_1")

    said = "Missing or otherwise than declared: orders: city_id_1."
    assert look() == {"indexes of it": said}


def test_an_index_with_other_options_is_found(stored: Database, look: Look) -> None:
    stored.orders.drop_index("_outbox.at_1")
    stored.orders.create_index("_outbox.at")

    assert look()["indexes of it"].endswith("orders: _outbox.at_1.")


def test_an_index_that_is_no_longer_declared_is_found(stored: Database, look: Look) -> None:
    stored.orders.create_index("of_old")

    said = "No longer declared: orders: of_old_1."
    assert look() == {"indexes in it beyond these": said}


def test_an_event_that_waits_for_long_is_found(stored: Database, look: Look) -> None:
    stored.orders.insert_one({"_id": "o", "_schema": 1, "_outbox": [{"at": datetime.now(UTC)}]})
    assert look() == {}
    long_ago = datetime.now(UTC) - timedelta(minutes=10)
    stored.tallies.insert_one({"_id": "t", "_schema": 1, "_outbox": [{"at": long_ago}]})

    assert look()["outboxes of it"].startswith("An event has waited for 60")


def test_dead_letters_are_found(stored: Database, look: Look) -> None:
    stored["_dead_letters"].insert_many([{"state": "parked"}, {"state": "dropped"}])

    assert "dead letters of it: 1" in look()


@pytest.mark.parametrize(
    ("state", "said"),
    [("writing", "was not brought to its end"), ("silent", "not everything was said again yet")],
)
def test_a_restore_half_done_is_found(stored: Database, look: Look, state: str, said: str) -> None:
    stored["_restore"].insert_one({"_id": "_restore", "state": state, "backup": "x"})

    assert said in look()["restores of it"]


def test_documents_of_a_newer_version_are_found(stored: Database, look: Look) -> None:
    stored.notes.insert_one({"_id": "n", "_schema": 2, "_outbox": []})

    assert look() == {"shapes in it": "A newer version has stored documents in notes."}


def test_a_member_that_is_down_is_found(
    mongo: str, stored: Database, look: Look, mongo_client: MongoClient[dict[str, Any]]
) -> None:
    admin = mongo_client.admin
    before = admin.command("replSetGetConfig")["config"]
    absent = {"_id": 1, "host": "127.0.0.1:9", "votes": 0, "priority": 0}
    grown = {**before, "version": before["version"] + 1, "members": [*before["members"], absent]}
    admin.command("replSetReconfig", grown, force=True)
    try:
        assert look() == {"2 members of the replica set": "These do not answer: 127.0.0.1:9."}
    finally:
        admin.command("replSetReconfig", {**before, "version": 1_000_000}, force=True)


@pytest.mark.parametrize(("version", "is_fit"), [("5.0.31", False), ("6.0.5", True), ("8.0", True)])
def test_versions_that_are_not_fit_are_found(version: str, is_fit: bool) -> None:
    assert (version_trouble(version) is None) == is_fit


@pytest.mark.parametrize(
    ("free", "total", "is_enough"),
    [(2e9, 10e9, True), (0.9e9, 1e9, False), (9e9, 100e9, False), (11e9, 100e9, True)],
)
def test_a_disk_that_is_nearly_full_is_found(free: float, total: float, is_enough: bool) -> None:
    assert (disk_trouble(free, total) is None) == is_enough


@pytest.mark.parametrize(
    ("seconds", "is_right"), [(-4, False), (-1.5, True), (0, True), (2.5, True), (4, False)]
)
def test_a_clock_that_is_off_is_found(seconds: float, is_right: bool) -> None:
    theirs = NOW + timedelta(seconds=seconds)

    trouble = clock_trouble(theirs, NOW, NOW + timedelta(seconds=1))

    assert (trouble is None) == is_right
