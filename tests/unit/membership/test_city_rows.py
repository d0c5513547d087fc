import csv
import io
from datetime import date
from pathlib import Path

import pytest
from marshmallow import ValidationError
from services.membership.domain.city_import import CityRow
from services.membership.schemas.city_import import StartCityImportSchema

from shared.web.problem import Invalid
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


def read(sheet: str) -> list[CityRow]:
    rows: list[CityRow] = StartCityImportSchema().load({"csv": sheet})["rows"]
    return rows


def the_row(**cells: str) -> CityRow:
    (row,) = read(a_sheet({**ISTANBUL, **cells}))
    return row


def names(**cells: str) -> dict[str, str]:
    description = the_row(name_tr="", **cells).description
    assert description is not None
    return description.names


def refusal(sheet: str) -> tuple[str, str]:
    with pytest.raises(ValidationError) as refused:
        read(sheet)
    (error,) = Invalid(refused.value).errors
    return error["field"], error["code"]


def test_a_row_is_read_as_a_city_and_its_membership() -> None:
    assert the_row() == CityRow(
        city_id="tr-istanbul", description=a_description(), member_since=date(2021, 11, 30)
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

    (row,) = read("\ufeff" + noted)

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
        ({"airports": "IST,SAW"}, "airports: invalid"),
        ({"sample": "no"}, "sample: invalid"),
        ({"joined": "before 2024"}, "joined: invalid"),
        ({"joined": "2024-13"}, "joined: invalid"),
        ({"joined": "by "}, "joined: invalid"),
        ({"left": "2024"}, "left: invalid"),
        ({"left": "2021-11-29"}, "left: before_joined"),
        ({"joined": "", "left": "2021-11-29"}, "left: before_joined"),
    ],
)
def test_a_bad_cell_refuses_its_row_and_says_why(cells: dict[str, str], error: str) -> None:
    bad, good = read(a_sheet({**ISTANBUL, **cells}, {**ISTANBUL, "city_id": "tr-edirne"}))

    assert bad.errors == (error,)
    assert bad.description is None
    assert good.errors == ()


def test_every_bad_cell_of_a_row_is_named() -> None:
    assert the_row(timezone="Edirne", sample="").errors == (
        "sample: missing",
        "timezone: unknown_zone",
    )


def test_an_unreadable_id_is_cut() -> None:
    assert the_row(city_id="x" * 5000).city_id == "x" * 64


@pytest.mark.parametrize("line", ["tr-istanbul,Istanbul", "," * 20])
def test_a_row_of_another_length_is_refused(line: str) -> None:
    (row,) = read(f"{HEADER}\r\n{line}\r\n")

    assert row.errors == ("row: wrong_length",)


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        ("", "missing_columns"),
        (HEADER.replace(",joined", ""), "missing_columns"),
        (f"{HEADER},joined\r\n", "repeated_columns"),
        (HEADER, "wrong_length"),
        (a_sheet(*[ISTANBUL] * 1001), "wrong_length"),
        (f'{HEADER}\r\n"tr-istanbul', "invalid"),
    ],
)
def test_what_is_no_sheet_of_cities_is_refused_as_a_whole(sheet: str, code: str) -> None:
    assert refusal(sheet) == ("csv", code)


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

    rows = read(sheet.read_text("utf-8"))

    assert len(rows) == 76
    assert [row for row in rows if row.errors] == []
