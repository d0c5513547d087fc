from pathlib import Path

import pytest

from deploy.local.layout import REPOSITORY
from deploy.manifests.dockerfile import FILE, problems

TEXT = (REPOSITORY / FILE).read_text()


def wrong_in(text: str, folder: Path) -> list[str]:
    (folder / FILE).parent.mkdir()
    (folder / FILE).write_text(text)
    return problems(folder)


def test_the_dockerfile_is_as_it_should_be(tmp_path: Path) -> None:
    assert wrong_in(TEXT, tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("WORKDIR /build\n", "", "DL3045"),
        (
            "COPY services/travel/ services/travel/",
            "COPY services/ services/",
            "travel holds ['services/'] besides base, not just services/travel/",
        ),
        ("AS travel", "AS trips", "there is no target travel"),
        ("EXPOSE 8003", "EXPOSE 8004", "travel does not say that it listens at 8003"),
        ("COPY shared/ shared/\nUSER 10001\n", "COPY shared/ shared/\n", "events runs as root"),
        ("definitions /backups\nUSER 10001\n", "definitions\n", "deploy runs as root"),
        ("COPY shared/ shared/\n", "COPY . .\n", "base does not hold"),
        ("ARG PIP_INDEX_URL\n", "ARG PIP_INDEX_URL=https://index.example/simple\n", "is named"),
        ("--require-hashes", "", "installed without their hashes, or built"),
        ("--only-binary :all:", "", "installed without their hashes, or built"),
    ],
)
def test_what_is_wrong_is_told(old: str, new: str, told: str, tmp_path: Path) -> None:
    assert TEXT.count(old) == 1, "the test itself is out of date"

    found = wrong_in(TEXT.replace(old, new), tmp_path)

    assert any(told in each for each in found), found
