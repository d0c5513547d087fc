from datetime import date, timedelta
from typing import Any

import pytest

from services.membership.domain.offices import (
    CityOffices,
    OfficeTerm,
    OverlapsTerm,
    UnknownOfficeTerm,
)
from services.membership.domain.person import Person
from services.membership.domain.references import PersonOfAnotherCity
from shared.contracts.membership import OfficeHolderChanged, OfficeTermWithdrawn
from tests.unit.membership.builders import NOW, a_person, forget_events, recorded

PEOPLE = {each: a_person(each) for each in ("old", "new", "next", "deputy")}


def a_term(person_id: str | None, starts: str, ends: str | None = None, **more: Any) -> OfficeTerm:
    return OfficeTerm(
        **{
            "office": "mayor",
            "person_id": person_id,
            "starts_on": date.fromisoformat(starts),
            "ends_on": date.fromisoformat(ends) if ends else None,
            **more,
        }
    )


def offices_of(*terms: OfficeTerm) -> CityOffices:
    offices = CityOffices(id="tr-istanbul")
    for term in terms:
        offices.appoint(term, PEOPLE, at=NOW)
    forget_events(offices)
    return offices


def holder(offices: CityOffices, day: str) -> str | None:
    term = offices.holder_on("mayor", date.fromisoformat(day))
    return term.person_id if term else None


def test_a_new_holder_ends_the_open_term_on_the_day_before() -> None:
    offices = offices_of(a_term("old", "2019-06-27"))

    offices.appoint(a_term("new", "2024-04-01"), PEOPLE, at=NOW)

    assert [holder(offices, day) for day in ("2019-06-26", "2024-03-31", "2024-04-01")] == [
        None,
        "old",
        "new",
    ]
    assert recorded(offices) == [
        OfficeHolderChanged(
            city_id="tr-istanbul",
            office="mayor",
            person_id="new",
            starts_on=date(2024, 4, 1),
            occurred_at=NOW,
        )
    ]


def test_an_office_can_fall_vacant() -> None:
    offices = offices_of(a_term("old", "2019-06-27"), a_term(None, "2024-04-01"))

    assert holder(offices, "2024-04-01") is None
    assert offices.holder_on("mayor", date(2024, 4, 1)) is not None


def test_somebody_can_act_for_the_holder() -> None:
    offices = offices_of(a_term("old", "2019-06-27"))

    offices.appoint(a_term("old", "2025-03-23", represented_by="deputy"), PEOPLE, at=NOW)

    term = offices.holder_on("mayor", date(2025, 4, 1))
    assert term is not None
    assert (term.person_id, term.represented_by) == ("old", "deputy")


def test_appointing_again_from_the_same_day_corrects_the_term() -> None:
    offices = offices_of(a_term("old", "2019-06-27"), a_term("new", "2024-04-01"))

    offices.appoint(a_term("deputy", "2024-04-01", acting=True), PEOPLE, at=NOW)

    assert holder(offices, "2024-05-01") == "deputy"
    assert holder(offices, "2024-03-31") == "old"


def test_offices_do_not_stand_in_each_others_way() -> None:
    offices = offices_of(
        a_term("old", "2019-06-27"), a_term("deputy", "2020-01-01", office="deputy_mayor")
    )

    assert [each.office for each in offices.held_on(date(2024, 1, 1))] == [
        "deputy_mayor",
        "mayor",
    ]


def test_an_office_is_not_ended_by_a_later_term_of_another() -> None:
    offices = offices_of(
        a_term("deputy", "2019-01-01", office="deputy_mayor"), a_term("old", "2019-06-27")
    )

    assert len(offices.held_on(date(2024, 1, 1))) == 2


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        ("2020-01-01", None),  # An open term over one that begins later.
        ("2020-01-01", "2024-04-01"),
        ("2024-12-31", None),  # A term with an end does not give way.
    ],
)
def test_a_term_that_does_not_give_way_must_not_be_overlapped(
    starts: str, ends: str | None
) -> None:
    offices = offices_of(a_term("old", "2024-04-01", "2024-12-31"))

    with pytest.raises(OverlapsTerm) as refused:
        offices.appoint(a_term("new", starts, ends), PEOPLE, at=NOW)

    assert refused.value.field == "starts_on"
    assert recorded(offices) == []


@pytest.mark.parametrize(
    ("term", "field"),
    [
        (a_term("stranger", "2024-04-01"), "person_id"),
        (a_term("old", "2024-04-01", represented_by="stranger"), "represented_by"),
    ],
)
def test_an_office_is_held_by_the_citys_own_people(term: OfficeTerm, field: str) -> None:
    people: dict[str, Person] = {**PEOPLE, "stranger": a_person("stranger", "gr-athens")}
    offices = CityOffices(id="tr-istanbul")

    with pytest.raises(PersonOfAnotherCity) as refused:
        offices.appoint(term, people, at=NOW)

    assert refused.value.field == field
    assert offices.terms == ()


# -- successions -------------------------------------------------------------------------------


def test_a_successor_ends_a_term_that_has_an_end_of_its_own() -> None:
    offices = offices_of(a_term("old", "2024-04-01", "2029-03-31"))

    before = offices.succeed(a_term("new", "2025-06-01"), PEOPLE, at=NOW)

    assert before == a_term("old", "2024-04-01", "2029-03-31")
    assert [holder(offices, day) for day in ("2025-05-31", "2025-06-01")] == ["old", "new"]
    assert [type(each) for each in recorded(offices)] == [OfficeHolderChanged]


def test_a_successor_after_the_last_day_of_a_term_has_its_holder_for_a_predecessor() -> None:
    offices = offices_of(a_term("old", "2019-06-27", "2024-03-31"))

    before = offices.succeed(a_term("new", "2024-04-01"), PEOPLE, at=NOW)

    assert before is not None
    assert before.person_id == "old"


def test_whoever_is_the_first_has_no_predecessor() -> None:
    assert offices_of().succeed(a_term("new", "2024-04-01"), PEOPLE, at=NOW) is None


def test_a_successor_does_not_end_what_begins_later() -> None:
    offices = offices_of(a_term("old", "2019-06-27"), a_term("next", "2029-04-01"))

    with pytest.raises(OverlapsTerm):
        offices.succeed(a_term("new", "2024-04-01"), PEOPLE, at=NOW)
    offices.succeed(a_term("new", "2024-04-01", "2029-03-31"), PEOPLE, at=NOW)

    assert [holder(offices, day) for day in ("2024-04-01", "2029-04-01")] == ["new", "next"]


def test_a_successor_is_one_of_the_citys_own_people() -> None:
    people = {"stranger": a_person("stranger", "gr-athens")}

    with pytest.raises(PersonOfAnotherCity):
        offices_of().succeed(a_term("stranger", "2024-04-01"), people, at=NOW)


# -- corrections and what was known ------------------------------------------------------------


def test_when_a_successor_was_a_mistake_the_one_before_holds_the_office_again() -> None:
    offices = offices_of(a_term("old", "2019-06-27"), a_term("new", "2024-04-01"))

    offices.withdraw("mayor", "2024-04-01", at=NOW + timedelta(days=1))

    assert holder(offices, "2024-06-01") == "old"
    (then,) = offices.held_on(date(2024, 6, 1), known_at=NOW)
    assert then.person_id == "new"
    assert recorded(offices) == [
        OfficeTermWithdrawn(
            city_id="tr-istanbul",
            office="mayor",
            starts_on=date(2024, 4, 1),
            occurred_at=NOW + timedelta(days=1),
        )
    ]


@pytest.mark.parametrize(
    ("office", "first_day"), [("mayor", "2024-04-01"), ("deputy_mayor", "2019-06-27"), ("x", "y")]
)
def test_a_term_that_was_never_entered_cannot_be_withdrawn(office: str, first_day: str) -> None:
    offices = offices_of(a_term("old", "2019-06-27"))

    with pytest.raises(UnknownOfficeTerm):
        offices.withdraw(office, first_day, at=NOW)

    assert recorded(offices) == []


def test_a_term_in_a_gap_ends_the_open_one_before_it() -> None:
    offices = offices_of(a_term("old", "2019-06-27"), a_term("next", "2029-04-01"))

    offices.appoint(a_term("new", "2024-04-01", "2024-12-31"), PEOPLE, at=NOW)

    days = ("2024-03-31", "2024-04-01", "2025-01-01", "2029-04-01")
    assert [holder(offices, day) for day in days] == ["old", "new", None, "next"]
