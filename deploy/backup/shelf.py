"""A directory of backups, each named for when it was begun; the oldest make room."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from deploy.backup.errors import BackupError
from deploy.backup.manifest import NAME, Manifest

TIME = "%Y-%m-%dT%H-%M-%SZ"
"""As in RFC 3339, without colons, which some file systems and ``host:path`` do not take."""
_NAMED = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ")


def new_on(shelf: Path, at: datetime) -> Path:
    """Return where a backup that begins at an instant (UTC) lies."""
    return shelf / at.astimezone(UTC).strftime(TIME)


def make_room(shelf: Path, keep: int) -> list[Path]:
    """Remove what is older than the newest complete backups.

    Complete ones are told by the database's time, which never goes back; a machine's clock, from
    which they have their names, may. One without a manifest goes when all that stay are named for
    later, since somebody may be taking a younger one. What is no directory named as these are, or
    has a manifest that cannot be read, stays and does not count.

    Args:
        shelf: The directory of backups.
        keep: How many complete ones stay, 1 or more.

    Returns:
        What was removed, by name.
    """
    there = {each for each in shelf.iterdir() if each.is_dir() and _NAMED.fullmatch(each.name)}
    unfinished = {each for each in there if not (each / NAME).exists()}
    complete = [each for _, each in sorted(_complete(there - unfinished))]
    kept = complete[-keep:]
    older = complete[:-keep] + [each for each in unfinished if kept and each < min(kept)]
    for each in older:
        # Without its manifest first: what is removed in part must not pass for a backup.
        (each / NAME).unlink(missing_ok=True)
        shutil.rmtree(each)
    return sorted(older)


def _complete(folders: set[Path]) -> Iterator[tuple[tuple[int, int], Path]]:
    for each in folders:
        try:
            yield Manifest.read(each).cluster_time, each
        except BackupError:
            continue
