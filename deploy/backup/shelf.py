"""A directory of backups, each named for when it was begun; the oldest make room."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

from deploy.backup.manifest import NAME

TIME = "%Y-%m-%dT%H-%M-%SZ"
"""As in RFC 3339, without colons, which some file systems and ``host:path`` do not take."""
_NAMED = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ")


def new_on(shelf: Path, at: datetime) -> Path:
    """Return where a backup that begins at an instant (UTC) lies."""
    return shelf / at.astimezone(UTC).strftime(TIME)


def make_room(shelf: Path, keep: int) -> list[Path]:
    """Remove all that is older than the newest complete backups.

    What is no directory named as these are stays. So does a younger one without a manifest, since
    somebody may be taking it.

    Args:
        shelf: The directory of backups.
        keep: How many complete ones stay, 1 or more.

    Returns:
        What was removed, the oldest first.
    """
    there = sorted(
        each for each in shelf.iterdir() if each.is_dir() and _NAMED.fullmatch(each.name)
    )
    kept = [each for each in there if (each / NAME).is_file()][-keep:]
    older = [each for each in there if each < kept[0]] if kept else []
    for each in older:
        # Without its manifest first: what is removed in part must not pass for a backup.
        (each / NAME).unlink(missing_ok=True)
        shutil.rmtree(each)
    return older
