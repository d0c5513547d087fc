from datetime import timedelta
from typing import Any

import pytest

from shared.clock import real_now
from shared.persistence.kept_requests import (
    ANSWERS_BYTES,
    ANSWERS_MOST,
    KEPT,
    KEYS_MOST,
    TooManyKeys,
    is_fresh,
    with_newest,
)


def answered(number: int, answer: bytes = b"{}", age: timedelta = timedelta(0)) -> dict[str, Any]:
    return {"key": f"k{number}", "body": "b", "answer": answer, "at": real_now() - age}


def told(kept: list[dict[str, Any]]) -> list[str]:
    return [each["key"] for each in kept if "answer" in each]


def test_of_many_requests_the_newest_answers_are_kept_and_the_keys_of_all() -> None:
    kept: list[dict[str, Any]] = []
    for number in range(ANSWERS_MOST + 3):
        kept = with_newest(kept, answered(number))

    assert [each["key"] for each in kept] == [f"k{n}" for n in range(ANSWERS_MOST + 3)]
    assert told(kept) == [f"k{n}" for n in range(3, ANSWERS_MOST + 3)]


def test_large_answers_are_kept_as_far_as_there_is_room() -> None:
    kept: list[dict[str, Any]] = []
    for number in range(4):
        kept = with_newest(kept, answered(number, b"x" * (ANSWERS_BYTES // 2)))

    assert told(kept) == ["k2", "k3"]
    assert len(kept) == 4


def test_a_request_is_known_for_a_day() -> None:
    old = answered(1, age=KEPT + timedelta(seconds=1))
    young = answered(2, age=KEPT - timedelta(minutes=1))

    assert (is_fresh(old), is_fresh(young)) == (False, True)
    assert [each["key"] for each in with_newest([old, young], answered(3))] == ["k2", "k3"]


def test_what_could_not_be_remembered_is_refused() -> None:
    full = [answered(n) for n in range(KEYS_MOST)]

    with pytest.raises(TooManyKeys) as refused:
        with_newest(full, answered(KEYS_MOST))

    assert refused.value.retry_after > 0
