import itertools
import json
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from deploy.backup.__main__ import main
from deploy.backup.errors import BackupError, CatalogChanged, Damaged, SnapshotGone
from deploy.backup.manifest import Manifest
from deploy.backup.snapshot import Snapshot
from deploy.backup.taking import take
from deploy.local.layout import REPOSITORY
from tests.integration.backup.world import PEOPLE, World, documents, metadata
from tests.support.waiting import wait_until

MANY, LONG = 40_000, "x" * 1000
WINDOW = "minSnapshotHistoryWindowInSeconds"
TAKE = """
import json, sys
from pathlib import Path
from pymongo import MongoClient
from deploy.backup.taking import take
with MongoClient(sys.argv[1]) as client:
    take(client, Path(sys.argv[2]), json.loads(sys.argv[3]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backup"


def test_a_backup_is_what_anybody_can_read(world: World, folder: Path) -> None:
    world.fill()

    manifest = take(world.client, folder, world.databases)

    people = documents(folder, "membership/people")
    assert sorted(people, key=lambda each: each["n"]) == list(
        world.of("membership").people.find(sort=[("n", 1)])
    )
    assert documents(folder, "membership/_facts") == [{"_id": "people/p0@1", "body": b"\x00\xff"}]
    indexes = metadata(folder, "membership/people")["indexes"]
    assert [each["name"] for each in indexes] == ["_id_", "name_1_n_1", "by_n"]
    assert indexes[1]["unique"] is True
    assert list(indexes[1]["key"]) == ["name", "n"]
    assert manifest.documents == PEOPLE + 1 + 3
    assert Manifest.read(folder) == manifest
    manifest.verify(folder)


def test_its_manifest_says_when_and_by_which_code_it_was_taken(world: World, folder: Path) -> None:
    world.fill()
    take(world.client, folder, world.databases)

    told = json.loads((folder / "manifest.json").read_text())

    assert told["cluster_time"][0] > 0
    assert told["schemas"]["membership.people"] == 2
    assert told["code"]["version"]
    assert told["server"] == world.client.server_info()["version"]
    people = next(each for each in told["parts"] if each["file"] == "membership/people.bson.gz")
    assert people["documents"] == PEOPLE


def test_only_its_owner_can_read_it(world: World, folder: Path) -> None:
    world.fill()
    take(world.client, folder, world.databases)

    for each in (folder, *folder.rglob("*")):
        assert each.stat().st_mode & 0o077 == 0, each


def test_all_databases_are_read_at_one_instant(world: World, folder: Path) -> None:
    world.fill()
    first, second = world.of("membership").marks, world.of("notification").marks
    for each in (first, second):
        each.insert_one({"_id": "n", "n": 0})
    world.of("membership").ballast.insert_many({"n": n, "t": LONG} for n in range(MANY))
    over = threading.Event()

    def count() -> int:
        """Write to one database and then to the other, again and again."""
        for number in itertools.count(1):
            for each in (first, second):
                each.update_one({"_id": "n"}, {"$set": {"n": number}})
            if over.is_set():
                return number
        raise AssertionError

    with ThreadPoolExecutor(1) as threads:
        counting = threads.submit(count)
        wait_until(lambda: second.find_one({"_id": "n"})["n"] > 10)
        take(world.client, folder, world.databases)
        over.set()

    found = [
        documents(folder, f"{service}/marks")[0]["n"] for service in ("membership", "notification")
    ]
    assert found[1] <= found[0] <= found[1] + 1
    assert found[1] >= 10
    assert found[0] + 10 < counting.result()


def test_what_is_written_after_the_instant_is_in_no_batch(world: World) -> None:
    world.fill()
    snapshot = Snapshot.now(world.client)
    world.of("membership").people.insert_one({"_id": "later"})
    world.of("membership").people.delete_one({"_id": "p0"})

    (batch,) = snapshot.batches(world.databases["membership"], "people")

    assert b"later" not in batch
    assert b"Person 0\x00" in batch


def test_a_deploy_step_meanwhile_has_it_begin_again(world: World, folder: Path) -> None:
    world.fill()
    snapshot = Snapshot.now(world.client)
    world.of("membership").later.insert_one({"n": 1})
    with pytest.raises(CatalogChanged):
        list(snapshot.batches(world.databases["membership"], "later"))

    world.of("membership").ballast.insert_many({"n": n, "t": LONG} for n in range(MANY))
    began = threading.Event()

    def declare() -> None:
        wait_until(lambda: any(folder.rglob("*.bson.gz")), 60)
        world.of("travel").later.insert_one({"_id": "made meanwhile"})
        world.of("events").copies.drop()
        began.set()

    with ThreadPoolExecutor(1) as threads:
        declaring = threads.submit(declare)
        manifest = take(world.client, folder, world.databases)
        declaring.result()

    assert began.is_set()
    assert documents(folder, "travel/later") == [{"_id": "made meanwhile"}]
    assert not (folder / "events/copies.bson.gz").exists()
    manifest.verify(folder)
    assert {str(each.relative_to(folder)) for each in folder.rglob("*.gz")} == {
        file for part in manifest.parts for file in (part.file, part.metadata_file)
    }


def test_an_instant_that_the_database_has_let_go_of_is_said(world: World) -> None:
    world.fill()
    admin = world.client.admin
    kept = admin.command({"getParameter": 1, WINDOW: 1})[WINDOW]
    snapshot = Snapshot.now(world.client)
    admin.command({"setParameter": 1, WINDOW: 1})
    try:

        def gone() -> bool:
            world.of("travel").copies.update_one({"_id": "travel"}, {"$inc": {"n": 1}})
            try:
                list(snapshot.batches(world.databases["membership"], "people"))
            except SnapshotGone as error:
                return WINDOW in str(error)
            return False

        wait_until(gone, 60)
    finally:
        admin.command({"setParameter": 1, WINDOW: kept})


def test_one_that_is_killed_half_way_is_no_backup(world: World, mongo: str, folder: Path) -> None:
    world.of("membership").people.insert_many({"n": n, "t": LONG} for n in range(MANY))
    program = subprocess.Popen(
        [sys.executable, "-c", TAKE, mongo, str(folder), json.dumps(world.databases)],
        cwd=REPOSITORY,
    )
    wait_until(lambda: size_of(folder / "membership/people.bson.gz") > 0, 60)
    program.send_signal(signal.SIGKILL)
    assert program.wait() == -signal.SIGKILL

    with pytest.raises(BackupError, match=r"is no complete backup: it has no manifest\.json"):
        Manifest.read(folder)
    with pytest.raises(BackupError, match="is not empty; name another directory"):
        take(world.client, folder, world.databases)


def size_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def test_the_command_makes_room_for_the_newest(
    world: World,
    mongo: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MONGO_URI", mongo)
    old = tmp_path / "2026-11-28T01-07-00Z"
    take(world.client, old, world.databases)

    assert main(["take", "--within", str(tmp_path), "--keep", "1"]) == 0

    (made,) = tmp_path.iterdir()
    assert capsys.readouterr().out.endswith(f"{old}: removed; newer ones are there.\n")
    assert main(["verify", "--from", str(made)]) == 0


def test_the_command_keeps_one_at_least(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["take", "--within", str(tmp_path), "--keep", "0"])

    assert "a number from 1 on is expected" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["membership/people.bson.gz", "travel/copies.metadata.json.gz"])
def test_a_damaged_file_is_named(world: World, folder: Path, name: str) -> None:
    world.fill()
    manifest = take(world.client, folder, world.databases)
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)

    with pytest.raises(Damaged) as refused:
        manifest.verify(folder)
    assert str(refused.value).splitlines()[1:] == [
        line for line in str(refused.value).splitlines() if name in line
    ]


def test_each_missing_file_is_named(world: World, folder: Path) -> None:
    world.fill()
    manifest = take(world.client, folder, world.databases)
    for name in ("events/copies.bson.gz", "travel/copies.bson.gz"):
        (folder / name).unlink()

    with pytest.raises(Damaged, match=r"events/copies\.bson\.gz: No such") as refused:
        manifest.verify(folder)
    assert "travel/copies.bson.gz: No such" in str(refused.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda told: told.replace(f'"documents": {PEOPLE}', '"documents": 1'), "not as it was"),
        (lambda told: told[:-20], "cannot be read"),
        (lambda told: told.replace('"format": 1', '"format": 2'), "has format 2; 1 is known"),
    ],
)
def test_a_changed_manifest_is_refused(world: World, folder: Path, change: Any, said: str) -> None:
    world.fill()
    take(world.client, folder, world.databases)
    path = folder / "manifest.json"
    path.write_text(change(path.read_text()))

    with pytest.raises(BackupError, match=said):
        Manifest.read(folder)
