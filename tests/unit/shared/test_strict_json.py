from typing import Any

import pytest

from shared.strict_json import DEPTH_MOST, dumps, loads


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -1.5, "Shkodër", "a\\u0000", [], {"a": [{"b": None}]}, 2**53 - 1, "[" * 100],
)
def test_what_is_written_is_read_again(value: Any) -> None:
    assert loads(dumps(value)) == value


def test_the_text_is_compact_utf_8() -> None:
    assert dumps({"name": "Ελλάδα", "n": 1}) == '{"name":"Ελλάδα","n":1}'.encode()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "character 0"),
        (b"{", "character 1"),
        (b"\xff", "UTF-8"),
        (b"\xef\xbb\xbf{}", "character 0"),
        (b'"\\ud800"', "UTF-8"),
        (b"NaN", "NaN"),
        (b"-Infinity", "Infinity"),
        (b"1e999", "too large"),
        (b"9007199254740992", "too large"),
        (b"1" * 5000, "too large"),
        (b'{"a":1,"b":{"c":1,"c":1}}', "twice"),
        (b"[" * (DEPTH_MOST + 1) + b"]" * (DEPTH_MOST + 1), "deeper"),
        (b'{"a":' * 100_000, "deeper"),
    ],
)
def test_what_is_not_strict_json_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        loads(body)


def test_brackets_within_texts_are_not_depth() -> None:
    assert loads(dumps(['\\"' + "[{" * 100] * 50)) == ['\\"' + "[{" * 100] * 50


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_what_json_cannot_say_is_not_written(value: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json and the codec say it in their words
        dumps(value)
