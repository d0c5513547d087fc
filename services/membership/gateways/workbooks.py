"""Workbooks, read by a process of their own.

Reading ten thousand rows takes seconds of processor time, in which this process would answer
nobody; and a workbook that was made to exhaust its reader takes only that process with it.
"""

import subprocess
import sys
import threading
from collections.abc import Iterator

from services.membership.domain.sheet import SheetLine, UnknownSheet, UnreadableSheet
from shared.errors import Unavailable
from shared.strict_json import loads

READ_SECONDS = 30
"""In real time, after which the reader is killed."""
_PROGRAM = "services.membership.gateways.workbook_program"
_one_at_a_time = threading.Lock()


def read_workbook(content: bytes, sheet: str | None = None) -> Iterator[SheetLine]:
    """Return the lines of a sheet that are not blank, from the top.

    Args:
        content: An XLSX workbook.
        sheet: Its name; the first visible sheet with anything in it when absent.

    Raises:
        UnreadableSheet: It is no such workbook, or too large, or takes too long.
        UnknownSheet: It has no visible sheet of that name.
        Unavailable: Others are being read.
    """
    if not _one_at_a_time.acquire(timeout=READ_SECONDS):
        raise Unavailable("Other workbooks are being read.", retry_after=10)
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and nothing of the caller's in it
            [sys.executable, "-m", _PROGRAM],
            input=(sheet or "").encode() + b"\0" + content,
            capture_output=True,
            env={},  # what this process is told is nothing to those who write workbooks
            timeout=READ_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableSheet("Reading it takes too long.") from None
    finally:
        _one_at_a_time.release()
    if done.returncode:
        raise UnreadableSheet("It is too large to be read, or broken.")
    return _lines(done.stdout)


def _lines(written: bytes) -> Iterator[SheetLine]:
    """Give what the program has written; a refusal is its only line."""
    lines = written.splitlines()
    if lines and lines[0].startswith(b"{"):
        refused = loads(lines[0])
        kind = UnknownSheet if refused["code"] == UnknownSheet.code else UnreadableSheet
        raise kind(refused["message"])
    return (SheetLine(number, tuple(cells)) for number, cells in map(loads, lines))
