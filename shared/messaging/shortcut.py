"""The short way between contracts and JSON: for what is just as the contract says.

marshmallow takes ten times as long as code that is generated for each contract (decision 0007).
That code knows two answers, the value or ``NOT_SO_SHORT``; then the schema has to look.
"""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Literal, TypeVar, get_args, get_origin

from cattrs import BaseValidationError, Converter

from shared.domain import Event

E = TypeVar("E", bound=Event)

NOT_SO_SHORT = (BaseValidationError, ValueError, TypeError, KeyError, AttributeError)
"""What reading and writing raise when something is not as the contract says."""


def read(said: Any, contract: type[E]) -> E:
    """Return the event that a JSON object is, unknown members ignored.

    Raises:
        NOT_SO_SHORT: It has to be looked at by the schema.
    """
    return _reader.structure(said, contract)


def write(event: Event) -> dict[str, Any]:
    """Return the JSON object of an event.

    Raises:
        NOT_SO_SHORT: It has to be looked at by the schema.
    """
    body: dict[str, Any] = _writer.unstructure(event)
    return body


def read_instant(text: Any) -> datetime:
    """Return an instant in UTC.

    Raises:
        TypeError, ValueError: It is not text, or not RFC 3339 with an offset.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an offset is missing")
    return moment.astimezone(UTC)


def written_instant(moment: datetime) -> str:
    """Return RFC 3339 in UTC with milliseconds."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds")[:-6] + "Z"


def _exactly(kind: type) -> Callable[..., Any]:
    def same(value: Any, _: Any = None) -> Any:
        if type(value) is not kind:
            raise TypeError(kind.__name__)
        return value

    return same


def _finite(value: Any, _: Any = None) -> float:
    if type(value) is not float or not math.isfinite(value):
        raise TypeError("float")
    return value


def _aware(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise TypeError("an instant has an offset")
    return written_instant(moment)


def _day(day: date) -> str:
    if type(day) is not date:
        raise TypeError("date")
    return day.isoformat()


def _one_of(literal: Any) -> Callable[..., Any]:
    allowed = get_args(literal)

    def one(value: Any, _: Any = None) -> Any:
        if value not in allowed:
            raise ValueError("not one of the values")
        return value

    return one


def _is_enumeration(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, StrEnum)


def _member_of(kind: type[StrEnum]) -> Callable[[Any], str]:
    def member(value: Any) -> str:
        if type(value) is not kind:
            raise TypeError(kind.__name__)
        return value.value

    return member


def _is_literal(hint: Any) -> bool:
    return get_origin(hint) is Literal


def _is_tuple(hint: Any) -> bool:
    return get_origin(hint) is tuple


def _is_dict(hint: Any) -> bool:
    return get_origin(hint) is dict


def _from_list(hint: Any, converter: Converter) -> Callable[..., Any]:
    inner = get_args(hint)[0]
    each = converter.get_structure_hook(inner)

    def from_list(value: Any, _: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise TypeError("list")
        return tuple([each(item, inner) for item in value])

    return from_list


def _to_list(hint: Any, converter: Converter) -> Callable[..., Any]:
    each = converter.get_unstructure_hook(get_args(hint)[0])

    def to_list(value: Any) -> list[Any]:
        if type(value) is not tuple:
            raise TypeError("tuple")
        return [each(item) for item in value]

    return to_list


def _from_object(hint: Any, converter: Converter) -> Callable[..., Any]:
    inner = get_args(hint)[1]
    each = converter.get_structure_hook(inner)

    def from_object(value: Any, _: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise TypeError("object")
        return {key: each(item, inner) for key, item in value.items()}

    return from_object


def _to_object(hint: Any, converter: Converter) -> Callable[..., Any]:
    each = converter.get_unstructure_hook(get_args(hint)[1])
    key = _exactly(str)

    def to_object(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise TypeError("dict")
        return {key(name): each(item) for name, item in value.items()}

    return to_object


_reader = Converter(detailed_validation=False)
_writer = Converter(detailed_validation=False)
for _kind in (str, bool, int):
    _reader.register_structure_hook(_kind, _exactly(_kind))
    _writer.register_unstructure_hook(_kind, _exactly(_kind))
_reader.register_structure_hook(float, _finite)
_writer.register_unstructure_hook(float, _finite)
_reader.register_structure_hook(datetime, lambda value, _: read_instant(value))
_writer.register_unstructure_hook(datetime, _aware)
_reader.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
_writer.register_unstructure_hook(date, _day)
_writer.register_unstructure_hook_factory(_is_enumeration, _member_of)
_reader.register_structure_hook_factory(_is_literal, _one_of)
_writer.register_unstructure_hook_factory(_is_literal, _one_of)
_reader.register_structure_hook_factory(_is_tuple, _from_list)
_writer.register_unstructure_hook_factory(_is_tuple, _to_list)
_reader.register_structure_hook_factory(_is_dict, _from_object)
_writer.register_unstructure_hook_factory(_is_dict, _to_object)
