import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import doctor
from deploy.local.doctor import Finding, examine
from deploy.local.environment import inherited
from deploy.local.layout import REPOSITORY


def troubled(findings: list[Finding], what: str) -> Finding:
    (found,) = [each for each in findings if each.trouble and each.what.startswith(what)]
    return found


def test_few_open_files_are_found(tmp_path: Path) -> None:
    limited = "import resource as r; r.setrlimit(r.RLIMIT_NOFILE, (512, 512));"
    look = (
        "from deploy.local.doctor import *; from pathlib import Path;"
        f"report(examine(Path({str(tmp_path)!r})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited + look],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        env=inherited(),
        check=True,
    )

    assert "TROUBLE  open files per process: 512" in done.stdout
    assert "it would hold 256 connections" in done.stdout
    assert "What to do: Raise it before starting: ulimit -n 4096" in done.stdout


def test_a_full_disk_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "FREE_BYTES", 1e18)

    assert "GB free for" in troubled(examine(tmp_path), "").what


def test_what_cannot_be_read_of_a_process_is_found(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "travel-1.json").write_text("{}")

    assert troubled(examine(tmp_path), str(tmp_path)).what.endswith("travel-1.json")
