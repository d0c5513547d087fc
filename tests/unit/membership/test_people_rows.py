import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.membership.domain.columns import ImportKind
from services.membership.domain.person_row import PersonRow
from services.membership.schemas.sheets import File, read
from tests.unit.membership.workbooks import a_csv

HEADER = (
    "Person id",
    "key",
    "City",
    "Name",
    "First name",
    "Last name",
    "Original name",
    "Title",
    "Languages",
    "E-mail",
    "Phone",
    "Nationality",
    "Passport",
)
DEFNE = {"City": "tr-izmir", "Name": "Defne Karasu", "E-mail": "Defne@Izmir.example"}


def rows_of(*rows: dict[str, str]) -> list[PersonRow]:
    content = a_csv([HEADER, *([row.get(name, "") for name in HEADER] for row in rows)])
    file = File(
        kind=ImportKind.PEOPLE,
        format="csv",
        content=content,
        mapping={"person_id": "Person id"},
        name=None,
        date_order=None,
    )
    return [row for row in read(file).rows if isinstance(row, PersonRow)]


def the_row(**cells: str) -> PersonRow:
    (row,) = rows_of({**DEFNE, **{name.replace("_", " "): text for name, text in cells.items()}})
    return row


def test_a_row_says_what_its_cells_say_and_nothing_else() -> None:
    (row,) = rows_of(DEFNE)

    assert row == PersonRow(
        number=2, city="tr-izmir", name="Defne Karasu", email="Defne@Izmir.example"
    )


def test_a_row_comes_back_from_what_it_says() -> None:
    row = the_row(Languages="tr, EN", Phone="0090 (532) 123-45 67", Passport="Yeşil")

    assert PersonRow.of(row.said()) == row
    assert (row.languages, row.phone, row.passport_type) == (
        ("tr", "en"),
        "+905321234567",
        "special",
    )


def test_given_and_family_names_make_a_name() -> None:
    assert the_row(Name="", First_name=" Defne  Su", Last_name="Karasu").name == "Defne Su Karasu"
    assert the_row(Name="D. Karasu", First_name="Defne").name == "D. Karasu"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("ordinary", "ordinary"), ("Diplomatik", "diplomatic"), ("GRİ", "service")],
)
def test_passports_are_understood(written: str, read_as: str) -> None:
    assert the_row(Passport=written).passport_type == read_as


def test_texts_are_normal_and_have_single_spaces() -> None:
    row = the_row(Name="  Defne\u00a0 \u200bKarasu\n", Original_name="S\u0327u\u0308kru\u0308")

    assert (row.name, row.original_name) == ("Defne Karasu", "Şükrü")


@pytest.mark.parametrize(
    ("cells", "errors"),
    [
        ({"City": ""}, ["city_id: missing"]),
        ({"E-mail": "defne at izmir"}, ["email: invalid"]),
        ({"Phone": "0532 123"}, ["phone: invalid"]),
        ({"Nationality": "Turkey"}, ["nationality: invalid"]),
        ({"Languages": "turkish"}, ["languages: invalid"]),
        ({"Passport": "blue"}, ["passport_type: invalid"]),
        ({"Name": "x" * 201}, ["name: invalid"]),
        ({"Title": "#REF!", "City": ""}, ["city_id: missing", "title: formula_error"]),
    ],
)
def test_every_bad_cell_of_a_row_is_named(cells: dict[str, str], errors: list[str]) -> None:
    (row,) = rows_of({**DEFNE, **cells})

    assert [f"{each.column}: {each.code}" for each in row.errors] == errors


WORDS = st.text(st.characters(categories=("L", "N", "P", "Z"), codec="utf-8"), max_size=30)


@given(st.lists(st.fixed_dictionaries({"Title": WORDS, "Original name": WORDS}), max_size=20))
def test_a_bad_row_never_changes_what_the_others_say(rows: list[dict[str, str]]) -> None:
    good = [{**DEFNE, **row} for row in rows]
    bad = {**DEFNE, "Phone": "nobody's", "Title": "x" * 300}

    alone = rows_of(*good) if good else []
    among = rows_of(*(each for row in good for each in (bad, row)), bad)

    said = [{**row.said(), "number": 0} for row in alone]
    assert [{**row.said(), "number": 0} for row in among if not row.errors] == [
        row for row, read_as in zip(said, alone, strict=True) if not read_as.errors
    ]
    assert among[0].errors
