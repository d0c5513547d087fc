"""Workbooks that tests make themselves."""

import base64
import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import openpyxl

Rows = Iterable[Sequence[Any]]
MERGED_CELLS_WITHOUT_END = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
    b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
)
"""A sheet whose reader makes a cell for each of seventeen thousand million."""


def a_workbook(
    rows: Rows,
    *,
    merged: Iterable[str] = (),
    hidden: Mapping[str, Rows] | None = None,
    others: Mapping[str, Rows] | None = None,
) -> bytes:
    """Return an XLSX workbook.

    Args:
        rows: Of the sheet ``Sheet``, which comes after the others.
        merged: Ranges of it (``A1:C1``).
        hidden: Rows of hidden sheets by title; they come first.
        others: Rows of further visible sheets by title.
    """
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, content in {**(hidden or {}), **(others or {}), "Sheet": rows}.items():
        sheet = book.create_sheet(title)
        for row in content:
            sheet.append(list(row))
        if title in (hidden or {}):
            sheet.sheet_state = "hidden"
    for each in merged:
        book["Sheet"].merge_cells(each)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def as_text(workbook: bytes) -> str:
    """Return a workbook as a request has it."""
    return base64.b64encode(workbook).decode()


def a_csv(rows: Rows, delimiter: str = ",") -> str:
    """Return CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def with_part(workbook: bytes, name: str, content: bytes) -> bytes:
    """Return a workbook with one of its parts replaced, or with one more."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, content)
    return written.getvalue()
