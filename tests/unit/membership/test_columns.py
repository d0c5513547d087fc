from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from services.membership.domain.columns import (
    REQUIRED,
    SYNONYMS,
    Header,
    ImportKind,
    MissingColumns,
    RepeatedColumns,
    UnknownColumn,
    find_header,
)
from services.membership.domain.sheet import SheetLine, folded

DEFNE = ("Defne Karasu", "İzmir", "defne@izmir.example")


def header_of(*lines: Sequence[str], mapping: Mapping[str, str] | None = None) -> Header:
    return find_header(
        [SheetLine(number, tuple(cells)) for number, cells in enumerate(lines, start=1)],
        ImportKind.PEOPLE,
        mapping or {},
    )


def places(*lines: Sequence[str], **options: Any) -> tuple[dict[str, int], int]:
    header = header_of(*lines, **options)
    return header.places, header.body


@pytest.mark.parametrize(
    "headings",
    [
        ("name", "city_id", "email"),
        ("Name", "City", "E-mail"),
        ("FULL NAME", "Municipality", "Mail"),
        ("Ad Soyad", "Şehir", "E-Posta"),
        ("ADI  SOYADI", "ŞEHİR", "e posta adresi"),
        ("Adi Soyadi:", "İl", "E-posta Adresi *"),
        ("ISIM", "BELEDIYE", "EPOSTA"),
    ],
)
def test_headings_are_known_however_they_are_written(headings: Sequence[str]) -> None:
    assert places(headings, DEFNE) == ({"name": 0, "city_id": 1, "email": 2}, 1)


def test_the_dot_of_an_i_is_not_compared() -> None:
    dotless = "Ad\N{LATIN SMALL LETTER DOTLESS I}"

    assert places((f"{dotless} soyad{dotless[-1]}", "City", "Mail"), DEFNE)[0] == {
        "name": 0,
        "city_id": 1,
        "email": 2,
    }


def test_a_column_nobody_knows_is_ignored_and_named() -> None:
    header = header_of(("Name", "City", "Shoe size", "Mail"), DEFNE)

    assert [(each.heading, each.field) for each in header.columns] == [
        ("Name", "name"),
        ("City", "city_id"),
        ("Shoe size", None),
        ("Mail", "email"),
    ]


def test_a_title_above_the_header_is_passed_over() -> None:
    title = ("Delegates of 2024",) * 3

    header = header_of(title, ("Name", "City", "Mail"), DEFNE)

    assert header.body == 2
    assert [each.heading for each in header.columns] == ["Name", "City", "Mail"]


def test_a_header_of_two_lines_is_read_as_one() -> None:
    upper = ("Person", "Person", "City", "Contact", "Contact")
    lower = ("First name", "Last name", "", "E-mail", "Phone")

    found, body = places(upper, lower, ("Defne", "Karasu", "İzmir", "d@x.example", ""))

    assert list(found) == ["given_name", "family_name", "city_id", "email", "phone"]
    assert body == 2


def test_the_two_lines_together_can_say_what_one_does_not() -> None:
    upper = ("Full", "City", "Phone", "E-mail")
    lower = ("Name", "", "number", "address")

    assert list(places(upper, lower, DEFNE)[0]) == ["name", "city_id", "phone", "email"]


def test_a_mapping_counts_before_what_headings_mean() -> None:
    mapping = {"name": "Contact person", "title": "City"}

    found, _ = places(
        ("Contact person", "CITY", "Place", "Mail", "Name"),
        ("Defne Karasu", "Mayor", "İzmir", "d@x.example", "?"),
        mapping={**mapping, "city_id": "place"},
    )

    assert found == {"name": 0, "title": 1, "city_id": 2, "email": 3}


def test_every_column_that_is_missing_is_named() -> None:
    with pytest.raises(MissingColumns) as refused:
        header_of(("Name", "Phone"), ("Defne", "1"))

    assert [each["field"] for each in refused.value.errors] == ["mapping.city_id", "mapping.email"]
    assert {each["code"] for each in refused.value.errors} == {"missing_column"}


@pytest.mark.parametrize("identity", ["email", "key", "person_id"])
def test_one_column_that_tells_people_apart_is_enough(identity: str) -> None:
    assert identity in places(("Name", "City", identity), DEFNE)[0]


def test_an_empty_sheet_lacks_every_column() -> None:
    with pytest.raises(MissingColumns) as refused:
        find_header([], ImportKind.PEOPLE, {})

    assert len(refused.value.errors) == len(REQUIRED[ImportKind.PEOPLE])


def test_two_columns_that_differ_cannot_be_one_field() -> None:
    with pytest.raises(RepeatedColumns) as refused:
        header_of(("Name", "City", "Mail", "E-mail"), (*DEFNE, "other@x.example"))

    assert refused.value.errors[0]["field"] == "mapping.email"


@pytest.mark.parametrize("second", ["", "defne@izmir.example"])
def test_a_second_column_that_says_nothing_of_its_own_is_ignored(second: str) -> None:
    assert places(("Name", "City", "Mail", "Mail"), (*DEFNE, second))[0]["email"] == 2


@pytest.mark.parametrize(
    ("mapping", "field"),
    [({"shoe_size": "Name"}, "mapping.shoe_size"), ({"phone": "Fax"}, "mapping.phone")],
)
def test_a_mapping_that_leads_nowhere_is_refused(mapping: dict[str, str], field: str) -> None:
    with pytest.raises(UnknownColumn) as refused:
        header_of(("Name", "City", "Mail"), DEFNE, mapping=mapping)

    assert refused.value.field == field


@pytest.mark.parametrize("kind", list(ImportKind))
def test_no_heading_means_two_fields(kind: ImportKind) -> None:
    meant = [
        (folded(heading), field)
        for field, headings in SYNONYMS[kind].items()
        for heading in {folded(each): each for each in (field, *headings)}.values()
    ]

    assert len(dict(meant)) == len(meant)
