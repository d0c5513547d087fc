"""Imports: sheets of cities or people that are looked at first, and then applied part by part."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.membership.domain.city_row import CityRow
from services.membership.domain.columns import Column, ImportKind
from services.membership.domain.import_rows import CellError, ImportPart, ImportRow, RowResult
from services.membership.domain.person_row import PersonRow
from services.membership.domain.register import ImportResult
from shared.contracts.membership import (
    CityRowAccepted,
    ImportCancelled,
    ImportCommitted,
    ImportCompleted,
    ImportPartAccepted,
    ImportPreviewed,
    PersonRowAccepted,
)
from shared.domain import Aggregate
from shared.errors import Conflict, NotFound

KEPT = timedelta(days=30)
"""How long rows are kept after they were handed in, and after they were applied."""
LOOK = timedelta(seconds=1)
"""The pause before somebody looks whether all rows were applied; it grows with the time taken."""
WATCHED = "import_watched"
FORGOTTEN = "import_forgotten"


class UnknownImport(NotFound):
    """There is no such import."""


class NotPreviewed(Conflict):
    """The import was committed or cancelled before."""

    rule = "An import is committed or cancelled once."


class ImportState(StrEnum):
    """How far an import has come."""

    PREVIEWED = "previewed"
    """Its rows were judged, and nothing is changed."""
    COMMITTED = "committed"
    """Its good rows are being applied."""
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet as it was read.

    Attributes:
        kind: What it is about.
        columns: From the left, and what each was taken for.
        rows: Those that are not blank, from the top; all of its kind.
    """

    kind: ImportKind
    columns: tuple[Column, ...]
    rows: Sequence[CityRow] | Sequence[PersonRow]


@dataclass(kw_only=True, eq=False)
class Import(Aggregate):
    """A sheet that was handed in.

    Attributes:
        kind: What it is about.
        state: How far it has come.
        columns: From the left, and what each was taken for.
        parts: Its rows; none once they were forgotten.
        results: How many rows have each result.
        accepted_parts: How many parts were accepted, from the first one on.
        outcomes: Numbers of the rows by what they have done; filled when it is completed.
        previewed_at, committed_at, completed_at, cancelled_at: When, UTC; ``None`` before.
    """

    kind: ImportKind
    columns: tuple[Column, ...]
    previewed_at: datetime
    state: ImportState = ImportState.PREVIEWED
    parts: tuple[ImportPart, ...] = ()
    results: dict[str, int] = field(default_factory=dict)
    accepted_parts: int = 0
    outcomes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    committed_at: datetime | None = None
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None

    @classmethod
    def preview(
        cls,
        import_id: str,
        kind: ImportKind,
        columns: tuple[Column, ...],
        parts: Iterable[ImportPart],
        *,
        at: datetime,
    ) -> "Import":
        """Take a sheet whose rows were judged, one at least; records ``ImportPreviewed``."""
        made = cls(id=import_id, kind=kind, columns=columns, previewed_at=at, parts=tuple(parts))
        made.results = dict(sum((Counter(each.results) for each in made.parts), Counter[str]()))
        made.record(
            ImportPreviewed(
                import_id=import_id,
                kind=kind.value,
                rows=made.rows,
                refused=made.refused,
                occurred_at=at,
            )
        )
        made.set_timer(FORGOTTEN, at + KEPT)
        return made

    # -- what it holds --------------------------------------------------------------------------

    @property
    def rows(self) -> int:
        """Rows that are not blank."""
        return sum(self.results.values())

    @property
    def refused(self) -> int:
        """Rows that are not applied."""
        return self.results.get(RowResult.REFUSED, 0)

    @property
    def good(self) -> int:
        """Rows that are applied when it is committed."""
        return self.rows - self.refused

    @property
    def applied(self) -> int:
        """Rows that were applied, as far as it knows: none until it is completed."""
        return sum(map(len, self.outcomes.values()))

    @property
    def outcome_by_row(self) -> dict[int, ImportResult]:
        """What the rows have done, by number; empty until it is completed."""
        return {
            number: ImportResult(result)
            for result, numbers in self.outcomes.items()
            for number in numbers
        }

    def rows_after(self, number: int, result: RowResult | None) -> Iterator[ImportRow]:
        """Give the rows below one, in order of the sheet; those with a result if given."""
        for part in self.parts:
            if part.last > number and (result is None or result in part.results):
                yield from (
                    row for row in part.rows if row.number > number and result in (None, row.result)
                )

    # -- what becomes of it ---------------------------------------------------------------------

    def commit(self, *, at: datetime) -> None:
        """Have the good rows applied; records ``ImportCommitted``.

        Raises:
            NotPreviewed: It was committed or cancelled before.
        """
        self._leave_preview()
        self.state, self.committed_at = ImportState.COMMITTED, at
        self.cancel_timer(FORGOTTEN)
        self.set_timer(WATCHED, at + LOOK)
        self.record(ImportCommitted(import_id=self.id, kind=self.kind.value, occurred_at=at))

    def cancel(self, *, at: datetime) -> None:
        """Give it up, and forget what its rows said; records ``ImportCancelled``.

        Raises:
            NotPreviewed: It was committed or cancelled before.
        """
        self._leave_preview()
        self.state, self.cancelled_at, self.parts = ImportState.CANCELLED, at, ()
        self.cancel_timer(FORGOTTEN)
        self.record(ImportCancelled(import_id=self.id, occurred_at=at))

    def is_next(self, part: int) -> bool:
        """Tell whether a part is the one to be accepted now."""
        return self.state is ImportState.COMMITTED and self.accepted_parts == part < len(self.parts)

    def accept_part(
        self, part: int, rows: Sequence[CityRowAccepted] | Sequence[PersonRowAccepted]
    ) -> None:
        """Note that the good rows of the next part were accepted; records them and the part."""
        self.accepted_parts = part + 1
        for row in rows:
            self.record(row)
        at = self.committed_at or self.previewed_at
        self.record(ImportPartAccepted(import_id=self.id, part=part, occurred_at=at))

    def look_again(self, *, at: datetime) -> None:
        """Have somebody look later whether all rows were applied."""
        taken = at - (self.committed_at or at)
        self.set_timer(WATCHED, at + max(LOOK, taken / 10))

    def complete(self, outcomes: Mapping[int, ImportResult], *, at: datetime) -> None:
        """Note what all rows have done; records ``ImportCompleted``.

        Args:
            outcomes: What each good row has done, by its number.
            at: Now, UTC.
        """
        self.state, self.completed_at = ImportState.COMPLETED, at
        self.parts = tuple(each.applied() for each in self.parts)
        self.outcomes = {
            result.value: tuple(sorted(n for n, each in outcomes.items() if each is result))
            for result in ImportResult
        }
        self.set_timer(FORGOTTEN, at + KEPT)
        self.record(
            ImportCompleted(
                import_id=self.id,
                kind=self.kind.value,
                refused=self.refused,
                occurred_at=at,
                **{result: len(numbers) for result, numbers in self.outcomes.items()},
            )
        )

    def forget(self, *, at: datetime) -> None:
        """Forget what the rows said; what was not committed until now is cancelled."""
        if self.state is ImportState.PREVIEWED:
            self.cancel(at=at)
        self.parts = ()

    def _leave_preview(self) -> None:
        if self.state is not ImportState.PREVIEWED:
            raise NotPreviewed(f"The import is {self.state.value}.", state=self.state.value)


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """An import and how far it has come.

    Attributes:
        sheet_import: The import.
        applied: How many of its rows were applied.
    """

    sheet_import: Import
    applied: int

    @property
    def outcomes(self) -> dict[str, int]:
        """How many rows have done what; empty until it is completed."""
        return {result: len(rows) for result, rows in self.sheet_import.outcomes.items()}


@dataclass(frozen=True, kw_only=True)
class ReportedRow:
    """A row, and what it has come to.

    Attributes:
        row: The row.
        headings: Heading of the column by field.
        outcome: What it has done; ``None`` when it was refused, or is not applied yet.
    """

    row: ImportRow
    headings: Mapping[str, str]
    outcome: ImportResult | None

    @property
    def errors(self) -> list[CellError]:
        """Why it is refused, under the headings that the sheet has."""
        return [
            replace(each, column=self.headings.get(each.column, each.column))
            for each in self.row.errors
        ]
