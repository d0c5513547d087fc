from datetime import date
from typing import Any

import pytest

from services.membership.domain.offices import CityOffices, OfficeTerm
from services.membership.domain.seat_term import Alternate
from services.membership.domain.succession import Consequence, Succession
from tests.unit.membership.boards import ELECTED, a_seat_term, fill, presidencies, the_board_of_b40
from tests.unit.membership.builders import NOW, a_person

PEOPLE = {each: a_person(each, "bg-sofia") for each in ("old", "new", "head")}
DAY = date(2025, 6, 1)


def a_term(person_id: str | None, **more: Any) -> OfficeTerm:
    return OfficeTerm(**{"office": "mayor", "person_id": person_id, "starts_on": DAY, **more})


def succession(
    offices: CityOffices, new: OfficeTerm, **alternates: Alternate
) -> list[tuple[str, Consequence]]:
    body = the_board_of_b40()
    for seat_id, alternate in alternates.items():
        body.name_alternate(seat_id.replace("_", "-"), alternate, at=NOW)
    before = offices.succeed(new, PEOPLE, at=NOW)
    found = Succession.of(before, new, offices, [body], presidencies())
    return [(each.kind.value, each) for each in found.follows]


def sofia(**more: Any) -> CityOffices:
    offices = CityOffices(id="bg-sofia")
    offices.appoint(a_term("old", starts_on=date(2023, 11, 13), **more), PEOPLE, at=NOW)
    return offices


def test_a_new_mayor_sits_in_the_seats_of_the_city_and_presides_when_it_does() -> None:
    found = succession(sofia(), a_term("new"))

    assert [kind for kind, _ in found] == ["seat", "presidency"]
    assert (found[0][1].body_id, found[0][1].seat_id) == ("board", "seat-host")
    assert found[0][1].text == "The city holds Host of Board: the new holder sits there."
    assert found[1][1].year == 2025


def test_of_another_office_no_seat_and_no_presidency_follows() -> None:
    assert succession(sofia(), a_term("new", office="deputy_mayor")) == []


def test_a_city_without_a_seat_on_that_day_gets_none() -> None:
    izmir = CityOffices(id="tr-izmir")
    people = {"new": a_person("new", "tr-izmir")}
    term = a_term("new", starts_on=date(2026, 3, 1))
    izmir.succeed(term, people, at=NOW)

    found = Succession.of(None, term, izmir, [the_board_of_b40()], presidencies())

    assert found.follows == ()


@pytest.mark.parametrize("since", [date(2025, 3, 1), date(2025, 9, 1)])
def test_the_old_holder_is_still_an_alternate_or_will_be(since: date) -> None:
    alternate = Alternate(since=since, person_id="old")

    found = succession(sofia(), a_term("new"), seat_elected_2=alternate)

    assert [each.seat_id for kind, each in found if kind == "alternate"] == [ELECTED[1]]


def test_who_was_an_alternate_until_then_is_not_named_any_more() -> None:
    body = the_board_of_b40()
    body.name_alternate(ELECTED[0], Alternate(since=date(2025, 3, 1), person_id="old"), at=NOW)
    body.name_alternate(ELECTED[0], Alternate(since=DAY, person_id="head"), at=NOW)
    offices, new = sofia(), a_term("new")
    before = offices.succeed(new, PEOPLE, at=NOW)

    found = Succession.of(before, new, offices, [body], presidencies())

    assert "alternate" not in [each.kind.value for each in found.follows]


def test_an_alternate_of_a_term_that_has_ended_is_not_named() -> None:
    body = the_board_of_b40()
    body.name_alternate(ELECTED[0], Alternate(since=date(2025, 3, 1), person_id="old"), at=NOW)
    offices, new = sofia(), a_term("new", starts_on=date(2026, 3, 1))
    before = offices.succeed(new, PEOPLE, at=NOW)

    found = Succession.of(before, new, offices, [body], presidencies())

    assert "alternate" not in [each.kind.value for each in found.follows]


def test_the_old_holder_still_acts_for_another() -> None:
    offices = sofia()
    head = a_term("head", office="head_of_international_relations", represented_by="old")
    offices.appoint(head, PEOPLE, at=NOW)

    found = succession(offices, a_term("new"))

    assert [each.office for kind, each in found if kind == "representative"] == [
        "head_of_international_relations"
    ]


def test_whoever_stays_is_named_where_he_was() -> None:
    alternate = Alternate(since=date(2025, 3, 1), person_id="old")

    found = succession(sofia(), a_term("old", represented_by="head"), seat_elected_2=alternate)

    assert [kind for kind, _ in found] == ["seat", "presidency"]


def test_a_seat_that_the_city_was_elected_to_follows_as_well() -> None:
    body = the_board_of_b40()
    body.vacate_seat(ELECTED[0], date(2025, 5, 1), at=NOW)
    fill(body, ELECTED[0], a_seat_term("2025-05-01", "2025-12-31", "bg-sofia"))
    offices, new = sofia(), a_term("new")

    found = Succession.of(
        offices.succeed(new, PEOPLE, at=NOW), new, offices, [body], presidencies()
    )

    assert [each.seat_id for each in found.follows if each.kind.value == "seat"] == [
        "seat-host",
        ELECTED[0],
    ]
