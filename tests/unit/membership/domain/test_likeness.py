from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.membership.domain.likeness import PAIRS_MOST, Likeness, like_pairs, likeness_keys
from services.membership.domain.person import Person
from services.membership.domain.profile import Contact, TravelDocument
from tests.unit.membership.builders import a_person


def person(city_id: str = "tr-istanbul", **known: Any) -> Person:
    made = a_person(city_id=city_id, **known)
    made.contact, made.document = Contact(), TravelDocument()
    return made


def in_common(one: Person, other: Person) -> set[str]:
    shared = set(likeness_keys(one)) & set(likeness_keys(other))
    return {each.partition(":")[0] for each in shared}


def test_the_same_address_is_the_same_in_capitals() -> None:
    one, other = person(name="Elif Ortak"), person(name="Defne Karasu")
    one.contact = Contact(email="Elif@Istanbul.example")
    other.contact = Contact(email="d@x.example", other_emails=("elif@istanbul.example",))

    assert in_common(one, other) == {Likeness.SAME_EMAIL}


@pytest.mark.parametrize(
    "known",
    [
        {"name": "KARASU, Defne"},
        {"name": "Defné Karasu"},
        {"name": "D. K.", "passport_name": "KARASU DEFNE"},
        {"name": "D. K.", "original_name": "Дефне Карасу"},  # noqa: RUF001 - Cyrillic
    ],
)
def test_the_same_name_in_a_city_is_the_same_in_every_spelling(known: dict[str, str]) -> None:
    assert in_common(person(), person(**known)) == {Likeness.SAME_NAME_AND_CITY}


def test_the_same_name_in_another_city_is_another_unless_the_nationality_is_the_same() -> None:
    one, other = person(), person("tr-izmir")
    assert in_common(one, other) == set()

    one.document = other.document = TravelDocument(nationality="TR")

    assert in_common(one, other) == {Likeness.SAME_NAME_AND_NATIONALITY}


def test_the_same_spelling_in_passports_is_enough() -> None:
    one = person(name="Elif", passport_name="KARASU DEFNE")
    other = person("tr-izmir", name="Defne", passport_name="KARASU DEFNE")

    assert in_common(one, other) == {Likeness.SAME_PASSPORT_NAME}


def test_who_was_merged_looks_like_nobody() -> None:
    gone = a_person()
    gone.merged_into = "person-2"

    assert likeness_keys(gone) == ()


def test_a_pair_is_shown_once_with_all_reasons() -> None:
    shared = {"same_email:x": ["b", "a"], "same_name_and_city:y": ["a", "b", "c"]}

    assert like_pairs(shared, frozenset()) == {
        ("a", "b"): (Likeness.SAME_EMAIL, Likeness.SAME_NAME_AND_CITY),
        ("a", "c"): (Likeness.SAME_NAME_AND_CITY,),
        ("b", "c"): (Likeness.SAME_NAME_AND_CITY,),
    }


def test_who_was_told_apart_is_not_shown() -> None:
    shared = {"same_email:x": ["a", "b", "c"]}

    assert list(like_pairs(shared, frozenset({frozenset(("b", "a"))}))) == [("a", "c"), ("b", "c")]


@settings(deadline=None)
@given(st.integers(2, 200), st.sets(st.integers(0, 80)))
def test_an_address_of_many_gives_few_pairs_and_the_next_when_those_are_told_apart(
    count: int, answered: set[int]
) -> None:
    ids = [f"p{number:03d}" for number in range(count)]
    pairs = list(like_pairs({"same_email:x": ids}, frozenset()))
    apart = frozenset(frozenset(pairs[each % len(pairs)]) for each in answered)

    shown = list(like_pairs({"same_email:x": ids}, apart))

    possible = count * (count - 1) // 2 - len(apart)
    assert len(shown) == min(PAIRS_MOST, possible)
    assert not apart & {frozenset(each) for each in shown}


def test_titles_and_languages_make_nobody_alike() -> None:
    one, other = person(), person(name="Elif Ortak")
    one.profile = replace(one.profile, title="Mayor", languages=("tr",))
    other.profile = replace(other.profile, title="Mayor", languages=("tr",))

    assert in_common(one, other) == set()
