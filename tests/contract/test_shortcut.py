import dataclasses
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from deploy.contracts.language import contracts, name_of
from deploy.contracts.samples import sample_of
from shared.messaging import shortcut
from shared.messaging.serialization import schema_of

CONTRACTS: dict[str, Any] = {name_of(each): each for each in contracts()}
ODD_JSON = (
    None,
    True,
    0,
    7,
    1.5,
    "",
    "odd",
    "2024-12-07",
    "2024-12-07T05:00:00",
    [],
    [1],
    ["a"],
    {},
)
ODD_VALUES = (*ODD_JSON, (), (1,), date(2024, 1, 2), datetime(2024, 1, 2, tzinfo=UTC), object())

every_contract = pytest.mark.parametrize("name", sorted(CONTRACTS))


@every_contract
def test_what_is_as_the_contract_says_goes_the_short_way_to_the_same_end(name: str) -> None:
    schema, body = schema_of(CONTRACTS[name]), sample_of(CONTRACTS[name])

    event = shortcut.read(body, CONTRACTS[name])

    assert event == CONTRACTS[name](**schema.load(body))
    assert shortcut.write(event) == body
    assert list(shortcut.write(event)) == list(schema.dump(event))


@every_contract
def test_the_short_way_reads_nothing_that_the_schema_reads_otherwise(name: str) -> None:
    schema, body = schema_of(CONTRACTS[name]), sample_of(CONTRACTS[name])

    for path in paths(body):
        for odd in ODD_JSON:
            strange = replaced(body, path, odd)
            try:
                event = shortcut.read(strange, CONTRACTS[name])
            except shortcut.NOT_SO_SHORT:
                continue
            assert event == CONTRACTS[name](**schema.load(strange)), (path, odd)


@every_contract
def test_the_short_way_writes_nothing_that_the_schema_writes_otherwise(name: str) -> None:
    schema = schema_of(CONTRACTS[name], strict=True)
    event = shortcut.read(sample_of(CONTRACTS[name]), CONTRACTS[name])

    for strange in strange_events(event):
        try:
            body = shortcut.write(strange)
        except shortcut.NOT_SO_SHORT:
            continue
        assert body == schema.dump(strange)
        assert schema.validate(body) == {}


def test_an_instant_is_written_in_utc_to_the_millisecond() -> None:
    noon = datetime(2024, 12, 7, 12, 0, 0, 1999, timezone(timedelta(hours=1)))

    assert shortcut.written_instant(noon) == "2024-12-07T11:00:00.001Z"


@pytest.mark.parametrize("text", ["2024-12-07T05:00:00", "noon", 5, None])
def test_an_instant_without_an_offset_or_not_in_text_is_not_read(text: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        shortcut.read_instant(text)


def paths(body: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = body.items() if isinstance(body, dict) else enumerate(body)
    for step, value in steps:
        yield (*above, step)
        if isinstance(value, dict | list):
            yield from paths(value, (*above, step))


def replaced(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    copy = deepcopy(body)
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return copy


def strange_events(value: Any) -> Iterator[Any]:
    """Give copies of a contract's value, each with one odd thing somewhere inside."""
    for field in dataclasses.fields(value):
        inner = getattr(value, field.name)
        for odd in ODD_VALUES:
            yield dataclasses.replace(value, **{field.name: odd})
        if dataclasses.is_dataclass(inner):
            for strange in strange_events(inner):
                yield dataclasses.replace(value, **{field.name: strange})
        if isinstance(inner, tuple) and inner and dataclasses.is_dataclass(inner[0]):
            for strange in strange_events(inner[0]):
                yield dataclasses.replace(value, **{field.name: (strange,)})
