"""Sheets that are handed in: read, and their rows as the domain knows them.

Source:
    RFC 4180 (CSV), RFC 4648 §4 (base64).
"""

import base64
import binascii
import csv
import io
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from marshmallow import ValidationError

from services.membership.domain.city_row import CityRow
from services.membership.domain.columns import HEADER_WITHIN, ImportKind, fields_known, find_header
from services.membership.domain.import_rows import CellError
from services.membership.domain.imports import Sheet
from services.membership.domain.person_row import PersonRow
from services.membership.domain.sheet import (
    ROWS_MOST,
    AmbiguousDay,
    DateOrder,
    SheetLine,
    UnknownSheet,
    UnreadableSheet,
    cleaned,
    day_text,
)
from services.membership.gateways import read_workbook
from services.membership.schemas.city_row import CityRowSchema
from services.membership.schemas.person_row import PersonRowSchema
from shared.web.problem import Invalid

DELIMITERS = ",;\t"
DAYS = frozenset({"joined", "left"})
"""Fields that are days."""
FORMULA_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!"}
)
READ_TOGETHER = 50
"""Rows that are read without a pause in which others have their turn: some milliseconds."""
SHOWN_OF_ID = 64
"""Characters of an unreadable id that are kept."""

Row = CityRow | PersonRow
ROWS: dict[ImportKind, Any] = {
    ImportKind.CITIES: CityRowSchema(),
    ImportKind.PEOPLE: PersonRowSchema(),
}


@dataclass(frozen=True, kw_only=True)
class File:
    """What is handed in.

    Attributes:
        kind: What it is about.
        format: ``csv`` or ``xlsx``.
        content: Text, or base64.
        mapping: Headings by field.
        name: Of the workbook's sheet; ``None`` for the first one.
        date_order: Of days in numbers; ``None`` when nobody has said.
    """

    kind: ImportKind
    format: str
    content: str
    mapping: Mapping[str, str]
    name: str | None
    date_order: DateOrder | None


def read(file: File) -> Sheet:
    """Return the rows of a file.

    Raises:
        UnreadableSheet: It is no such file, or too large, or has no rows.
        UnknownSheet: It has no sheet of that name.
        MissingColumns, RepeatedColumns, UnknownColumn: Its header does not do.
        Unavailable: Others are being read.
    """
    lines = list(_csv(file) if file.format == "csv" else _xlsx(file))
    header = find_header(lines, file.kind, file.mapping)
    body = lines[header.body :]
    if not 0 < len(body) <= ROWS_MOST:
        raise UnreadableSheet(f"It has {len(body)} rows below its header, not 1 to {ROWS_MOST}.")
    width = len(header.columns) if file.format == "csv" else None
    reader = RowReader(file.kind, header.places, width, file.date_order)
    rows: Any = list(_with_pauses(reader.read, body))
    return Sheet(kind=file.kind, columns=header.columns, rows=rows)


class RowReader:
    """Reads the rows of one sheet."""

    def __init__(
        self,
        kind: ImportKind,
        places: Mapping[str, int],
        width: int | None,
        date_order: DateOrder | None,
    ) -> None:
        """Say how rows are to be read.

        Args:
            kind: What they are about.
            places: Place of the column by field.
            width: Cells that each row must have; ``None`` when empty ones may be left out.
            date_order: Of days in numbers; ``None`` when nobody has said.
        """
        self._kind = kind
        self._schema = ROWS[kind]
        self._places = places
        self._columns = frozenset(places)
        self._width = width
        self._date_order = date_order

    def read(self, line: SheetLine) -> Row:
        """Return a row; with its errors instead of its content when it cannot be taken."""
        cells = {
            field: line.cells[place]
            for field, place in self._places.items()
            if place < len(line.cells) and line.cells[place]
        }
        width = self._width
        if width is not None and (len(line.cells) < width or any(line.cells[width:])):
            message = f"It has {len(line.cells)} cells where the header has {width}."
            error = CellError(column="row", code="wrong_length", message=message)
            return self._refused(line.number, cells, [error])
        errors = list(self._unreadable(cells))
        try:
            row: Row = self._schema.row(line.number, cells, self._columns)
        except ValidationError as error:
            known = {each.column for each in errors}
            errors += [
                CellError(column=each["field"], code=each["code"], message=each["message"])
                for each in Invalid(error).errors
                if each["field"] not in known
            ]
            return self._refused(line.number, cells, errors)
        return self._refused(line.number, cells, errors) if errors else row

    def _refused(self, number: int, cells: dict[str, str], errors: list[CellError]) -> Row:
        """Return a row that says nothing but why, and what it is about if that can be told."""
        ordered = tuple(sorted(errors, key=lambda each: each.column))
        known = {
            name: cells.get(name, "")[:SHOWN_OF_ID] for name in ("city_id", "person_id", "name")
        }
        if self._kind is ImportKind.CITIES:
            return CityRow(number=number, city_id=known["city_id"], errors=ordered)
        return PersonRow(
            number=number, person_id=known["person_id"], name=known["name"], errors=ordered
        )

    def _unreadable(self, cells: dict[str, str]) -> Iterator[CellError]:
        """Give what is wrong before cells are read one by one; days become those of ISO 8601."""
        for field, text in list(cells.items()):
            if text in FORMULA_ERRORS:
                message = f"The cell's formula gives {text}."
                yield CellError(column=field, code="formula_error", message=message)
        for field in DAYS & cells.keys():
            try:
                cells[field] = day_text(cells[field], self._date_order)
            except AmbiguousDay as error:
                yield CellError(column=field, code=error.code, message=error.message)


def _csv(file: File) -> Iterator[SheetLine]:
    """Give the lines of a CSV whose delimiter is the one that makes most of its header."""
    if file.name is not None:
        raise UnknownSheet("CSV has no sheets.")
    text = file.content.removeprefix("\ufeff")
    if "\ufffd" in text or "\0" in text:
        raise UnreadableSheet("It was not read as what it is; save it as UTF-8 and try again.")

    def known(delimiter: str) -> int:
        try:
            top = list(islice(_lines(_records(text, delimiter)), HEADER_WITHIN))
        except UnreadableSheet:
            return 0  # What is quoted does not begin and end with cells that another one makes.
        return fields_known(top, file.kind, file.mapping)

    return _lines(_records(text, max(DELIMITERS, key=known)))


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from records
    except csv.Error as error:
        raise UnreadableSheet(f"Not CSV in line {records.line_num}: {error}.") from None


def _lines(records: Iterable[list[str]]) -> Iterator[SheetLine]:
    return _clean(SheetLine(number, tuple(cells)) for number, cells in enumerate(records, start=1))


def _xlsx(file: File) -> Iterator[SheetLine]:
    try:
        content = base64.b64decode(file.content, validate=True)
    except (binascii.Error, ValueError):
        raise UnreadableSheet("It is not base64.") from None
    return _clean(read_workbook(content, file.name))


def _clean(lines: Iterable[SheetLine]) -> Iterator[SheetLine]:
    """Give lines with clean cells, without those that are blank."""

    def clean(line: SheetLine) -> SheetLine:
        return SheetLine(line.number, tuple(map(cleaned, line.cells)))

    return (line for line in _with_pauses(clean, lines) if any(line.cells))


def _with_pauses(work: Callable[[SheetLine], Any], lines: Iterable[SheetLine]) -> Iterator[Any]:
    """Do some work on each line, and let others have their turn now and then."""
    for number, line in enumerate(lines):
        if number % READ_TOGETHER == 0:
            time.sleep(0)
        yield work(line)
