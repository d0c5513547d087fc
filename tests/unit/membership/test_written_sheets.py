import csv
import io
from datetime import date
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.membership.domain.city_as_of import CityAsOf
from services.membership.schemas.exports import CITIES, sheet_of
from services.membership.schemas.written_sheets import Sheet, SheetFormat, file_of
from tests.unit.membership.builders import a_member

CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
ROWS = st.lists(st.tuples(CELL, CELL), max_size=120)
BOTH = pytest.mark.parametrize("kind", list(SheetFormat))


def written(kind: SheetFormat, *rows: tuple[str, ...]) -> bytes:
    sheet = Sheet(name="people", headings=("name", "title"), rows=iter(rows))
    return file_of(sheet, kind).body


def read(kind: SheetFormat, body: bytes) -> list[list[str]]:
    if kind is SheetFormat.CSV:
        return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    book = openpyxl.load_workbook(io.BytesIO(body))
    return [[cell or "" for cell in row] for row in book["people"].iter_rows(values_only=True)]


@BOTH
@settings(deadline=None)
@given(rows=ROWS)
def test_the_same_rows_give_the_same_bytes(kind: SheetFormat, rows: list[tuple[str, str]]) -> None:
    assert written(kind, *rows) == written(kind, *rows)


def test_no_part_of_an_xlsx_tells_when_it_was_written() -> None:
    with ZipFile(io.BytesIO(written(SheetFormat.XLSX, ("Defne", "Mayor")))) as archive:
        times = {each.date_time for each in archive.infolist()}
        names = archive.namelist()

    assert times == {(1980, 1, 1, 0, 0, 0)}
    assert not [each for each in names if each.startswith("docProps")]


@settings(deadline=None)
@given(ROWS)
def test_an_xlsx_is_read_as_it_was_written(rows: list[tuple[str, str]]) -> None:
    body = written(SheetFormat.XLSX, *rows)

    assert read(SheetFormat.XLSX, body) == [["name", "title"], *map(list, rows)]


def test_a_csv_has_a_mark_and_line_ends_that_excel_knows() -> None:
    body = written(SheetFormat.CSV, ("Çağla, Jr.", 'the "first"'))

    assert body == '\ufeffname,title\r\n"Çağla, Jr.","the ""first"""\r\n'.encode()


@pytest.mark.parametrize("cell", ["=1+1", "+447700900105", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_a_csv_is_a_formula(cell: str) -> None:
    body = written(SheetFormat.CSV, (cell, "a=b"))

    assert read(SheetFormat.CSV, body)[1] == [f"'{cell}", "a=b"]


@pytest.mark.parametrize("cell", ["=1+1", "+447700900105", "-1", "@SUM(A1)", "<b>&amp;</b>"])
def test_every_cell_of_an_xlsx_is_text(cell: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(SheetFormat.XLSX, (cell, ""))))

    found = book.active["A2"]
    assert (found.value, found.data_type) == (cell, "s")


def test_what_xml_cannot_hold_is_left_out() -> None:
    body = written(SheetFormat.XLSX, ("a\x00b\x0bc\ufffe", ""))

    assert read(SheetFormat.XLSX, body)[1][0] == "abc"


@BOTH
def test_a_file_has_a_name_and_a_type(kind: SheetFormat) -> None:
    answer = file_of(Sheet(name="people", headings=("name",), rows=()), kind)

    assert answer.headers["Content-Disposition"] == f'attachment; filename="people.{kind}"'
    assert answer.headers["Content-Type"].startswith(("text/csv; charset=utf-8", "application/vnd"))


def test_values_are_written_as_in_the_api() -> None:
    rows = [CityAsOf(city=a_member(), on=date(2024, 12, 7))]

    (row,) = sheet_of("cities", CITIES, rows).rows

    assert dict(zip(CITIES, row, strict=True)) == {
        "city_id": "tr-istanbul",
        "name": "Istanbul",
        "country": "TR",
        "zone": "Europe/Istanbul",
        "languages": "tr",
        "airports": "IST SAW",
        "standing": "member",
        "standing_since": "2021-11-30",
        "standing_precision": "day",
        "sample": "false",
    }


def test_what_there_is_not_is_written_as_nothing() -> None:
    rows = [CityAsOf(city=a_member(), on=date(2020, 1, 1))]

    (row,) = sheet_of("cities", CITIES, rows).rows

    assert row[6:9] == ["", "", ""]
