"""What the presiding city may: the audit says what the doors decide, whatever was entered when."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.membership.domain.presidency import Presidency
from services.membership.domain.presidency_rights import (
    AccessSpan,
    NotPresiding,
    Right,
    access_spans,
    check_contacts,
    check_right,
    is_allowed,
)
from services.membership.domain.presidency_term import RULES_OF_2022, PresidencyTerm, Takeover
from services.membership.domain.recorded import Record
from tests.unit.membership.builders import NOW, a_member, a_presidency
from tests.unit.membership.presidencies import (
    BEGIN,
    CITIES,
    Command,
    commands,
    entered,
    instants,
    obey,
)

TIRANA, SOFIA, ZAGREB = "al-tirana", "bg-sofia", "hr-zagreb"
OWN = [right for right in Right if not right.is_of_all_cities]


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type]


@pytest.mark.parametrize("right", OWN)
def test_a_right_is_the_presiding_citys_during_its_term_and_only_then(right: Right) -> None:
    presidency = a_presidency((2024, TIRANA), (2025, SOFIA))
    last, first = at(2024, 12, 31, 23, 59, 59), at(2025, 1, 1)

    check_right(presidency, right, {TIRANA}, last)
    check_right(presidency, right, {ZAGREB, SOFIA}, first)
    for cities, moment in (({SOFIA}, last), ({TIRANA}, first), (set(), first)):
        with pytest.raises(NotPresiding) as refused:
            check_right(presidency, right, cities, moment)
        assert refused.value.rule
        assert refused.value.rule_source == RULES_OF_2022


def test_nobody_has_a_right_while_nobody_presides() -> None:
    presidency = a_presidency((2024, TIRANA))

    for right in Right:
        assert not is_allowed(presidency, right, set(CITIES), at(2025, 1, 1))


def test_a_right_follows_from_what_was_known_at_that_instant() -> None:
    presidency = a_presidency((2024, TIRANA))

    assert not is_allowed(presidency, Right.SEE_TO_ITEMS, {TIRANA}, NOW - timedelta(seconds=1))
    assert is_allowed(presidency, Right.SEE_TO_ITEMS, {TIRANA}, NOW)


def test_the_contacts_of_the_presidency_are_for_every_city_during_its_term() -> None:
    presidency = a_presidency((2024, TIRANA), (2025, SOFIA))
    before, after = NOW, at(2025, 1, 1)

    check_contacts(presidency, TIRANA, {ZAGREB}, before)
    check_contacts(presidency, SOFIA, {ZAGREB}, after)
    check_contacts(presidency, SOFIA, {TIRANA}, before)  # Who presides may read of all.
    check_contacts(presidency, SOFIA, {SOFIA}, before)  # Everybody may read of his own.
    for city_id, cities, moment in (
        (SOFIA, {ZAGREB}, before),
        (TIRANA, {ZAGREB}, after),
        (ZAGREB, {TIRANA}, after),
    ):
        with pytest.raises(NotPresiding):
            check_contacts(presidency, city_id, cities, moment)


def test_the_audit_names_who_what_when_and_why() -> None:
    presidency = a_presidency((2024, TIRANA), (2025, SOFIA))

    spans = [each for each in access_spans(presidency) if each.right is Right.SEE_TO_ITEMS]

    assert [(each.role, each.city_id, each.begins_at, each.ends_at) for each in spans] == [
        ("city_lead", TIRANA, NOW, at(2025, 1, 1)),
        ("city_lead", SOFIA, at(2025, 1, 1), at(2026, 1, 1)),
    ]
    assert [(each.record.fact.year, each.record.recorded_at) for each in spans] == [
        (2024, NOW),
        (2025, NOW),
    ]
    assert spans[0].right.words == "Read, open and close the items of the presidency."


def test_what_is_entered_meanwhile_does_not_divide_a_span() -> None:
    presidency = a_presidency((2025, SOFIA))
    takeover = Takeover(city_id=ZAGREB, since=date(2025, 7, 1), reason="x")
    presidency.take_over(2025, takeover, a_member(ZAGREB), at=at(2025, 3, 1))

    spans = [each for each in access_spans(presidency) if each.right is Right.SEE_TO_ITEMS]

    assert [(each.city_id, each.begins_at, each.ends_at) for each in spans] == [
        (SOFIA, at(2025, 1, 1), at(2025, 7, 1)),
        (ZAGREB, at(2025, 7, 1), at(2026, 1, 1)),
    ]
    assert spans[0].record.fact.ends_on == date(2025, 6, 30)


def test_a_span_ends_when_something_else_becomes_known() -> None:
    withdrawn_at = at(2024, 12, 5)
    term = PresidencyTerm.of(2024, TIRANA)
    record = Record(fact=term, recorded_at=NOW, replaced_at=withdrawn_at)

    spans = access_spans(Presidency(id="presidency", records=(record,)))

    assert {(each.begins_at, each.ends_at) for each in spans} == {(NOW, withdrawn_at)}


@pytest.mark.parametrize(
    ("first", "last", "touches"),
    [
        (None, None, True),
        (date(2024, 12, 31), date(2024, 12, 31), False),
        (None, date(2025, 1, 1), True),
        (date(2025, 12, 31), None, True),
        (date(2026, 1, 1), None, False),
    ],
)
def test_days_touch_a_span(first: date | None, last: date | None, touches: bool) -> None:
    spans = [
        each
        for each in access_spans(a_presidency((2024, TIRANA), (2025, SOFIA)))
        if each.city_id == SOFIA
    ]

    assert {each.touches(first, last) for each in spans} == {touches}


# -- whatever was entered --------------------------------------------------------------------------


def could(spans: list[AccessSpan], right: Right, city_id: str, moment: datetime) -> bool:
    return any(
        each.right is right and each.city_id in (None, city_id) and each.covers(moment)
        for each in spans
    )


@settings(deadline=None)
@given(commands, st.lists(instants, min_size=1, max_size=20))
def test_the_audit_says_could_exactly_when_the_door_lets_in(
    given_commands: list[Command], moments: list[datetime]
) -> None:
    presidency = entered(given_commands)
    spans = access_spans(presidency)

    for moment in [*moments, *presidency.turns()]:
        for city_id in CITIES:
            for right in Right:
                allowed = is_allowed(presidency, right, {city_id}, moment)
                assert could(spans, right, city_id, moment) == allowed


@settings(deadline=None)
@given(commands, st.lists(instants, min_size=1, max_size=20))
def test_what_a_right_followed_from_is_what_was_entered_by_then(
    given_commands: list[Command], moments: list[datetime]
) -> None:
    presidency = entered(given_commands)

    for moment in moments:
        then = entered(given_commands, until=moment)
        presiding = presidency.presiding_at(moment)
        assert (presiding.fact if presiding else None) == then.term_on(moment.date())
        assert presidency.terms_known_at(moment) == then.terms


@settings(deadline=None)
@given(commands)
def test_terms_never_overlap_and_no_city_has_two_in_a_row(given_commands: list[Command]) -> None:
    terms = entered(given_commands).terms

    for before, after in pairwise(terms):
        assert before.ends_on < after.starts_on
    presided = {(each.year, each.city_id) for each in terms}
    assert not any((year + 1, city_id) in presided for year, city_id in presided)


@settings(deadline=None)
@given(commands, st.lists(instants, max_size=12))
def test_whenever_it_is_handed_over_whoever_presides_has_it(
    given_commands: list[Command], moments: list[datetime]
) -> None:
    presidency, now = Presidency(id="presidency"), BEGIN
    for command in given_commands:
        now += timedelta(days=command[0], minutes=1)
        obey(presidency, command, now)
        if any(moment.day % 2 for moment in moments[: command[0] % 5]):
            presidency.hand_over(at=now)
    presidency.hand_over(at=now)

    presiding = presidency.presiding_at(now)
    if presiding is not None:
        assert presidency.handed_over is not None
        assert presidency.handed_over.city_id == presiding.fact.city_id
