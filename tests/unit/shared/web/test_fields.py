from datetime import UTC, datetime
from typing import Any

import pytest
from marshmallow import Schema, ValidationError

from shared.web import fields
from shared.web.problem import Invalid


class _Everything(Schema):
    at = fields.InstantField()
    begins = fields.LocalTimeField()
    born = fields.PartialDateField()
    country = fields.CountryField()
    day = fields.DayField()
    flag = fields.BooleanField()
    language = fields.LanguageField()
    number = fields.IntegerField()
    slug = fields.SlugField()
    zone = fields.ZoneField()


SCHEMA = _Everything()
TIRANA = {"local": "2024-12-07T09:00:00", "zone": "Europe/Tirane"}


def errors_of(given: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refused:
        SCHEMA.load(given)
    return [(each["field"], each["code"]) for each in Invalid(refused.value).errors]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("born", "2021"),
        ("born", "2021-11"),
        ("born", "2024-02-29"),
        ("country", "XK"),
        ("day", "2024-02-29"),
        ("flag", False),
        ("language", "sr-Latn-RS"),
        ("language", "el"),
        ("language", "sl-rozaj-1994"),
        ("number", -3),
        ("slug", "tr-istanbul"),
        ("zone", "Europe/Istanbul"),
    ],
)
def test_what_is_of_the_form_stays_as_it_is(name: str, value: Any) -> None:
    assert SCHEMA.dump(SCHEMA.load({name: value})) == {name: value}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("at", 7, "wrong_type"),
        ("day", 20241207, "wrong_type"),
        ("day", "20241207", "invalid"),
        ("day", "2024-W49-6", "invalid"),
        ("day", "2023-02-29", "invalid"),
        ("at", "2024-12-07", "invalid"),
        ("at", "2024-12-07T09:00:00", "invalid"),
        ("at", "2024-13-07T09:00:00Z", "invalid"),
        ("at", "0001-01-01T00:00:00+23:00", "invalid"),
        ("at", "2024-W49-6T09:00:00Z", "invalid"),
        ("born", "0021", "invalid"),
        ("born", "2021-13", "invalid"),
        ("born", "2023-02-29", "invalid"),
        ("born", "2021-1", "invalid"),
        ("born", 2021, "wrong_type"),
        ("country", "tr", "invalid"),
        ("country", "TUR", "invalid"),
        ("flag", "yes", "wrong_type"),
        ("flag", 1, "wrong_type"),
        ("language", "english", "invalid"),
        ("language", "EN", "invalid"),
        ("number", True, "wrong_type"),
        ("number", "5", "wrong_type"),
        ("number", 5.0, "wrong_type"),
        ("number", None, "null"),
        ("slug", "Tr-Istanbul", "invalid"),
        ("slug", "a--b", "invalid"),
        ("slug", "a" * 65, "invalid"),
        ("slug", "a\n", "invalid"),
        ("zone", "Europe/Nowhere", "unknown_zone"),
        ("zone", [], "wrong_type"),
    ],
)
def test_what_is_not_of_the_form_is_refused(name: str, value: Any, code: str) -> None:
    assert errors_of({name: value}) == [(name, code)]


def test_an_instant_is_read_with_any_offset_and_given_in_utc() -> None:
    loaded = SCHEMA.load({"at": "2024-12-07t11:00:00.1239+02:00"})

    assert loaded["at"] == datetime(2024, 12, 7, 9, 0, 0, 123_000, tzinfo=UTC)
    assert SCHEMA.dump(loaded) == {"at": "2024-12-07T09:00:00.123Z"}


def test_a_local_time_is_given_with_its_instant() -> None:
    given = SCHEMA.dump(SCHEMA.load({"begins": TIRANA}))

    assert given == {"begins": {**TIRANA, "at": "2024-12-07T08:00:00.000Z"}}


def test_a_local_time_can_be_sent_back_as_it_was_given() -> None:
    folded = {"local": "2024-10-27T02:30:00", "zone": "Europe/Tirane", "fold": 1}
    given = SCHEMA.dump(SCHEMA.load({"begins": folded}))

    assert SCHEMA.load(given) == SCHEMA.load({"begins": folded})
    assert given["begins"]["fold"] == 1


@pytest.mark.parametrize(
    ("value", "field", "code"),
    [
        ("2024-12-07T09:00:00", "begins", "wrong_type"),
        ({"local": TIRANA["local"]}, "begins.zone", "missing"),
        ({**TIRANA, "place": "Tirana"}, "begins.place", "unknown_field"),
        ({**TIRANA, "local": 7}, "begins.local", "wrong_type"),
        ({**TIRANA, "local": "2024-12-07T09:00:00Z"}, "begins.local", "invalid"),
        ({**TIRANA, "local": "2024-12-32T09:00:00"}, "begins.local", "invalid"),
        ({**TIRANA, "zone": "Mars/Olympus"}, "begins.zone", "unknown_zone"),
        ({**TIRANA, "zone": 1}, "begins.zone", "wrong_type"),
        ({**TIRANA, "fold": 2}, "begins.fold", "invalid"),
        ({**TIRANA, "fold": True}, "begins.fold", "wrong_type"),
        ({**TIRANA, "local": "2024-03-31T02:30"}, "begins.local", "nonexistent_local_time"),
        ({**TIRANA, "local": "2024-10-27T02:30"}, "begins.fold", "ambiguous_local_time"),
    ],
)
def test_a_local_time_that_cannot_be_is_refused(value: Any, field: str, code: str) -> None:
    assert errors_of({"begins": value}) == [(field, code)]


def test_nothing_is_given_as_nothing() -> None:
    assert SCHEMA.dump({"at": None, "begins": None}) == {"at": None, "begins": None}
