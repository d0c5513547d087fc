import re
from pathlib import Path

import pytest

from deploy.docs.__main__ import main
from deploy.local.layout import REPOSITORY

PAGES = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md"]
PAGES += sorted((REPOSITORY / "docs").rglob("*.md"))
README_LINES = 120
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:services|shared|deploy|tests|docs)/[\w./-]*)`")
TARGET = re.compile(r"`make ([a-z-]+)")

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text()):
        if re.match(r"https?://", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page

        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@each_page
def test_paths_that_are_spoken_of_exist(page: Path) -> None:
    missing = [path for path in PATH.findall(page.read_text()) if not (REPOSITORY / path).exists()]

    assert missing == []


@each_page
def test_commands_that_are_spoken_of_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))

    assert set(TARGET.findall(page.read_text())) <= targets


def test_the_readme_is_short() -> None:
    assert len(PAGES[0].read_text().splitlines()) <= README_LINES


def test_decisions_are_numbered_one_after_another() -> None:
    records = sorted((REPOSITORY / "docs" / "decisions").glob("*.md"))

    assert [path.name[:4] for path in records] == [f"{n:04}" for n in range(1, len(records) + 1)]


def test_pages_are_written_once_and_found_fresh(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--root", str(tmp_path)]) == 0
    assert main(["--root", str(tmp_path), "--check"]) == 0

    (tmp_path / "docs" / "events.md").write_text("# Events\n")
    capsys.readouterr()

    assert main(["--root", str(tmp_path), "--check"]) == 1
    assert capsys.readouterr().out == "docs/events.md is stale\n"
    assert (tmp_path / "docs" / "events.md").read_text() == "# Events\n"


def anchors(page: Path) -> set[str]:
    """Return what headings of a page can be linked by, as GitHub makes it."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).strip().lower().replace(" ", "-") for each in headings}
