"""Every contract's fields as they were once published, and what today's code breaks of that."""

import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from deploy.contracts.language import contracts, name_of, values

Fields = dict[str, dict[str, str]]
"""Types by field: those that are ``required``, and those that are ``optional``; and the latter's
``defaults``, which older events mean that lack the field."""
Listing = dict[str, Fields]
"""By contract or value."""


def listing_of(kinds: list[Any]) -> Listing:
    """Return the fields of contracts and values."""
    return {name_of(each): _fields_of(each) for each in kinds}


def today() -> Listing:
    """Return the fields of everything in the published language."""
    return listing_of([*values(), *contracts()])


def breaches(published: Mapping[str, Fields], code: Mapping[str, Fields]) -> list[str]:
    """Tell what was published and does not hold any more: sentences, in order."""
    found = []
    for name, then in published.items():
        now = code.get(name)
        if now is None:
            found.append(f"{name} was removed")
        else:
            found += [f"{name}.{each}" for each in _broken_fields(then, now)]
            found += [f"{name}.{each}" for each in _other_defaults(then, now)]
    return found


def grown(published: Mapping[str, Fields], code: Mapping[str, Fields]) -> Listing:
    """Return what was published together with what is new; new fields are optional."""
    return {
        name: {
            "required": dict(published.get(name, now)["required"]),
            "optional": dict(now["optional"]),
            "defaults": dict(now["defaults"]),
        }
        for name, now in code.items()
    }


def _broken_fields(then: Fields, now: Fields) -> Iterator[str]:
    types_then = then["required"] | then["optional"]
    types_now = now["required"] | now["optional"]
    for name, kind in types_then.items():
        if name not in types_now:
            yield f"{name} was removed"
        elif types_now[name] != kind:
            yield f"{name} was {kind} and is {types_now[name]}"
        elif name in then["optional"] and name in now["required"]:
            yield f"{name} was made required"
        elif name in then["required"] and name in now["optional"]:
            yield f"{name} was made optional: those who have it required refuse events without it"
    for name in now["required"]:
        if name not in types_then:
            yield f"{name} is new and required"


def _other_defaults(then: Fields, now: Fields) -> Iterator[str]:
    for name, default in then.get("defaults", {}).items():
        means = now.get("defaults", {}).get(name)
        if name in now["optional"] and means != default:
            yield f"{name} meant {default} where it is missing and means {means}"


def _fields_of(kind: Any) -> Fields:
    hints = get_type_hints(kind)
    found: Fields = {"required": {}, "optional": {}, "defaults": {}}
    for each in fields(kind):
        default = each.default if each.default_factory is MISSING else each.default_factory()
        optional = default is not MISSING
        found["optional" if optional else "required"][each.name] = _type_name(hints[each.name])
        if optional:
            found["defaults"][each.name] = repr(default)
    return found


def _type_name(hint: Any) -> str:
    """Name a field's type as it is written in a contract."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return " | ".join(_type_name(each) for each in arguments)
    if origin is not None:
        return f"{origin.__name__}[{', '.join(_argument(each) for each in arguments)}]"
    if isinstance(hint, type) and issubclass(hint, Enum):
        # Who does not know a member refuses the event, as with one of a Literal.
        return f"{hint.__name__}[{', '.join(_argument(each.value) for each in hint)}]"
    return "None" if hint is type(None) else str(hint.__name__)


def _argument(argument: Any) -> str:
    if argument is Ellipsis:
        return "..."
    return f'"{argument}"' if isinstance(argument, str) else _type_name(argument)
