import dataclasses
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.backup.errors import BackupError
from deploy.backup.restoring import (
    SILENT,
    WRITING,
    Mark,
    check_empty,
    check_shapes,
    mark_of,
    put_mark,
    write,
)
from deploy.backup.taking import take
from deploy.local.layout import REPOSITORY
from tests.integration.backup.world import World
from tests.support.program import run
from tests.support.waiting import wait_until

MANY, LONG = 40_000, "x" * 1000
WRITE = """
import json, sys
from pathlib import Path
from pymongo import MongoClient
from deploy.backup.manifest import Manifest
from deploy.backup.restoring import write
folder = Path(sys.argv[2])
with MongoClient(sys.argv[1]) as client:
    write(client, folder, Manifest.read(folder), json.loads(sys.argv[3]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backup"


def test_what_was_dropped_comes_back_with_its_indexes(world: World, folder: Path) -> None:
    world.fill()
    before = world.contents()
    manifest = take(world.client, folder, world.databases)
    world.clear()
    check_empty(world.client, manifest, world.databases)

    write(world.client, folder, manifest, world.databases)

    assert world.contents() == before


def test_what_came_after_the_backup_is_gone(world: World, folder: Path) -> None:
    world.fill()
    before = world.contents()
    manifest = take(world.client, folder, world.databases)
    world.of("travel").later.insert_one({"n": 1})
    world.of("membership").people.delete_one({"_id": "p0"})

    write(world.client, folder, manifest, world.databases)

    assert world.contents() == before


def test_databases_that_are_not_empty_are_named(world: World, folder: Path) -> None:
    world.fill()
    manifest = take(world.client, folder, world.databases)
    world.clear()
    world.of("events").meetings.create_index("n")
    check_empty(world.client, manifest, world.databases)
    world.of("events").meetings.insert_one({"n": 1})

    with pytest.raises(BackupError, match=rf"not empty: {world.databases['events']}; restore with"):
        check_empty(world.client, manifest, world.databases)


def test_only_a_restore_of_the_same_backup_goes_on_unasked(world: World, folder: Path) -> None:
    world.fill()
    manifest = take(world.client, folder, world.databases)
    for name in world.databases.values():
        put_mark(world.client[name], Mark(manifest.id, WRITING))
    check_empty(world.client, manifest, world.databases)

    for mark in (Mark("another", WRITING), Mark(manifest.id, SILENT)):
        put_mark(world.of("events"), mark)
        with pytest.raises(BackupError, match="not empty"):
            check_empty(world.client, manifest, world.databases)


def test_one_that_is_killed_half_way_is_done_again(world: World, mongo: str, folder: Path) -> None:
    world.fill()
    world.of("membership").people.insert_many({"n": n, "t": LONG} for n in range(MANY))
    before = world.contents()
    manifest = take(world.client, folder, world.databases)
    world.clear()
    program = subprocess.Popen(
        [sys.executable, "-c", WRITE, mongo, str(folder), json.dumps(world.databases)],
        cwd=REPOSITORY,
    )
    wait_until(lambda: world.of("membership").people.estimated_document_count() > 0, 60)
    program.send_signal(signal.SIGKILL)
    assert program.wait() == -signal.SIGKILL
    assert mark_of(world.of("membership")) == Mark(manifest.id, WRITING)
    assert world.contents() != before

    check_empty(world.client, manifest, world.databases)
    write(world.client, folder, manifest, world.databases)

    assert world.contents() == before


def test_no_process_starts_while_documents_are_missing(
    world: World, mongo: str, vhost: str
) -> None:
    told = {"MONGO_URI": mongo, "AMQP_URI": vhost, "MONGO_DATABASE": world.databases["travel"]}
    put_mark(world.of("travel"), Mark("a backup", WRITING))

    ended = run("shared.run", "services.travel.service", settings=told)

    assert ended.code == 1
    (line,) = ended.log
    assert line["message"] == "database unfit"
    assert line["reason"].endswith("was not restored to the end; do it again.")

    put_mark(world.of("travel"), Mark("a backup", SILENT))
    (line,) = run("shared.run", "services.travel.service", settings=told).log
    assert line["message"] == "broker unfit"  # Nobody has declared anything there.


def test_a_file_with_fewer_documents_than_were_written_is_named(world: World, folder: Path) -> None:
    world.fill()
    manifest = take(world.client, folder, world.databases)
    more = tuple(dataclasses.replace(each, documents=each.documents + 1) for each in manifest.parts)

    with pytest.raises(BackupError, match=r"membership/\w+\.bson\.gz has \d+ documents, \d+ were"):
        write(world.client, folder, dataclasses.replace(manifest, parts=more), world.databases)


def test_what_a_newer_version_has_stored_is_not_restored_by_an_older_one(
    world: World, folder: Path
) -> None:
    world.fill()
    manifest = take(world.client, folder, world.databases)
    known = dict(manifest.schemas)
    check_shapes(manifest, known)

    with pytest.raises(BackupError, match=r"cannot read its membership\.people\."):
        check_shapes(manifest, {**known, "membership.people": 1})


def test_a_manifest_is_needed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from deploy.backup.__main__ import main

    folder.mkdir()
    for command in ("verify", "restore"):
        assert main([command, "--from", str(folder)]) == 1
        assert "is no complete backup" in capsys.readouterr().err
