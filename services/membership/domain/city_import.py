"""Imports of cities: what each row said, and which rows were taken."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.membership.domain.description import CityDescription
from services.membership.domain.register import ImportResult
from shared.contracts.membership import CityRowAccepted, Precision
from shared.domain import Aggregate
from shared.errors import NotFound


class UnknownImport(NotFound):
    """There is no such import."""


class RowResult(StrEnum):
    """What became of a row when it was read."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class CityRow:
    """A row as it was read.

    Attributes:
        city_id: The city; as written, if that can be read.
        description: What is known of it; ``None`` when the row has errors.
        member_since: Day from which it is a member, or ``None`` for an applicant.
        precision: How well ``member_since`` is known.
        left_since: Day from which it is a member no more, or ``None``.
        errors: ``<column>: <code>`` each, by column.
    """

    city_id: str
    description: CityDescription | None = None
    member_since: date | None = None
    precision: Precision = "day"
    left_since: date | None = None
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ImportRow:
    """A row of an import.

    Attributes:
        number: The first below the header is 1.
        city_id: As written.
        result: Whether it was taken.
        errors: Why not: ``<column>: <code>`` each; empty when it was taken.
    """

    number: int
    city_id: str
    result: RowResult
    errors: tuple[str, ...] = ()


@dataclass(kw_only=True, eq=False)
class CityImport(Aggregate):
    """A sheet of cities that was handed in; its cities follow row by row.

    Attributes:
        started_at: When, UTC.
        rows: In order of the sheet.
    """

    started_at: datetime
    rows: tuple[ImportRow, ...]

    @classmethod
    def start(cls, import_id: str, rows: Iterable[CityRow], *, at: datetime) -> "CityImport":
        """Take a sheet; records ``CityRowAccepted`` for each good row.

        A bad row never blocks the others. Of two good rows about one city the first is taken.
        """
        judged = []
        taken: set[str] = set()
        accepted = []
        for number, row in enumerate(rows, start=1):
            errors = row.errors or (("city_id: repeated",) if row.city_id in taken else ())
            if row.description is not None and not errors:
                taken.add(row.city_id)
                accepted.append(_accepted(import_id, number, row, row.description, at))
            result = RowResult.REFUSED if errors else RowResult.ACCEPTED
            judged.append(
                ImportRow(number=number, city_id=row.city_id, result=result, errors=errors)
            )
        started = cls(id=import_id, started_at=at, rows=tuple(judged))
        for event in accepted:
            started.record(event)
        return started


@dataclass(frozen=True, kw_only=True)
class ReportedRow:
    """A row, and what it has come to.

    Attributes:
        row: The row.
        outcome: What it has done to its city; ``None`` when it was refused or is under way.
    """

    row: ImportRow
    outcome: ImportResult | None


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """An import and how far it has come.

    Attributes:
        city_import: The import.
        outcomes: What rows have done to their cities, by number; those under way are missing.
    """

    city_import: CityImport
    outcomes: dict[int, ImportResult]

    @property
    def rows(self) -> list[ReportedRow]:
        """Every row, in order of the sheet."""
        outcome = self.outcomes.get
        return [ReportedRow(row=row, outcome=outcome(row.number)) for row in self.city_import.rows]

    @property
    def accepted(self) -> int:
        """Rows that were taken."""
        return sum(each.result is RowResult.ACCEPTED for each in self.city_import.rows)

    @property
    def refused(self) -> int:
        """Rows that were not."""
        return len(self.city_import.rows) - self.accepted

    @property
    def applied(self) -> int:
        """Rows that their cities have taken over."""
        return len(self.outcomes)


def _accepted(
    import_id: str, number: int, row: CityRow, description: CityDescription, at: datetime
) -> CityRowAccepted:
    return CityRowAccepted(
        import_id=import_id,
        row=number,
        city_id=row.city_id,
        member_since=row.member_since,
        precision=row.precision,
        left_since=row.left_since,
        occurred_at=at,
        **vars(description),
    )
