from dataclasses import fields
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from services.membership.domain.followed_person import (
    STATED,
    followed,
    known_of,
)
from services.membership.domain.import_rows import CellError, ImportRow, RowResult
from services.membership.domain.person import Person
from services.membership.domain.person_row import PersonRow
from services.membership.domain.profile import Contact
from services.membership.domain.register import IMPORTS_KEPT, ImportResult
from services.membership.domain.row_subjects import KnownCities, KnownPeople
from shared.contracts.membership import (
    PersonContactChanged,
    PersonDescribed,
    PersonRowAccepted,
)
from tests.unit.membership.builders import NOW, a_person, a_person_row, recorded

HOUR = timedelta(hours=1)
CITIES = KnownCities.of(
    {
        "tr-istanbul": ["Istanbul", "İstanbul"],
        "bg-dimitrovgrad": ["Dimitrovgrad"],
        "rs-dimitrovgrad": ["Dimitrovgrad"],
    }
)


def result_of(person: Person) -> ImportResult:
    return person.imported[-1].result


def known(*people: Person) -> KnownPeople:
    return KnownPeople({each.id: each for each in people})


def row(**said: Any) -> PersonRow:
    given = {"city": "Istanbul", "name": "Defne Karasu", "email": "defne@istanbul.example"}
    return PersonRow(**{"number": 2, **given, **said})


def judged(one: PersonRow, *people: Person, taken: dict[str, int] | None = None) -> ImportRow:
    return one.judged(CITIES, known(*people), {} if taken is None else taken, at=NOW)


def error_of(result: ImportRow) -> tuple[str, str]:
    assert result.result is RowResult.REFUSED
    (error,) = result.errors
    return error.column, error.code


# -- following -------------------------------------------------------------------------------------


def test_every_field_that_a_row_can_state_is_one_of_its_contract() -> None:
    assert set(STATED) < {each.name for each in fields(PersonRowAccepted)}


def test_a_row_enters_a_person() -> None:
    person = followed(None, a_person_row(email="d@x.example", passport_type="special"))

    described, reachable = recorded(person)
    assert isinstance(described, PersonDescribed)
    assert isinstance(reachable, PersonContactChanged)
    assert (person.id, person.city_id, person.profile.name) == (
        "person-1",
        "tr-istanbul",
        "Defne Karasu",
    )
    assert (person.contact.email, person.document.passport_type) == ("d@x.example", "special")
    assert result_of(person) is ImportResult.CREATED


def test_what_a_row_does_not_say_stays_as_it_is() -> None:
    person = followed(a_person(), a_person_row(phone="+905321234567"))

    assert person.contact == Contact(email="defne@istanbul.example", phone="+905321234567")
    assert person.profile.title == "Mayor"
    assert [type(each) for each in recorded(person)] == [PersonContactChanged]
    assert result_of(person) is ImportResult.CHANGED


def test_a_row_that_says_what_is_known_changes_nothing() -> None:
    person = followed(a_person(), a_person_row(title="Mayor", nationality="TR"))

    assert recorded(person) == []
    assert result_of(person) is ImportResult.UNCHANGED


def test_the_newest_import_counts_field_by_field_in_every_order() -> None:
    rows = [
        a_person_row(import_id="a", title="Deputy", phone="+905321234567"),
        a_person_row(import_id="b", title="Mayor", occurred_at=NOW + HOUR),
        a_person_row(import_id="c", email="new@x.example", occurred_at=NOW + 2 * HOUR),
        a_person_row(import_id="d", name="Defne K.", nationality="TR"),
    ]

    ends = []
    for order in permutations(rows):
        person: Person | None = None
        for each in order:
            person = followed(person, each)
        assert person is not None
        ends.append((known_of(person), person.stated))

    assert all(end == ends[0] for end in ends)
    assert ends[0][0] == {
        **ends[0][0],
        "title": "Mayor",
        "phone": "+905321234567",
        "email": "new@x.example",
        "name": "Defne Karasu",
        "nationality": "TR",
    }


def test_an_older_row_that_says_something_else_is_told_so() -> None:
    person = followed(a_person(), a_person_row(title="Envoy", occurred_at=NOW + HOUR))

    followed(person, a_person_row(import_id="old", title="Deputy"))

    assert (person.profile.title, result_of(person)) == ("Envoy", ImportResult.CONTRADICTED)


@pytest.mark.parametrize("said", [{"city_id": "gr-athens"}, {"name": "Дефне"}])
def test_a_row_that_cannot_be_followed_any_more_changes_nothing(said: dict[str, str]) -> None:
    person = followed(a_person(), a_person_row(title="Envoy", **said))

    assert (known_of(person), recorded(person)) == (known_of(a_person()), [])
    assert result_of(person) is ImportResult.CONTRADICTED


def test_the_newest_rows_are_remembered() -> None:
    person = a_person()
    for number in range(IMPORTS_KEPT + 3):
        followed(person, a_person_row(row=number))

    assert [each.row for each in person.imported] == list(range(3, IMPORTS_KEPT + 3))


# -- judging ---------------------------------------------------------------------------------------


def test_somebody_new_would_be_created_with_an_id_that_follows_from_the_address() -> None:
    first, second = judged(row()), judged(row(email="DEFNE@istanbul.example"))

    assert (first.result, first.subject) == (RowResult.WOULD_CREATE, second.subject)
    assert {"field": "name", "old": None, "new": "Defne Karasu"} in map(vars, first.changes)


def test_somebody_is_known_by_the_address_in_any_letters() -> None:
    result = judged(row(email="DEFNE@Istanbul.example", title="Envoy"), a_person())

    assert (result.result, result.subject) == (RowResult.WOULD_CHANGE, "person-1")
    assert [(each.field, each.old, each.new) for each in result.changes] == [
        ("title", "Mayor", "Envoy"),
        ("email", "defne@istanbul.example", "DEFNE@Istanbul.example"),
    ]


def test_judging_changes_nobody() -> None:
    person = a_person()

    judged(row(title="Envoy"), person)

    assert (person.profile, person.imported, person.stated) == (a_person().profile, (), {})
    assert recorded(person) == []


def test_an_id_or_a_key_counts_before_the_address() -> None:
    other = a_person("person-2")

    by_id = judged(row(person_id="person-2"), a_person(), other)
    by_key = judged(row(key="HR-7"), a_person())

    assert (by_id.subject, by_key.result) == ("person-2", RowResult.WOULD_CREATE)
    assert by_key.subject not in ("person-1", judged(row()).subject)
    assert [(each.code, each.person_id) for each in by_key.warnings] == [("same_mail", "person-1")]


def test_a_namesake_in_the_same_city_is_pointed_out() -> None:
    result = judged(row(email="d.karasu@istanbul.example"), a_person())

    assert result.result is RowResult.WOULD_CREATE
    assert [(each.code, each.person_id) for each in result.warnings] == [("same_name", "person-1")]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"person_id": "nobody"}, ("person_id", "unknown_person")),
        ({"email": None}, ("email", "missing")),
        ({"city": "Atlantis"}, ("city_id", "unknown_city")),
        ({"city": "Dimitrovgrad"}, ("city_id", "ambiguous_city")),
        ({"name": "Дефне"}, ("name", "not_in_latin_letters")),
        ({"name": "Дефне", "email": "other@x.example"}, ("name", "not_in_latin_letters")),
        ({"city": "rs-dimitrovgrad"}, ("city_id", "person_of_another_city")),
    ],
)
def test_a_row_that_cannot_be_applied_is_refused(
    said: dict[str, Any], error: tuple[str, str]
) -> None:
    taken: dict[str, int] = {}

    assert error_of(judged(row(**said), a_person(), taken=taken)) == error
    assert taken == {}


def test_an_address_of_several_people_tells_nobody_apart() -> None:
    people = (a_person(), a_person("person-2", name="Defne Deniz"))

    assert error_of(judged(row(), *people)) == ("email", "ambiguous_person")
    assert judged(row(person_id="person-2"), *people).subject == "person-2"


def test_of_two_rows_about_one_person_the_first_is_taken() -> None:
    taken: dict[str, int] = {}
    first = judged(row(), a_person(), taken=taken)
    by_mail = judged(row(number=3, email="Defne@istanbul.example"), a_person(), taken=taken)
    by_id = judged(row(number=4, person_id="person-1", email=None), a_person(), taken=taken)

    assert first.result is not RowResult.REFUSED
    assert error_of(by_mail) == ("email", "repeated")
    assert error_of(by_id) == ("person_id", "repeated")
    assert by_id.errors[0].message == "Row 2 is about the same."


def test_a_row_that_was_read_with_errors_is_refused_with_these() -> None:
    error = CellError(column="phone", code="invalid", message="No.")

    result = judged(PersonRow(number=9, name="Defne", errors=(error,)))

    assert (result.number, result.label, result.errors) == (9, "Defne", (error,))


def test_a_city_can_be_written_by_its_id_or_any_of_its_names() -> None:
    for written in ("tr-istanbul", "ISTANBUL", "İstanbul "):
        assert CITIES.id_of(written) == "tr-istanbul"


def test_somebody_registered_since_the_preview_is_found_by_the_address() -> None:
    said = judged(row()).said
    known_by_then = judged(row(), a_person()).said

    assert PersonRow.of(said).owner(known(a_person())) == "person-1"
    assert PersonRow.of(said).owner(known()) == said["person_id"]
    assert PersonRow.of(known_by_then).owner(known(a_person("person-2"))) == "person-1"
