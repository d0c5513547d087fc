"""The process that reads workbooks, and what it is allowed."""

import os
import subprocess
import sys
from pathlib import Path

from services.membership.gateways.workbook_program import MEMORY_BYTES
from tests.unit.membership.workbooks import MERGED_CELLS_WITHOUT_END, a_workbook, with_part

COMMAND = [sys.executable, "-m", "services.membership.gateways.workbook_program"]


def ended(workbook: bytes, folder: Path) -> tuple[int, bytes, int]:
    """Return exit code, output and most memory, bytes, of a process that reads a workbook."""
    given, written = folder / "in", folder / "out"
    given.write_bytes(b"\0" + workbook)
    with given.open("rb") as source, written.open("wb") as sink:
        process = subprocess.Popen(
            COMMAND, stdin=source, stdout=sink, stderr=subprocess.DEVNULL, env={}
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, written.read_bytes(), usage.ru_maxrss * 1024


def test_it_needs_nothing_but_the_workbook(tmp_path: Path) -> None:
    code, written, _ = ended(a_workbook([["Niš", 5]]), tmp_path)

    assert (code, written.decode()) == (0, '[1, ["Niš", "5"]]')


def test_it_ends_when_a_workbook_needs_too_much(tmp_path: Path) -> None:
    bomb = with_part(a_workbook([["x"]]), "xl/worksheets/sheet1.xml", MERGED_CELLS_WITHOUT_END)

    code, written, memory = ended(bomb, tmp_path)

    assert (code != 0, written) == (True, b"")
    assert memory < MEMORY_BYTES
