from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from deploy.backup.manifest import Manifest
from deploy.backup.shelf import make_room, new_on


def put(shelf: Path, *names: str, whole: bool = True) -> None:
    """Lay down backups that were taken one after another, as the database has it."""
    for name in names:
        (shelf / name / "travel").mkdir(parents=True)
        (shelf / name / "travel" / "trips.bson.gz").touch()
        if whole:
            manifest = Manifest(
                cluster_time=(len(list(shelf.iterdir())), 1),
                taken_at="",
                server="",
                code={},
                schemas={},
                parts=(),
            )
            manifest.write(shelf / name)


def names(shelf: Path) -> list[str]:
    return sorted(each.name for each in shelf.iterdir())


def test_a_backup_is_named_for_its_instant_in_utc() -> None:
    istanbul = timezone(timedelta(hours=3))

    folder = new_on(Path("/backups"), datetime(2026, 11, 28, 4, 5, 6, tzinfo=istanbul))

    assert folder == Path("/backups/2026-11-28T01-05-06Z")


def test_the_newest_complete_ones_stay(tmp_path: Path) -> None:
    put(tmp_path, "2026-11-28T01-07-00Z", "2026-11-28T02-07-00Z", "2026-11-28T03-07-00Z")

    removed = make_room(tmp_path, keep=2)

    assert removed == [tmp_path / "2026-11-28T01-07-00Z"]
    assert names(tmp_path) == ["2026-11-28T02-07-00Z", "2026-11-28T03-07-00Z"]


def test_one_that_was_not_completed_counts_for_nothing(tmp_path: Path) -> None:
    put(tmp_path, "2026-11-28T01-07-00Z", "2026-11-28T03-07-00Z", "2026-11-28T05-07-00Z")
    put(tmp_path, "2026-11-28T02-07-00Z", "2026-11-28T06-07-00Z", whole=False)

    make_room(tmp_path, keep=2)

    # The second may be under way.
    assert names(tmp_path) == [
        "2026-11-28T03-07-00Z",
        "2026-11-28T05-07-00Z",
        "2026-11-28T06-07-00Z",
    ]


def test_the_newest_stays_although_the_clock_was_put_back(tmp_path: Path) -> None:
    put(tmp_path, "2027-03-01T01-07-00Z", "2027-03-01T02-07-00Z", "2026-11-28T03-07-00Z")

    make_room(tmp_path, keep=1)

    assert names(tmp_path) == ["2026-11-28T03-07-00Z"]


def test_one_whose_manifest_cannot_be_read_is_left_to_somebody(tmp_path: Path) -> None:
    put(tmp_path, "2026-11-28T01-07-00Z", "2026-11-28T02-07-00Z", "2026-11-28T03-07-00Z")
    (tmp_path / "2026-11-28T01-07-00Z" / "manifest.json").write_text("{")

    make_room(tmp_path, keep=1)

    assert names(tmp_path) == ["2026-11-28T01-07-00Z", "2026-11-28T03-07-00Z"]


def test_nothing_is_removed_while_none_is_complete(tmp_path: Path) -> None:
    put(tmp_path, "2026-11-28T01-07-00Z", "2026-11-28T02-07-00Z", whole=False)

    assert make_room(tmp_path, keep=1) == []
    assert len(names(tmp_path)) == 2


@pytest.mark.parametrize("name", ["before-the-move", "2026-11-28", "2026-11-28T01-07-00Z.old"])
def test_what_somebody_else_has_named_stays(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, "2026-11-28T02-07-00Z", "2026-11-28T03-07-00Z")

    make_room(tmp_path, keep=1)

    assert names(tmp_path) == sorted([name, "2026-11-28T03-07-00Z"])
