"""The copy of the presidency answers as membership does, in whatever order its events come."""

import random
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.events.domain.presidency import PRESIDENCY, Presidency
from shared.contracts.membership import PresidencyElected, PresidencyTakenOver, PresidencyWithdrawn
from shared.domain import Event, numbered
from tests.unit.events.builders import (
    president_elected,
    president_taken_over,
    president_withdrawn,
)
from tests.unit.membership.builders import recorded
from tests.unit.membership.presidencies import Command, commands, entered

JULY = date(2024, 7, 1)


def a_copy(*events: Event) -> Presidency:
    presidency = Presidency(id=PRESIDENCY)
    for event in events:
        if isinstance(event, PresidencyWithdrawn):
            presidency.withdraw(event)
        elif isinstance(event, PresidencyElected | PresidencyTakenOver):
            presidency.elect(event)
    return presidency


def test_the_rest_of_a_term_belongs_to_whoever_took_over() -> None:
    copy = a_copy(president_elected("al-tirana"), president_taken_over("bg-sofia", 2, JULY))

    assert copy.city_on(date(2024, 6, 30)) == "al-tirana"
    assert copy.city_on(JULY) == "bg-sofia"
    assert copy.city_on(date(2025, 1, 1)) is None


def test_nobody_presides_in_a_term_that_was_withdrawn() -> None:
    copy = a_copy(
        president_withdrawn("al-tirana", 2, date(2024, 1, 1)), president_elected("al-tirana")
    )

    assert copy.city_on(JULY) is None


def test_whoever_was_elected_keeps_a_term_whose_takeover_was_withdrawn() -> None:
    copy = a_copy(
        president_elected("al-tirana"),
        president_taken_over("bg-sofia", 2, JULY),
        president_withdrawn("bg-sofia", 3, JULY),
    )

    assert copy.city_on(JULY) == "al-tirana"


def test_a_withdrawal_takes_back_what_was_told_last_of_a_day() -> None:
    january = date(2024, 1, 1)
    told = (
        president_elected("al-tirana"),
        president_taken_over("bg-sofia", 2, january),
        president_taken_over("al-tirana", 3, january),
        president_withdrawn("al-tirana", 4, january),
    )

    assert a_copy(*told).city_on(JULY) == "bg-sofia"
    assert a_copy(*reversed(told)).city_on(JULY) == "bg-sofia"


def test_what_is_elected_after_a_withdrawal_counts() -> None:
    copy = a_copy(
        president_elected("al-tirana"),
        president_withdrawn("al-tirana", 2, date(2024, 1, 1)),
        president_elected("al-tirana", 3),
    )

    assert copy.city_on(JULY) == "al-tirana"


@settings(deadline=None)
@given(commands, st.randoms(use_true_random=False))
def test_the_copy_says_who_presides_on_every_day(
    given_commands: list[Command], order: random.Random
) -> None:
    presidency = entered(given_commands)
    told = [numbered(each, number) for number, each in enumerate(recorded(presidency), start=1)]
    told += order.choices(told, k=len(told) // 2) if told else []
    order.shuffle(told)

    copy = a_copy(*told)

    for number in range(0, 1500, 7):
        day = date(2024, 1, 1) + timedelta(days=number)
        term = presidency.term_on(day)
        assert copy.city_on(day) == (term.city_id if term else None), day
