import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared import heard

MANY = 16


@pytest.fixture(autouse=True)
def few_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heard, "RUNS_KEPT", MANY)


def after(numbers: list[int]) -> list[int]:
    runs: list[int] = []
    for number in numbers:
        if not heard.has(runs, number) and not heard.is_forgotten(runs, number):
            runs = heard.added(runs, number)
    return runs


@pytest.mark.parametrize(
    ("numbers", "runs"),
    [
        ([5], [5, 5]),
        ([1, 2, 3], [1, 3]),
        ([3, 2, 1], [1, 3]),
        ([1, 3], [1, 1, 3, 3]),
        ([1, 3, 2], [1, 3]),
        ([1, 2, 5, 6, 4], [1, 2, 4, 6]),
        ([7, 7, 7], [7, 7]),
    ],
)
def test_numbers_that_follow_one_another_are_one_run(numbers: list[int], runs: list[int]) -> None:
    assert after(numbers) == runs


def test_however_many_follow_one_another_the_first_is_remembered() -> None:
    numbers = list(range(1, 2000))
    random.Random(7).shuffle(numbers)

    assert after(sorted(numbers)) == [1, 1999]
    assert heard.has(after(sorted(numbers)), 1)


def test_the_lowest_run_is_forgotten_and_stays_so() -> None:
    sparse = [2 * number for number in range(1, MANY + 1)]

    runs = after([*sparse, 2 * MANY + 2])

    assert runs[:4] == [0, 4, 6, 6]
    assert len(runs) == 2 * MANY
    assert [heard.is_forgotten(runs, number) for number in (1, 2, 3, 4, 5)] == [True] * 4 + [False]
    assert not heard.has(runs, 2)
    filled = after([*sparse, 2 * MANY + 2, *range(5, 2 * MANY + 2)])
    assert filled == [0, 4, 5, 2 * MANY + 2]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 120), max_size=120))
def test_nothing_counts_as_heard_that_was_not_and_nothing_heard_as_new(numbers: list[int]) -> None:
    runs = after(numbers)

    assert runs == sorted(runs)
    assert len(runs) <= 2 * MANY
    for number in range(1, 122):
        known = heard.has(runs, number)
        assert known == (number in numbers and not heard.is_forgotten(runs, number))
