"""Contract ⇄ JSON, by a marshmallow schema derived from the contract's fields.

Publishers are strict: what is dumped must load again without an unknown field. Consumers are
tolerant: they ignore fields they do not know, so that publishers can be deployed first.

What is as it should be goes a short way (``shortcut``); the schema judges what is not, and says
what is wrong with it.
"""

import dataclasses
import types
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate

from shared.domain import Event
from shared.messaging import shortcut
from shared.strict_json import dumps, loads

E = TypeVar("E", bound=Event)

EVENT_BYTES = 65_536
"""Size limit of a body: 64 KiB."""


class BrokenContract(ValueError):
    """A body does not fit its contract.

    Attributes:
        errors: Messages by field path, as marshmallow gives them; never the values.
    """

    def __init__(self, errors: Any) -> None:
        super().__init__(f"does not fit its contract: {errors}")
        self.errors = errors


class Instant(fields.Field[datetime]):
    """An instant as RFC 3339 in UTC with milliseconds; read with any offset."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages["invalid"] = "Not an RFC 3339 instant with an offset."

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **_: Any) -> Any:
        return None if value is None else shortcut.written_instant(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> datetime:
        try:
            return shortcut.read_instant(value)
        except (TypeError, ValueError):
            raise self.make_error("invalid") from None


class _Day(fields.Field[date]):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages["invalid"] = "Not an ISO 8601 date."

    def _serialize(self, value: date | None, attr: str | None, obj: Any, **_: Any) -> Any:
        return None if value is None else value.isoformat()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> date:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise self.make_error("invalid") from None


class _Value(fields.Nested):
    """A nested frozen dataclass."""

    def __init__(self, kind: type, unknown: str, **options: Any) -> None:
        super().__init__(_schema_class(kind, unknown), **options)
        self._kind = kind

    def _deserialize(self, value: Any, attr: Any, data: Any, partial: Any = None, **_: Any) -> Any:
        return self._kind(**super()._deserialize(value, attr, data, partial=partial))


class _Tuple(fields.List[Any]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        return tuple(super()._deserialize(value, attr, data, **options))


class _Enum(fields.Field[StrEnum]):
    """A member of an enumeration by its value; a publisher may know members that we do not."""

    def __init__(self, kind: type[StrEnum], **options: Any) -> None:
        super().__init__(**options)
        self.error_messages["invalid"] = "Not one of the values."
        self._members = {member.value: member for member in kind}

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> Any:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> StrEnum:
        try:
            return self._members[value]
        except (KeyError, TypeError):
            raise self.make_error("invalid") from None


_PLAIN: dict[Any, Any] = {
    str: lambda **options: fields.String(**options),
    bool: lambda **options: fields.Boolean(truthy={True}, falsy={False}, **options),
    int: lambda **options: fields.Integer(strict=True, **options),
    float: lambda **options: fields.Float(**options),
    datetime: lambda **options: Instant(**options),
    date: lambda **options: _Day(**options),
}


def _field(hint: Any, unknown: str, **options: Any) -> Any:
    """Derive the marshmallow field of one type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        (inner,) = [argument for argument in arguments if argument is not type(None)]
        return _field(inner, unknown, **{**options, "allow_none": True})
    if hint in _PLAIN:
        return _PLAIN[hint](**options)
    if origin is Literal:
        return fields.String(validate=validate.OneOf(arguments), **options)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _Enum(hint, **options)
    return _composed(hint, unknown, **options)


def _composed(hint: Any, unknown: str, **options: Any) -> Any:
    """Derive the field of a type that holds others."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        return _Tuple(_field(arguments[0], unknown), **options)
    if origin is dict:
        return fields.Dict(keys=fields.String(), values=_field(arguments[1], unknown), **options)
    if dataclasses.is_dataclass(hint):
        return _Value(cast(type, hint), unknown, **options)
    raise TypeError(f"a contract cannot hold a {hint!r}")


@cache
def _schema_class(kind: Any, unknown: str) -> type[Schema]:
    hints = get_type_hints(kind)
    derived: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        optional = field.default is not dataclasses.MISSING or (
            field.default_factory is not dataclasses.MISSING
        )
        derived[field.name] = _field(hints[field.name], unknown, required=not optional)
    return type(
        f"{kind.__name__}Schema",
        (Schema,),
        {**derived, "Meta": type("Meta", (), {"unknown": unknown})},
    )


@cache
def schema_of(contract: Any, *, strict: bool = False) -> Schema:
    """Return the schema derived from a contract; a strict one refuses unknown fields."""
    return _schema_class(contract, RAISE if strict else EXCLUDE)()


def encode(event: Event) -> bytes:
    """Return an event's body.

    Raises:
        BrokenContract: A field holds what the contract does not allow, or the body is over 64 KiB.
    """
    contract: Any = type(event)
    try:
        body = shortcut.write(event)
    except shortcut.NOT_SO_SHORT:
        schema = schema_of(contract, strict=True)
        body = schema.dump(event)
        if errors := schema.validate(body):
            raise BrokenContract(errors) from None
    encoded = dumps(body)
    if len(encoded) > EVENT_BYTES:
        raise BrokenContract({"_body": [f"over {EVENT_BYTES} bytes"]})
    return encoded


def decode(contract: type[E], body: bytes) -> E:
    """Return the event that a body holds.

    Raises:
        BrokenContract: It is not strict JSON, too large, or does not fit the contract.
    """
    kind: Any = contract
    if len(body) > EVENT_BYTES:
        raise BrokenContract({"_body": [f"over {EVENT_BYTES} bytes"]})
    try:
        said = loads(body)
    except ValueError as error:
        raise BrokenContract({"_body": [str(error)]}) from None
    try:
        return shortcut.read(said, contract)
    except shortcut.NOT_SO_SHORT:
        pass
    try:
        return contract(**schema_of(kind).load(said))
    except ValidationError as error:
        raise BrokenContract(error.messages) from None
