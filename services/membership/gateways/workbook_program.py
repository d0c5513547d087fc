"""Read a workbook from standard input: ``python -m services.membership.gateways.workbook_program``.

In: the name of a sheet or nothing, a zero byte, an XLSX workbook. Out: a line of JSON for each row
that is not blank, ``[number, [text, …]]``; or one line alone, ``{"code", "message"}``. It ends
itself when it takes too much time or memory.
"""

import io
import json
import resource
import sys
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

CPU_SECONDS = 25
MEMORY_BYTES = 400 * 1024 * 1024
"""Of address space, which is about twice of what is resident."""
UNZIPPED_BYTES = 64 * 1024 * 1024
"""Of all parts of the workbook together."""
LINES_MOST = 20_100
COLUMNS_MOST = 100
TEXT_MOST = 8 * 1024 * 1024
"""Characters of all cells together."""


class Refused(Exception):
    """The workbook is not read.

    Attributes:
        code: As the caller is told.
    """

    def __init__(self, message: str, code: str = "unreadable_sheet") -> None:
        super().__init__(message)
        self.code = code


def main() -> int:
    """Read, write, and return the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    warnings.simplefilter("ignore")  # openpyxl tells of what it does not keep, which nobody needs
    sheet, _, content = sys.stdin.buffer.read().partition(b"\0")
    try:
        rows = list(lines_of(content, sheet.decode()))
    except Refused as refused:
        written = [json.dumps({"code": refused.code, "message": str(refused)})]
    else:
        written = [json.dumps(row, ensure_ascii=False) for row in rows]
    sys.stdout.buffer.write("\n".join(written).encode())
    return 0


def lines_of(content: bytes, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Give number and cells of each line that is not blank, from the top.

    The value of a merged cell counts for all that it covers.

    Raises:
        Refused: It is no workbook, or too large.
    """
    rows = _rows(_sheet(_opened(content), sheet))
    size = 0
    for number, values in sorted(rows.items()):
        width = min(max(values), COLUMNS_MOST)
        cells = [text_of(values.get(column)) for column in range(1, width + 1)]
        size += sum(map(len, cells))
        if number > LINES_MOST or size > TEXT_MOST:
            raise Refused("It has too many rows, or too much text.")
        if any(cells):
            yield number, cells


def text_of(value: Any) -> str:
    """Return what a cell says: days as ISO 8601, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _opened(content: bytes) -> Any:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unzipped = sum(each.file_size for each in parts.infolist())
    except (zipfile.BadZipFile, NotImplementedError):
        raise Refused("It is no XLSX workbook; save it as one, without a password.") from None
    if unzipped > UNZIPPED_BYTES:
        raise Refused("It is too large when it is unpacked.")
    import openpyxl

    try:
        return openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except MemoryError:
        raise
    except Exception as error:
        raise Refused(f"It cannot be read as a workbook ({type(error).__name__}).") from error


def _sheet(workbook: Any, name: str) -> Any:
    visible = [each for each in workbook.worksheets if each.sheet_state == "visible"]
    named = {each.title.strip().casefold(): each for each in visible}
    if name:
        if (found := named.get(name.strip().casefold())) is None:
            there = ", ".join(each.title for each in visible)
            raise Refused(f"There is no sheet {name!r}; there are: {there}.", "unknown_sheet")
        return found
    filled = [each for each in visible if _rows(each)]
    if not filled:
        raise Refused("No visible sheet has anything in it.")
    return filled[0]


def _rows(sheet: Any) -> dict[int, dict[int, Any]]:
    """Return the values of cells that are not empty, by row and column.

    The cells that there are, and not those of the whole rectangle: one that was formatted at the
    end of the sheet would make that a million rows.
    """
    values = {place: cell.value for place, cell in sheet._cells.items() if cell.value is not None}
    for merged in sheet.merged_cells.ranges:
        value = values.get((merged.min_row, merged.min_col))
        values |= dict.fromkeys(merged.cells, value) if value is not None else {}
    rows: dict[int, dict[int, Any]] = {}
    for (row, column), value in values.items():
        rows.setdefault(row, {})[column] = value
    return rows


if __name__ == "__main__":
    sys.exit(main())
