"""The program that reads workbooks, without its process."""

import json
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.membership.gateways.workbook_program import (
    COLUMNS_MOST,
    LINES_MOST,
    UNZIPPED_BYTES,
    Refused,
    lines_of,
    text_of,
)
from tests.unit.membership.workbooks import a_workbook, with_part

TEXTS = st.text(st.characters(categories=("L", "N", "P", "S"), codec="utf-8"), max_size=20)


def rows_of(workbook: bytes, sheet: str = "") -> list[tuple[int, list[str]]]:
    return list(lines_of(workbook, sheet))


def code_of(workbook: bytes, sheet: str = "") -> str:
    with pytest.raises(Refused) as refused:
        rows_of(workbook, sheet)
    return refused.value.code


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("Niš", "Niš"),
        (True, "true"),
        (5, "5"),
        (5.0, "5"),
        (5.25, "5.25"),
        (905321234567.0, "905321234567"),
        (datetime(2024, 3, 31), "2024-03-31"),  # noqa: DTZ001 - workbooks know no zones
        (datetime(2024, 3, 31, 9, 5), "2024-03-31T09:05:00"),  # noqa: DTZ001
        (date(2024, 3, 31), "2024-03-31"),
        (time(9, 5), "09:05:00"),
    ],
)
def test_a_value_becomes_text(value: Any, text: str) -> None:
    assert text_of(value) == text


def test_lines_keep_their_numbers_and_blank_ones_are_left_out() -> None:
    rows = [["Name", "City"], [], [None, ""], ["Jelena", "Niš"]]

    assert rows_of(a_workbook(rows)) == [(1, ["Name", "City"]), (4, ["Jelena", "Niš"])]


def test_the_value_of_a_merged_cell_counts_for_all_that_it_covers() -> None:
    rows = [["Delegates", None], ["Name", "City"], ["Jelena", "Niš"], ["Milan", None]]

    assert rows_of(a_workbook(rows, merged=["A1:B1", "B3:B4"])) == [
        (1, ["Delegates", "Delegates"]),
        (2, ["Name", "City"]),
        (3, ["Jelena", "Niš"]),
        (4, ["Milan", "Niš"]),
    ]


def test_the_first_visible_sheet_with_anything_in_it_is_read() -> None:
    workbook = a_workbook([["here"]], hidden={"Old": [["hidden"]]}, others={"Empty": []})

    assert rows_of(workbook) == [(1, ["here"])]


def test_a_sheet_can_be_named_unless_it_is_hidden() -> None:
    workbook = a_workbook([["a"]], hidden={"Old": [["hidden"]]}, others={"People": [["b"]]})

    assert rows_of(workbook, " people ") == [(1, ["b"])]
    assert code_of(workbook, "Old") == "unknown_sheet"
    assert code_of(workbook, "Cities") == "unknown_sheet"


def test_a_formula_says_what_the_program_for_spreadsheets_has_found() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"a"</f><v>a</v></c>'
        b'<c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row></sheetData></worksheet>'
    )

    workbook = with_part(a_workbook([["x"]]), "xl/worksheets/sheet1.xml", sheet)

    assert rows_of(workbook) == [(1, ["2", "a", "#DIV/0!"])]


def test_a_cell_at_the_end_of_the_world_makes_no_million_rows() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData></worksheet>'
    )

    workbook = with_part(a_workbook([["x"]]), "xl/worksheets/sheet1.xml", sheet)

    assert rows_of(workbook) == [(1, ["1"])]


def test_columns_beyond_the_limit_are_not_read() -> None:
    rows = [["x"] * (COLUMNS_MOST + 5)]

    assert rows_of(a_workbook(rows)) == [(1, ["x"] * COLUMNS_MOST)]


@pytest.mark.parametrize(
    "content",
    [b"", b"name,city", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", a_workbook([["x"]])[:-30]],
    ids=["nothing", "CSV", "an old .xls", "half a workbook"],
)
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    assert code_of(content) == "unreadable_sheet"


def test_a_workbook_without_anything_in_it_is_refused() -> None:
    assert code_of(a_workbook([[None], []])) == "unreadable_sheet"


def test_too_many_lines_are_refused() -> None:
    assert code_of(a_workbook([["x"]] * (LINES_MOST + 1))) == "unreadable_sheet"


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part(a_workbook([["x"]]), "xl/media/image1.png", bytes(UNZIPPED_BYTES))

    assert len(bomb) < 200_000
    assert code_of(bomb) == "unreadable_sheet"


def test_entities_are_refused() -> None:
    lol = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    sheet = lol + (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="str"><v>&b;</v></c></row></sheetData></worksheet>'
    )

    assert code_of(with_part(a_workbook([["x"]]), "xl/worksheets/sheet1.xml", sheet)) == (
        "unreadable_sheet"
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(TEXTS.filter(str.strip), min_size=1, max_size=6), min_size=1, max_size=8))
def test_reading_what_was_written_gives_the_same_rows(rows: list[list[str]]) -> None:
    rows = [[text.lstrip("=") or "x" for text in row] for row in rows]

    found = rows_of(a_workbook(rows))

    assert [cells for _, cells in found] == rows
    assert json.loads(json.dumps(found)) == [list(each) for each in found]
