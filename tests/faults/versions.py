"""A newer version of the code: a copy of this checkout with a change as contributors make it.

Delegates get badges (``badges.patch``). A person has a name on the badge, which may be given when
the person is entered; membership tells it in a new field of ``PersonDescribed``, and travel copies
it. Events publishes ``BadgeOrdered``, which there was not before, and travel counts the badges of a
trip. A door takes and gives a new field, and a collection has a new index.
"""

import shutil
import subprocess
from pathlib import Path

from deploy.local.environment import inherited
from deploy.local.layout import REPOSITORY

FOLDERS = ("services", "shared")
PATCH = Path(__file__).with_name("badges.patch")


def with_badges(folder: Path) -> Path:
    """Write the newer version into a folder that there is not yet; returns the folder.

    Raises:
        AssertionError: The change does not fit this checkout any more: make ``badges.patch`` anew.
    """
    for name in FOLDERS:
        shutil.copytree(REPOSITORY / name, folder / name)
    done = subprocess.run(
        [shutil.which("git") or "git", "apply", str(PATCH)],
        cwd=folder,
        # Below a folder that is a repository, git would take the paths for that one's.
        env=inherited(GIT_CEILING_DIRECTORIES=str(folder.resolve().parent)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder
