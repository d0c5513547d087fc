import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.layout import REPOSITORY
from deploy.manifests.kubernetes import FOLDER, PAGE, problems


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of what is applied, and of the page about it, to be spoilt."""
    shutil.copytree(REPOSITORY / FOLDER, tmp_path / FOLDER)
    (tmp_path / PAGE).parent.mkdir(parents=True)
    shutil.copy(REPOSITORY / PAGE, tmp_path / PAGE)
    return tmp_path


@pytest.fixture
def told_of(copied: Path) -> Callable[[str, str, str], list[str]]:
    """Replace a text in a file wherever it stands; returns the problems that are told then."""

    def tell(file: str, old: str, new: str) -> list[str]:
        path = copied / (PAGE if file == PAGE.name else FOLDER / file)
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        return problems(copied)

    return tell
