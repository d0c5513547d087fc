"""Rows of an import: what each would do, and what it says, packed in parts.

An import keeps its rows in its own document, since a command saves one. Ten thousand rows would
take seconds to be read from it one by one, so that they are kept in parts as JSON, deflated, and a
part is opened when somebody asks for it.
"""

import json
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from services.membership.domain.register import ImportResult

PART_ROWS = 100
"""Rows of one part; their events are saved together."""


class RowResult(StrEnum):
    """What a row would do, as things stood when it was judged."""

    WOULD_CREATE = "would_create"
    WOULD_CHANGE = "would_change"
    UNCHANGED = "unchanged"
    CONTRADICTED = "contradicted"
    """It states another standing than was decided since, or than a newer import states."""
    REFUSED = "refused"


RESULTS = {
    ImportResult.CREATED: RowResult.WOULD_CREATE,
    ImportResult.CHANGED: RowResult.WOULD_CHANGE,
    ImportResult.UNCHANGED: RowResult.UNCHANGED,
    ImportResult.CONTRADICTED: RowResult.CONTRADICTED,
}
"""What a row would do, by what it has done to a copy."""


@dataclass(frozen=True, kw_only=True)
class CellError:
    """Why a row is refused.

    Attributes:
        column: Our name of the field; ``row`` when it is about the whole row.
        code: In snake_case.
        message: One sentence.
    """

    column: str
    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class RowWarning:
    """What somebody should look at, although the row is taken.

    Attributes:
        code: In snake_case.
        message: One sentence.
        person_id: The person that it is about.
    """

    code: str
    message: str
    person_id: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a row would change.

    Attributes:
        field: Its name.
        old: Until now; ``None`` when there was nothing.
        new: From then on.
    """

    field: str
    old: str | None
    new: str


@dataclass(frozen=True, kw_only=True)
class ImportRow:
    """A row of an import.

    Attributes:
        number: Of the row in its sheet.
        subject: Id of the city or person; empty when that cannot be told.
        label: The name as written.
        result: What it would do.
        changes: What of; in order of the fields.
        errors: Why it is refused.
        warnings: What to look at.
        said: What is applied, as its kind of row writes it; empty when it is refused.
    """

    number: int
    subject: str
    label: str
    result: RowResult
    changes: tuple[Change, ...] = ()
    errors: tuple[CellError, ...] = ()
    warnings: tuple[RowWarning, ...] = ()
    said: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def refused(cls, number: int, subject: str, label: str, *errors: CellError) -> Self:
        """Return a row that is not applied."""
        return cls(
            number=number, subject=subject, label=label, result=RowResult.REFUSED, errors=errors
        )


def repeated(number: int, subject: str, label: str, first: int, column: str) -> ImportRow:
    """Return a row about what an earlier row of the sheet is about."""
    error = CellError(column=column, code="repeated", message=f"Row {first} is about the same.")
    return ImportRow.refused(number, subject, label, error)


def changes(before: dict[str, str] | None, after: dict[str, str]) -> tuple[Change, ...]:
    """Return what differs, in order of the fields.

    Args:
        before: What was known, as text by field; ``None`` of what is new.
        after: What would be known then.
    """
    old = before or {}
    return tuple(
        Change(field=name, old=old.get(name), new=text)
        for name, text in after.items()
        if text != old.get(name, "")
    )


@dataclass(frozen=True, kw_only=True)
class ImportPart:
    """Some rows that follow one another in their sheet.

    Attributes:
        last: Number of the last one.
        results: How many have each result.
        shown: The rows but what they say; deflated JSON.
        said: What the good ones say; deflated JSON. Empty once they were applied.
    """

    last: int
    results: dict[str, int]
    shown: bytes
    said: bytes

    @classmethod
    def of(cls, rows: Iterable[ImportRow]) -> Self:
        """Pack rows, one at least."""
        judged = list(rows)
        return cls(
            last=judged[-1].number,
            results=dict(Counter(row.result.value for row in judged)),
            shown=_packed([_plain(row) for row in judged]),
            said=_packed([row.said for row in judged if row.said]),
        )

    def applied(self) -> Self:
        """Return it without what its rows say, which nobody needs any more."""
        return replace(self, said=b"")

    @property
    def rows(self) -> list[ImportRow]:
        """The rows, in order of the sheet, without what they say."""
        return [_row(plain) for plain in _unpacked(self.shown)]

    @property
    def good(self) -> list[dict[str, Any]]:
        """What the good rows say, in order of the sheet."""
        return list(_unpacked(self.said))


def _plain(row: ImportRow) -> dict[str, Any]:
    lists = {
        name: [vars(each) for each in getattr(row, name)]
        for name in ("changes", "errors", "warnings")
    }
    return {**vars(row), **lists, "said": {}}


def _row(plain: dict[str, Any]) -> ImportRow:
    return ImportRow(
        **{
            **plain,
            "result": RowResult(plain["result"]),
            "changes": tuple(Change(**each) for each in plain["changes"]),
            "errors": tuple(CellError(**each) for each in plain["errors"]),
            "warnings": tuple(RowWarning(**each) for each in plain["warnings"]),
        }
    )


def _packed(plain: Any) -> bytes:
    return zlib.compress(json.dumps(plain, ensure_ascii=False).encode())


def _unpacked(packed: bytes) -> Any:
    return json.loads(zlib.decompress(packed))
