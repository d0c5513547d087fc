"""The process that reads workbooks, and what it is allowed."""

import subprocess
import sys
from pathlib import Path

from services.membership.gateways.workbook_program import MEMORY_BYTES
from tests.unit.membership.workbooks import MERGED_CELLS_WITHOUT_END, a_workbook, with_part

PROGRAM = [sys.executable, "-m", "services.membership.gateways.workbook_program"]
MEASURE = """
import resource, subprocess, sys
program = subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL)
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(program.returncode, most * 1024, file=sys.stderr)
"""
"""Says exit code and most memory, bytes, of a program.

A process counts what the one that started it had resident, so a small one has to start it: that
of these tests may itself be larger than the program is allowed to be.
"""


def ended(workbook: bytes, folder: Path) -> tuple[int, bytes, int]:
    """Return exit code, output and most memory, bytes, of a process that reads a workbook."""
    given, written = folder / "in", folder / "out"
    given.write_bytes(b"\0" + workbook)
    with given.open("rb") as source, written.open("wb") as sink:
        measured = subprocess.run(
            [sys.executable, "-c", MEASURE, *PROGRAM],
            stdin=source,
            stdout=sink,
            stderr=subprocess.PIPE,
            env={},
            check=True,
        )
    code, memory = measured.stderr.split()
    return int(code), written.read_bytes(), int(memory)


def test_it_needs_nothing_but_the_workbook(tmp_path: Path) -> None:
    code, written, _ = ended(a_workbook([["Niš", 5]]), tmp_path)

    assert (code, written.decode()) == (0, '[1, ["Niš", "5"]]')


def test_it_ends_when_a_workbook_needs_too_much(tmp_path: Path) -> None:
    bomb = with_part(a_workbook([["x"]]), "xl/worksheets/sheet1.xml", MERGED_CELLS_WITHOUT_END)

    code, written, memory = ended(bomb, tmp_path)

    assert (code != 0, written) == (True, b"")
    assert memory < MEMORY_BYTES
