"""``docs/events.md``: each event with its fields, who publishes it and who hears it."""

import types
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import date, datetime
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from deploy.contracts.language import contracts, contracts_of, values
from deploy.docs.docstrings import described
from shared.domain import Event

_HEAD = """\
# Events

*Written by `make docs` from [the contracts](../shared/contracts/__init__.py) and the services'
`@subscribe` declarations; change those.*

An event is a JSON body with the fields below and `occurred_at`, the instant at which it became
true on the domain's clock. Its headers are those of CloudEvents 1.0 in binary mode, prefixed `ce-`.
Whoever may read from the broker can follow: bind a queue to the exchange `<service>.events` with an
event's name as the routing key.

| header | what it says |
|---|---|
| `ce-id` | the event's identity (UUIDv7); also the AMQP message id |
| `ce-type` | `zirve.<service>.<Event>.v1` |
| `ce-source` | `/<service>/<collection>` of the aggregate that it happened to |
| `ce-subject` | that aggregate's id |
| `ce-sequence` | its place among those of that aggregate: 1, 2, 3 …, far higher after a restore |
| `ce-time` | as `occurred_at` |
| `ce-correlationid` | the same from the first request to the last mail |
| `ce-causationid` | the event or request that led to it |
| `traceparent` | W3C Trace Context: the first request's trace, and what has published this |

An *instant* is RFC 3339 in UTC with milliseconds, a *date* ISO 8601. **personal** marks personal
data; **restricted** events carry contact data and are never logged or passed on to anybody outside.
A field marked *optional* may be missing, as in events that were published before it was added. The
language [only grows](../CONTRIBUTING.md#a-new-event): nothing in it is removed, renamed or retyped.
"""

_JSON: dict[Any, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    datetime: "instant",
    date: "date",
    type(None): "null",
}


def catalogue(heard: Mapping[str, Mapping[str, Iterable[str]]]) -> str:
    """Return the page's text.

    Args:
        heard: By service, the names of the events it subscribes to, by publisher.
    """
    parts = [_HEAD]
    publishers = list(dict.fromkeys(each.publisher() for each in contracts()))
    for publisher in publishers:
        stated = contracts_of(publisher)
        hearers = {each: _hearers(each, heard) for each in stated}
        parts.append(f"## {publisher}\n")
        parts.append(table(("event", "heard by"), ((_link(e), h) for e, h in hearers.items())))
        parts += [_section(each, hearers[each]) for each in stated]
    parts.append("## Values\n\nWhat fields hold where one value is not enough.\n")
    parts += [_value(each) for each in values()]
    return "\n".join(parts)


def _hearers(contract: type[Event], heard: Mapping[str, Mapping[str, Iterable[str]]]) -> str:
    publisher = contract.publisher()
    names = [s for s in heard if contract.__name__ in heard[s].get(publisher, ())]
    return ", ".join("itself" if name == publisher else name for name in names) or "nobody yet"


def _section(contract: type[Event], hearers: str) -> str:
    mark = " **Restricted.**" if contract.restricted else ""
    text = _markdown(described(contract).text)
    return f"### {contract.__name__}\n\n{text}{mark}\n\nHeard by: {hearers}.\n\n{_fields(contract)}"


def _value(kind: type) -> str:
    return f"### {kind.__name__}\n\n{_markdown(described(kind).text)}\n\n{_fields(kind)}"


def _fields(kind: Any) -> str:
    hints = get_type_hints(kind)
    meanings = described(kind).attributes
    rows = [
        (f"`{each.name}`", _type(each, hints[each.name]), _markdown(meanings[each.name]))
        for each in fields(kind)
        if each.name != "occurred_at"
    ]
    return table(("field", "type", "what it is"), rows)


def _type(field: "Field[Any]", hint: Any) -> str:
    marks = []
    if field.default is not MISSING or field.default_factory is not MISSING:
        marks.append("optional")
    if field.metadata.get("personal"):
        marks.append("**personal**")
    return ", ".join([_json_type(hint), *marks])


def _json_type(hint: Any) -> str:
    """Name a type as somebody sees it who reads JSON."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return " or ".join(_json_type(each) for each in arguments)
    if origin is Literal:
        return " or ".join(f"`{each}`" for each in arguments)
    if origin in (tuple, dict):
        inner = _json_type(arguments[origin is dict])
        return f"{'object of' if origin is dict else 'list of'} {inner}"
    return _JSON.get(hint) or _link(hint)


def _link(contract: type) -> str:
    return f"[{contract.__name__}](#{contract.__name__.lower()})"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    cells = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def _markdown(text: str) -> str:
    return text.replace("``None``", "`null`").replace("``", "`")
