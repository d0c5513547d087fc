from datetime import date
from typing import Any

import pytest
from marshmallow import Schema, ValidationError

from services.membership.domain.decision import Decision
from services.membership.domain.offices import OfficeTerm
from services.membership.domain.presidency_term import PresidencyTerm
from services.membership.domain.profile import Contact, PersonChanges, TravelDocument
from services.membership.domain.seat_term import SeatTerm
from services.membership.domain.standing import StandingChanges, StandingKind
from services.membership.domain.term import EndsBeforeItStarts
from services.membership.schemas.body import (
    FillSeatSchema,
    FoundBodySchema,
    RosterSchema,
    VacateSeatSchema,
)
from services.membership.schemas.city import (
    AdmitCitySchema,
    ApplyForCitySchema,
    CitySchema,
    CorrectStandingSchema,
    DescribeCitySchema,
    GetCitySchema,
    LeaveCitySchema,
    ListCitiesSchema,
    ReinstateCitySchema,
    SuspendCitySchema,
    WithdrawStandingSchema,
)
from services.membership.schemas.offices import AppointOfficeHolderSchema
from services.membership.schemas.person import (
    ChangePersonSchema,
    PersonSchema,
    RegisterPersonSchema,
)
from services.membership.schemas.presidency import ElectPresidencySchema
from shared.web.problem import Invalid
from tests.unit.membership.builders import NOW, a_body, a_description, a_member, a_person

CITY = {
    "city_id": "tr-istanbul",
    "name": "Istanbul",
    "names": {"en": "Istanbul", "tr": "İstanbul"},
    "country": "TR",
    "zone": "Europe/Istanbul",
    "languages": ["tr"],
    "airports": ["IST", "SAW"],
}
PERSON = {"city_id": "gr-athens", "name": "Eleni Vasilaki"}
OFFICE = {"office": "mayor", "person_id": "person-1", "starts_on": "2024-04-01"}
SEAT = {"city_id": "tr-istanbul", "starts_on": "2024-01-31"}
BODY = {"name": "Executive Board", "kind": "executive_board", "seats": ["Host"]}
YEAR = {"year": 2024, "city_id": "al-tirana"}


def errors_of(schema: type[Schema], given: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refused:
        schema().load(given)
    return [(each["field"], each["code"]) for each in Invalid(refused.value).errors]


@pytest.mark.parametrize(
    ("schema", "given", "field", "code"),
    [
        (ApplyForCitySchema, {**CITY, "city_id": "Istanbul"}, "city_id", "invalid"),
        (ApplyForCitySchema, {**CITY, "city_id": "tr-İstanbul"}, "city_id", "invalid"),
        (ApplyForCitySchema, {**CITY, "name": "  "}, "name", "invalid"),
        (ApplyForCitySchema, {**CITY, "name": "Istan\nbul"}, "name", "invalid"),
        (ApplyForCitySchema, {**CITY, "name": "x" * 201}, "name", "invalid"),
        (ApplyForCitySchema, {**CITY, "name": 7}, "name", "wrong_type"),
        (ApplyForCitySchema, {**CITY, "names": {"EN": "x"}}, "names.EN.key", "invalid"),
        (ApplyForCitySchema, {**CITY, "country": "Türkiye"}, "country", "invalid"),
        (ApplyForCitySchema, {**CITY, "zone": "Europe/Edirne"}, "zone", "unknown_zone"),
        (ApplyForCitySchema, {**CITY, "languages": []}, "languages", "invalid"),
        (ApplyForCitySchema, {**CITY, "languages": ["turkish"]}, "languages.0", "invalid"),
        (ApplyForCitySchema, {**CITY, "airports": ["ISTA"]}, "airports.0", "invalid"),
        (ApplyForCitySchema, {**CITY, "sample": "false"}, "sample", "wrong_type"),
        (ApplyForCitySchema, {**CITY, "since": "20211130"}, "since", "invalid"),
        (ApplyForCitySchema, {**CITY, "mayor": "x"}, "mayor", "unknown_field"),
        (DescribeCitySchema, CITY, "city_id", "unknown_field"),
        (AdmitCitySchema, {}, "since", "missing"),
        (
            AdmitCitySchema,
            {"since": "2021-11-30", "precision": "week"},
            "precision",
            "invalid",
        ),
        (SuspendCitySchema, {}, "reason", "missing"),
        (SuspendCitySchema, {"reason": " "}, "reason", "invalid"),
        (SuspendCitySchema, {"reason": "x" * 1001}, "reason", "invalid"),
        (LeaveCitySchema, {}, "reason", "missing"),
        (ReinstateCitySchema, {"since": None, "why": ""}, "why", "unknown_field"),
        (SuspendCitySchema, {"reason": "x", "decision": "x" * 1001}, "decision", "invalid"),
        (SuspendCitySchema, {"reason": "x", "decision": 4}, "decision", "wrong_type"),
        (SuspendCitySchema, {"reason": "x", "decided_on": "2024"}, "decided_on", "invalid"),
        (WithdrawStandingSchema, {}, "kind", "missing"),
        (WithdrawStandingSchema, {"kind": "friend"}, "kind", "invalid"),
        (CorrectStandingSchema, {"kind": "member", "reason": " "}, "reason", "invalid"),
        (CorrectStandingSchema, {"kind": "member", "precision": "hour"}, "precision", "invalid"),
        (GetCitySchema, {"known_at": "2024-12-07"}, "known_at", "invalid"),
        (GetCitySchema, {"known_at": "2024-12-07T10:00:00"}, "known_at", "invalid"),
        (ListCitiesSchema, {"standing": "friend"}, "standing", "invalid"),
        (RegisterPersonSchema, {"name": "Eleni"}, "city_id", "missing"),
        (RegisterPersonSchema, {**PERSON, "email": "eleni"}, "email", "invalid"),
        (RegisterPersonSchema, {**PERSON, "phone": "0770"}, "phone", "invalid"),
        (RegisterPersonSchema, {**PERSON, "title": "x" * 201}, "title", "invalid"),
        (RegisterPersonSchema, {**PERSON, "nationality": "gr"}, "nationality", "invalid"),
        (
            RegisterPersonSchema,
            {**PERSON, "passport_type": "blue"},
            "passport_type",
            "invalid",
        ),
        (
            RegisterPersonSchema,
            {**PERSON, "passport_number": "U1"},
            "passport_number",
            "unknown_field",
        ),
        (ChangePersonSchema, {"name": None}, "name", "null"),
        (ChangePersonSchema, {"city_id": "bg-sofia"}, "city_id", "unknown_field"),
        (AppointOfficeHolderSchema, {**OFFICE, "office": "Mayor"}, "office", "invalid"),
        (
            AppointOfficeHolderSchema,
            {"office": "mayor", "starts_on": "2024-04-01"},
            "person_id",
            "missing",
        ),
        (AppointOfficeHolderSchema, {**OFFICE, "acting": 1}, "acting", "wrong_type"),
        (FoundBodySchema, {**BODY, "kind": "club"}, "kind", "invalid"),
        (FoundBodySchema, {**BODY, "seats": []}, "seats", "invalid"),
        (FoundBodySchema, {**BODY, "seats": [""]}, "seats.0", "invalid"),
        (FillSeatSchema, {**SEAT, "starts_on": "2024"}, "starts_on", "invalid"),
        (VacateSeatSchema, {}, "since", "missing"),
        (ElectPresidencySchema, {**YEAR, "year": "2024"}, "year", "wrong_type"),
        (ElectPresidencySchema, {**YEAR, "year": 20240}, "year", "invalid"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(
    schema: type[Schema], given: Any, field: str, code: str
) -> None:
    assert errors_of(schema, given) == [(field, code)]


def test_a_city_is_read_as_its_id_its_description_and_a_day() -> None:
    assert ApplyForCitySchema().load({**CITY, "since": "2021-01-04"}) == {
        "city_id": "tr-istanbul",
        "description": a_description(),
        "since": date(2021, 1, 4),
        "decision": Decision(),
    }


def test_a_person_is_read_with_what_is_given() -> None:
    loaded = RegisterPersonSchema().load({**PERSON, "languages": ["el"]})

    assert loaded["details"].profile.languages == ("el",)
    assert loaded["details"].contact == Contact()
    assert loaded["details"].document == TravelDocument()


def test_of_a_person_only_what_is_given_changes() -> None:
    assert ChangePersonSchema().load({"languages": ["el", "en"], "phone": ""}) == {
        "changes": PersonChanges(languages=("el", "en"), phone="")
    }


def test_terms_are_read_as_values() -> None:
    assert AppointOfficeHolderSchema().load(OFFICE)["term"] == OfficeTerm(
        office="mayor", person_id="person-1", starts_on=date(2024, 4, 1)
    )
    assert FillSeatSchema().load(SEAT)["term"] == SeatTerm(
        city_id="tr-istanbul", starts_on=date(2024, 1, 31)
    )
    assert ElectPresidencySchema().load(YEAR)["term"] == PresidencyTerm.of(2024, "al-tirana")


@pytest.mark.parametrize(
    ("schema", "given"),
    [
        (AppointOfficeHolderSchema, {**OFFICE, "ends_on": "2024-03-31"}),
        (FillSeatSchema, {**SEAT, "ends_on": "2024-01-30"}),
        (ElectPresidencySchema, {**YEAR, "ends_on": "2023-12-31"}),
    ],
)
def test_a_term_that_ends_before_it_starts_is_not_read(
    schema: type[Schema], given: dict[str, Any]
) -> None:
    with pytest.raises(EndsBeforeItStarts):
        schema().load(given)


def test_a_correction_is_read_as_what_was_given() -> None:
    given = {"kind": "suspended", "since": "2024-05-01", "decision": " Council, item 2 "}

    assert CorrectStandingSchema().load(given) == {
        "kind": StandingKind.SUSPENDED,
        "changes": StandingChanges(since=date(2024, 5, 1), decision="Council, item 2"),
    }


def test_a_city_is_shown_with_its_standing_and_how_it_came_to_it() -> None:
    city = a_member(since=date(2021, 11, 30))
    city.suspend(reason="Dues.", since=date(2024, 3, 1), at=NOW)

    shown = CitySchema().dump(city)

    assert (shown["standing"], shown["standing_since"], shown["standing_precision"]) == (
        "suspended",
        "2024-03-01",
        "day",
    )
    assert shown["standings"][1:] == [
        {
            "kind": "member",
            "since": "2021-11-30",
            "precision": "day",
            "reason": "",
            "decision": "",
            "decided_on": None,
        },
        {
            "kind": "suspended",
            "since": "2024-03-01",
            "precision": "day",
            "reason": "Dues.",
            "decision": "",
            "decided_on": None,
        },
    ]


def test_a_person_shown_to_everybody_has_no_contact_and_no_document() -> None:
    shown = PersonSchema().dump(a_person().shown(in_full=False))

    assert shown == {
        "id": "person-1",
        "city_id": "tr-istanbul",
        "name": "Defne Karasu",
        "original_name": "",
        "passport_name": "",
        "name_source": "given",
        "title": "Mayor",
        "languages": ["tr", "en"],
        "affiliations": [
            {"city_id": "tr-istanbul", "starts_on": None, "ends_on": None, "title": "Mayor"}
        ],
        "merged_into": None,
    }


def test_a_vacant_seat_is_shown_without_a_city() -> None:
    roster = {
        "body_id": "board",
        "name": "Board",
        "on": date(2024, 12, 7),
        "seats": a_body("Host").roster_on(date(2024, 12, 7)),
    }

    assert RosterSchema().dump(roster)["seats"] == [
        {
            "seat_id": "seat-Host",
            "name": "Host",
            "basis": "elected",
            "state": "vacant",
            "city_id": None,
            "starts_on": None,
            "ends_on": None,
            "alternate_id": None,
            "sample": False,
        }
    ]
