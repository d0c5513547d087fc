from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo import CursorType, MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure

from shared.persistence.document import SAVES_KEPT, Change
from shared.persistence.mongo import connect
from shared.persistence.store import DatabaseAway, DuplicateKey, Outcome, Store, Write

IDS = ["broken", *(f"t{n}" for n in range(7))]


@pytest.fixture
def store(mongo: str, database: Database[dict[str, Any]]) -> Iterator[Store]:
    store = Store(connect(mongo, database.name, "a test"))
    yield store
    store.database.client.close()


def a_document(id_: str, **state: Any) -> dict[str, Any]:
    return {"_id": id_, "_version": 1, "_saved_by": [1], "_outbox": [], **state}


def a_change(
    version: int = 1, *, save_id: int = 2, gone: tuple[str, ...] = (), said: Any = (), **values: Any
) -> Change:
    return Change(version, values, gone, list(said), save_id)


def written(store: Store, **contents: Any) -> dict[str, Any]:
    """Write in one go; returns the outcomes."""
    writes = [
        Write("things", id_, content.save_id if isinstance(content, Change) else 1, content)
        for id_, content in contents.items()
    ]
    store.write(writes)
    return {write.id: write.outcome for write in writes}


def test_whoever_lost_the_lock_is_told_apart_from_its_neighbours(store: Store) -> None:
    written(store, a=a_document("a"), b=a_document("b"))
    written(store, b=a_change(text="first", save_id=5))

    outcomes = written(
        store, a=a_change(text="mine"), b=a_change(text="mine"), c=a_document("c", text="mine")
    )

    assert outcomes == {"a": Outcome.SAVED, "b": Outcome.LOST, "c": Outcome.SAVED}
    found = store.read("things", ["a", "b", "c"])
    assert {id_: each["text"] for id_, each in found.items()} == {
        "a": "mine",
        "b": "first",
        "c": "mine",
    }
    assert [found["a"]["_version"], found["b"]["_version"]] == [2, 2]


def test_a_save_that_is_stored_already_is_a_success(store: Store) -> None:
    written(store, a=a_document("a"))
    written(store, a=a_change(save_id=7))

    assert written(store, a=a_change(save_id=7)) == {"a": Outcome.SAVED}
    assert store.read("things", ["a"])["a"]["_version"] == 2


def test_a_change_of_what_has_vanished_is_lost_and_brings_nothing_back(store: Store) -> None:
    written(store, a=a_document("a"))

    outcomes = written(store, a=a_change(text="there"), b=a_change(text="not there"))

    assert outcomes == {"a": Outcome.SAVED, "b": Outcome.LOST}
    assert store.read("things", ["b"]) == {}


def test_a_new_document_with_an_id_that_is_taken_is_lost(store: Store) -> None:
    written(store, a=a_document("a", _saved_by=[9]))

    assert written(store, a=a_document("a")) == {"a": Outcome.LOST}


def test_another_unique_index_is_a_conflict_by_its_fields(store: Store) -> None:
    store.database.things.create_index("name", unique=True)
    written(store, a=a_document("a", name="x"), b=a_document("b", name="y"))

    outcomes = written(store, b=a_change(name="x"), c=a_document("c", name="x"))

    assert outcomes == {"b": DuplicateKey(("name",)), "c": DuplicateKey(("name",))}


def test_what_looks_like_an_expression_is_stored_as_it_is(store: Store) -> None:
    written(store, a=a_document("a", map={"k": 1}))
    strange = {"$add": ["$_version", 1], "a.b": "$$ROOT", "": None}

    written(store, a=a_change(text="$_version", map=strange, said=[{"id": "$x", "n": {"$if": 1}}]))

    found = store.read("things", ["a"])["a"]
    assert (found["text"], found["map"]) == ("$_version", strange)
    assert found["_outbox"] == [{"id": "$x", "n": {"$if": 1}}]


def test_fields_vanish_and_the_outbox_is_only_added_to(store: Store) -> None:
    written(store, a=a_document("a", _timers=[1], _waiting_for=["x"], _outbox=[{"id": "one"}]))

    written(store, a=a_change(gone=("_timers", "_waiting_for"), said=[{"id": "two"}]))

    found = store.read("things", ["a"])["a"]
    assert found.keys() == {"_id", "_version", "_saved_by", "_outbox"}
    assert found["_outbox"] == [{"id": "one"}, {"id": "two"}]


def test_the_newest_saves_are_remembered(store: Store) -> None:
    written(store, a=a_document("a"))

    for version in range(1, SAVES_KEPT + 3):
        written(store, a=a_change(version, save_id=100 + version))

    saved_by = store.read("things", ["a"])["a"]["_saved_by"]
    assert saved_by == [100 + version for version in range(3, SAVES_KEPT + 3)]


def test_what_cannot_be_read_fails_whoever_asks_for_it_and_nobody_else(store: Store) -> None:
    written(store, **{id_: a_document(id_) for id_ in IDS})
    # What is found there is no number, so the database itself fails wherever it looks at it.
    broken = {"$cond": [{"$eq": ["$_id", "broken"]}, {"$toInt": "$_id"}, 0]}
    store.database.command("create", "views", viewOn="things", pipeline=[{"$set": {"n": broken}}])

    def read(id_: str) -> Any:
        try:
            return id_ in store.read("views", [id_])
        except OperationFailure as error:
            return type(error)

    with ThreadPoolExecutor(len(IDS)) as pool:
        for _ in range(20):
            found = dict(zip(IDS, pool.map(read, IDS), strict=True))
            assert found == dict.fromkeys(IDS, True) | {"broken": OperationFailure}


def test_a_database_that_no_connection_is_free_to_is_away_for_now(
    mongo: str, database: Database[dict[str, Any]]
) -> None:
    with MongoClient[dict[str, Any]](mongo, maxPoolSize=1, waitQueueTimeoutMS=100) as client:
        store = Store(client[database.name])
        written(store, a=a_document("a"), b=a_document("b"))
        held = store.database.things.find(cursor_type=CursorType.EXHAUST, batch_size=1)
        next(held)

        for ask in (
            lambda: store.read("things", ["a"]),
            lambda: store.find("things", {}),
            lambda: store.note("things", {"_id": "a"}, {"$set": {"n": 1}}),
        ):
            with pytest.raises(DatabaseAway):
                ask()
        (outcome,) = written(store, a=a_change()).values()
        assert isinstance(outcome, DatabaseAway)

        held.close()
        assert store.read("things", ["a"])["a"]["_version"] == 1


def test_a_claim_keeps_others_off_until_it_lapses_or_the_document_is_saved(store: Store) -> None:
    written(store, a=a_document("a"))
    other = Store(store.database)

    assert store.claim("things", "a", 1, 60)
    assert store.claim("things", "a", 1, 60), "one's own may be prolonged"
    assert not other.claim("things", "a", 1, 60)
    assert not other.claim("things", "a", 2, 60), "of another version"

    assert store.claim("things", "a", 1, -1)
    assert other.claim("things", "a", 1, 60)

    written(store, a=a_change(text="saved all the same"))
    assert not other.claim("things", "a", 1, 60), "it has another version now"
    assert other.claim("things", "a", 2, 60)
