import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.membership.domain.city_row import CityRow
from services.membership.domain.columns import ImportKind
from services.membership.domain.sheet import ROWS_MOST, DateOrder
from services.membership.schemas.sheets import File, read
from shared.errors import RuleViolated
from tests.unit.membership.builders import a_description

HEADER = (
    "city_id,name_en,name_local,name_local_latin,name_tr,country_iso2,timezone,"
    "languages_bcp47,airports,sample,joined,left"
)
ISTANBUL = {
    "city_id": "tr-istanbul",
    "name_en": "Istanbul",
    "name_local": "İstanbul",
    "name_local_latin": "İstanbul",
    "name_tr": "İstanbul",
    "country_iso2": "TR",
    "timezone": "Europe/Istanbul",
    "languages_bcp47": "tr",
    "airports": "IST;SAW",
    "sample": "false",
    "joined": "2021-11-30",
    "left": "",
}


def a_sheet(*rows: dict[str, str]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEADER.split(","))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def rows_of(sheet: str, date_order: DateOrder | None = None) -> list[CityRow]:
    file = File(
        kind=ImportKind.CITIES,
        format="csv",
        content=sheet,
        mapping={},
        name=None,
        date_order=date_order,
    )
    found: Any = read(file).rows
    return list(found)


def told(row: CityRow) -> tuple[str, ...]:
    return tuple(f"{each.column}: {each.code}" for each in row.errors)


def the_row(**cells: str) -> CityRow:
    (row,) = rows_of(a_sheet({**ISTANBUL, **cells}))
    return row


def names(**cells: str) -> dict[str, str]:
    description = the_row(name_tr="", **cells).description
    assert description is not None
    return description.names


def refusal(sheet: str) -> tuple[str, str]:
    with pytest.raises(RuleViolated) as refused:
        rows_of(sheet)
    return refused.value.errors[0]["field"], refused.value.code


def test_a_row_is_read_as_a_city_and_its_membership() -> None:
    assert the_row() == CityRow(
        number=2,
        city_id="tr-istanbul",
        description=a_description(),
        member_since=date(2021, 11, 30),
    )


@pytest.mark.parametrize(
    ("joined", "since", "precision"),
    [
        ("2021-11-30", date(2021, 11, 30), "day"),
        ("2021-11", date(2021, 11, 1), "month"),
        ("2023", date(2023, 1, 1), "year"),
        ("by 2024-02", date(2024, 2, 29), "no_later_than"),
        ("by 2024-01-15", date(2024, 1, 15), "no_later_than"),
        ("by 2023", date(2023, 12, 31), "no_later_than"),
        ("30.11.2021", date(2021, 11, 30), "day"),
        ("30/11/2021", date(2021, 11, 30), "day"),
        ("11/30/2021", date(2021, 11, 30), "day"),
        ("06.06.2021", date(2021, 6, 6), "day"),
        ("", None, "day"),
    ],
)
def test_joined_keeps_how_well_a_day_is_known(
    joined: str, since: date | None, precision: str
) -> None:
    row = the_row(joined=joined)

    assert (row.member_since, row.precision) == (since, precision)


def test_a_city_can_have_left() -> None:
    assert the_row(left="2024-06-01").left_since == date(2024, 6, 1)


def test_spaces_around_cells_and_columns_nobody_asked_for_are_dropped() -> None:
    sheet = a_sheet({**ISTANBUL, "name_en": " Istanbul "})
    noted = "\r\n".join(f"{line},note" for line in sheet.splitlines())

    (row,) = rows_of("\ufeff" + noted)

    assert row.errors == ()
    assert row.description == a_description()


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        ({"city_id": "Istanbul"}, "city_id: invalid"),
        ({"city_id": ""}, "city_id: missing"),
        ({"name_en": ""}, "name_en: missing"),
        ({"country_iso2": "Turkey"}, "country_iso2: invalid"),
        ({"timezone": "Europe/Edirne"}, "timezone: unknown_zone"),
        ({"languages_bcp47": ""}, "languages_bcp47: missing"),
        ({"languages_bcp47": "tr;turkish"}, "languages_bcp47: invalid"),
        ({"airports": "Istanbul"}, "airports: invalid"),
        ({"sample": "maybe"}, "sample: invalid"),
        ({"joined": "05.06.2021"}, "joined: ambiguous_day"),
        ({"joined": "05/06/2021", "left": "2024-01-01"}, "joined: ambiguous_day"),
        ({"joined": "31.02.2021"}, "joined: invalid"),
        ({"name_en": "#N/A"}, "name_en: formula_error"),
        ({"joined": "before 2024"}, "joined: invalid"),
        ({"joined": "2024-13"}, "joined: invalid"),
        ({"joined": "by "}, "joined: invalid"),
        ({"left": "2024"}, "left: invalid"),
        ({"left": "2021-11-29"}, "left: before_joined"),
        ({"joined": "", "left": "2021-11-29"}, "left: before_joined"),
    ],
)
def test_a_bad_cell_refuses_its_row_and_says_why(cells: dict[str, str], error: str) -> None:
    bad, good = rows_of(a_sheet({**ISTANBUL, **cells}, {**ISTANBUL, "city_id": "tr-edirne"}))

    assert told(bad) == (error,)
    assert bad.description is None
    assert good.errors == ()


def test_every_bad_cell_of_a_row_is_named() -> None:
    assert told(the_row(timezone="Edirne", sample="maybe")) == (
        "sample: invalid",
        "timezone: unknown_zone",
    )


def test_an_unreadable_id_is_cut() -> None:
    assert the_row(city_id="x" * 5000).city_id == "x" * 64


@pytest.mark.parametrize("line", ["tr-istanbul,Istanbul", "tr-istanbul" + ",x" * 12])
def test_a_row_of_another_length_is_refused(line: str) -> None:
    (row,) = rows_of(f"{HEADER}\r\n{line}\r\n")

    assert told(row) == ("row: wrong_length",)


@pytest.mark.parametrize(
    ("sheet", "field", "code"),
    [
        ("", "mapping.city_id", "missing_columns"),
        (HEADER.replace(",timezone", ""), "mapping.timezone", "missing_columns"),
        (f"{HEADER},Name\r\n{'x,' * 12}y\r\n", "mapping.name_en", "repeated_columns"),
        (HEADER, "content", "unreadable_sheet"),
        (f"{HEADER}\r\n\r\n, ,\r\n", "content", "unreadable_sheet"),
        (f'{HEADER}\r\n"tr-istanbul', "content", "unreadable_sheet"),
        (f"{HEADER}\r\ntr-\ufffdzmir", "content", "unreadable_sheet"),
        (f"{HEADER}\r\ntr-\0zmir", "content", "unreadable_sheet"),
        (HEADER + "\r\nx" * (ROWS_MOST + 1), "content", "unreadable_sheet"),
    ],
)
def test_what_is_no_sheet_of_cities_is_refused_as_a_whole(
    sheet: str, field: str, code: str
) -> None:
    assert refusal(sheet) == (field, code)


@pytest.mark.parametrize(
    ("order", "day"),
    [(DateOrder.DAY_FIRST, date(2021, 6, 5)), (DateOrder.MONTH_FIRST, date(2021, 5, 6))],
)
def test_an_import_can_say_which_of_day_and_month_comes_first(order: DateOrder, day: date) -> None:
    (row,) = rows_of(a_sheet({**ISTANBUL, "joined": "05.06.2021"}), order)

    assert row.member_since == day


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_by_the_header(delimiter: str) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([["Cities, of 2024; all"], [], list(ISTANBUL), list(ISTANBUL.values())])

    (row,) = rows_of(text.getvalue())

    assert (row.number, row.description) == (4, a_description())


@pytest.mark.parametrize("written", ["IST;SAW", "IST, SAW", "IST / SAW", "IST SAW", " IST;SAW; "])
def test_codes_can_be_separated_in_several_ways(written: str) -> None:
    assert the_row(airports=written).description == a_description()


@pytest.mark.parametrize(
    ("written", "sample"),
    [("true", True), ("Evet", True), ("x", True), ("hayir", False), ("NO", False), ("", False)],
)
def test_yes_and_no_are_understood(written: str, sample: bool) -> None:
    description = the_row(sample=written).description

    assert description is not None
    assert description.sample is sample


def test_what_has_no_column_is_noted() -> None:
    columns = ("city_id", "name_en", "country_iso2", "timezone", "languages_bcp47", "name_tr")
    sheet = "\r\n".join((",".join(columns), ",".join(ISTANBUL[each] for each in columns)))

    (row,) = rows_of(sheet)

    assert row.unsaid == ("airports", "sample")
    assert the_row().unsaid == ()


@pytest.mark.parametrize(
    ("languages", "local", "latin", "expected"),
    [
        ("tr", "İstanbul", "İstanbul", {"tr": "İstanbul"}),
        ("bg", "София", "Sofia", {"bg": "София", "bg-Latn": "Sofia"}),
        ("sq;sr", "Prizren", "Prizren", {"sq": "Prizren"}),
        (
            "bs;hr;sr-Latn;sr-Cyrl",
            "Лакташи",
            "Laktaši",
            {"sr-Cyrl": "Лакташи", "sr-Latn": "Laktaši"},
        ),
        ("sq;mk", "Кисела Вода", "Kisela Voda", {"mk": "Кисела Вода", "mk-Latn": "Kisela Voda"}),
        ("sr", "Subotica", "", {"sr": "Subotica"}),
        ("tr", "", "", {}),
    ],
)
def test_the_script_of_a_local_name_tells_its_language(
    languages: str, local: str, latin: str, expected: dict[str, str]
) -> None:
    found = names(languages_bcp47=languages, name_local=local, name_local_latin=latin)

    assert found == {"en": "Istanbul", **expected}


def test_every_row_of_the_demonstrations_sheet_is_good() -> None:
    sheet = Path(__file__).parents[3] / "deploy/demo/data/cities.csv"

    rows = rows_of(sheet.read_text("utf-8"))

    assert len(rows) == 76
    assert [row for row in rows if row.errors] == []
