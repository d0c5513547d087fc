"""JSON as two programs can agree on it: UTF-8, no NaN, no key twice, not too deep.

Source:
    RFC 8259, RFC 7493 (I-JSON) §2.1 to §2.3.
"""

import json
import re
from typing import Any, NoReturn

DEPTH_MOST = 32
"""Objects and lists within one another at the most."""
WHOLE_MOST = 2**53 - 1
"""The largest integer that every reader of JSON takes for the same number."""

_BRACKET = re.compile(r"[\[\]{}]")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


def dumps(value: Any) -> bytes:
    """Return compact UTF-8.

    Raises:
        ValueError: There is a NaN, an infinity or half a surrogate pair in it.
        TypeError: There is something in it that JSON does not know.
    """
    return _encoder.encode(value).encode()


def loads(body: bytes) -> Any:
    """Return what the bytes say.

    Raises:
        ValueError: They are not strict JSON; the message says why, without their content.
    """
    try:
        text = body.decode()
        if not _is_shallow(text):
            raise ValueError(f"nested deeper than {DEPTH_MOST}")
        value = _decoder.decode(text)
        if "\\u" in text:
            dumps(value)  # An escape can stand for half a surrogate pair, which nobody can store.
    except UnicodeError:
        raise ValueError("not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} at character {error.pos}") from None
    return value


def _is_shallow(text: str) -> bool:
    if text.count("[") + text.count("{") <= DEPTH_MOST:
        return True
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > DEPTH_MOST:
            return False
    return True


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a key comes twice")
    return made


def _whole(text: str) -> int:
    if len(text) > len(str(-WHOLE_MOST)) or abs(number := int(text)) > WHOLE_MOST:
        raise ValueError("a number is too large")
    return number


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_decoder = json.JSONDecoder(
    object_pairs_hook=_once,
    parse_int=_whole,
    parse_float=_finite,
    parse_constant=_no_constant,
)
