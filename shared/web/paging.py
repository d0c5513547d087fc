"""The page that every list is given in: items, and a cursor that leads to the next ones."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Self, TypeVar

from shared.errors import RuleViolated
from shared.strict_json import dumps, loads

T = TypeVar("T")

LIMIT_DEFAULT = 50
LIMIT_MOST = 200
_CURSOR_MOST = 2000
_INSTANT = "$at"


class BadCursor(RuleViolated):
    """The cursor was not given by this list."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is wanted.

    Attributes:
        limit: Items at the most, 1 to 200.
        after: Values of the sort fields of the last item of the page before, in order; ``None``
            for the first page. They come from outside: check how many there are.
    """

    limit: int = LIMIT_DEFAULT
    after: list[Any] | None = None

    @classmethod
    def of(cls, limit: int = LIMIT_DEFAULT, cursor: str | None = None) -> Self:
        """Read a request's ``limit`` and ``cursor``.

        Raises:
            BadCursor: The cursor cannot be one of ours.
        """
        return cls(limit, None if cursor is None else _read(cursor))

    def position(self, fields: int) -> list[Any] | None:
        """Return ``after``, which must hold so many values.

        Raises:
            BadCursor: It was given by a list with another order.
        """
        if self.after is not None and len(self.after) != fields:
            raise BadCursor("The cursor belongs to another list.", field="cursor")
        return self.after


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list.

    Attributes:
        items: In the list's order.
        next_cursor: Leads to the next page; ``None`` on the last one.
    """

    items: Sequence[T]
    next_cursor: str | None = None

    @classmethod
    def of(cls, items: Sequence[T], after: list[Any] | None) -> "Page[T]":
        """Return a page.

        Args:
            items: In the list's order.
            after: The last item's values of the sort fields, when there are more items.
        """
        return cls(items, None if after is None else _written(after))


def _written(values: list[Any]) -> str:
    plain = [{_INSTANT: v.isoformat()} if isinstance(v, datetime) else v for v in values]
    return base64.urlsafe_b64encode(dumps(plain)).rstrip(b"=").decode()


def _read(cursor: str) -> list[Any]:
    try:
        padded = cursor[:_CURSOR_MOST] + "=" * (-len(cursor) % 4)
        return _scalars(loads(base64.b64decode(padded, altchars=b"-_", validate=True)))
    except (ValueError, TypeError, KeyError):
        raise BadCursor("The cursor was not given by this list.", field="cursor") from None


def _scalars(values: Any) -> list[Any]:
    """Return strings, numbers, instants and ``None``; nothing else may reach a query."""
    if not isinstance(values, list):
        raise TypeError("no list")
    return [_scalar(value) for value in values]


def _scalar(value: Any) -> Any:
    if isinstance(value, dict):
        moment = datetime.fromisoformat(value[_INSTANT])
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    if value is not None and not isinstance(value, str | int | float):
        raise TypeError("no scalar")
    return value
