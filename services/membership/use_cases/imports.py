"""Load, decide, save: imports."""

from datetime import datetime

from services.membership.domain.columns import ImportKind
from services.membership.domain.import_rows import RowResult
from services.membership.domain.imports import (
    Import,
    ImportReport,
    ImportState,
    ReportedRow,
    Sheet,
)
from services.membership.domain.register import ImportResult
from services.membership.repository import CityRepository, PersonRepository, Repositories
from services.membership.use_cases.import_rows import accept_cities, accept_people, judge_rows
from shared.web.paging import Page, PageRequest


def preview_import(
    here: Repositories, import_id: str, sheet: Sheet, *, commit: bool, at: datetime
) -> ImportReport:
    """Judge the rows of a sheet; commits what is good at once if that is asked for."""
    parts = judge_rows(here, sheet, at=at)
    made = Import.preview(import_id, sheet.kind, sheet.columns, parts, at=at)
    if commit:
        made.commit(at=at)
    here.imports.save(made)
    return ImportReport(sheet_import=made, applied=0)


def commit_import(here: Repositories, import_id: str, *, at: datetime) -> ImportReport:
    """Have the good rows of an import applied."""
    found = here.imports.get(import_id)
    found.commit(at=at)
    here.imports.save(found)
    return ImportReport(sheet_import=found, applied=0)


def cancel_import(here: Repositories, import_id: str, *, at: datetime) -> ImportReport:
    """Give an import up."""
    found = here.imports.get(import_id)
    found.cancel(at=at)
    here.imports.save(found)
    return ImportReport(sheet_import=found, applied=0)


def report_import(here: Repositories, import_id: str) -> ImportReport:
    """Tell how far an import has come."""
    found = here.imports.get(import_id)
    if found.state is ImportState.COMMITTED:
        return ImportReport(
            sheet_import=found, applied=_subjects(here, found).applied_rows(found.id)
        )
    return ImportReport(sheet_import=found, applied=found.applied)


def list_rows(
    here: Repositories, import_id: str, page: PageRequest, *, result: RowResult | None
) -> Page[ReportedRow]:
    """Return rows in order of the sheet, and what they have come to."""
    found = here.imports.get(import_id)
    (after,) = page.position(1) or (0,)
    below = found.rows_after(after, result)
    rows = [row for row, _ in zip(below, range(page.limit + 1), strict=False)]
    shown = rows[: page.limit]
    outcomes = _outcomes(here, found, [row.number for row in shown])
    headings = {each.field: each.heading for each in found.columns if each.field is not None}
    reported = [
        ReportedRow(row=row, headings=headings, outcome=outcomes.get(row.number)) for row in shown
    ]
    return Page.of(reported, [shown[-1].number] if len(rows) > page.limit else None)


def accept_part(here: Repositories, import_id: str, part: int) -> None:
    """Accept the good rows of a part, if it is the next one."""
    found = here.imports.get(import_id)
    if not found.is_next(part) or found.committed_at is None:
        return
    accept = accept_cities if found.kind is ImportKind.CITIES else accept_people
    found.accept_part(part, accept(here, import_id, found.parts[part], at=found.committed_at))
    here.imports.save(found)


def watch_import(here: Repositories, import_id: str, *, at: datetime) -> None:
    """Complete an import whose rows were all applied; look again later at any other."""
    found = here.imports.get(import_id)
    subjects = _subjects(here, found)
    if subjects.applied_rows(import_id) >= found.good:
        found.complete(subjects.outcomes_of(import_id), at=at)
    else:
        found.look_again(at=at)
    here.imports.save(found)


def forget_import(here: Repositories, import_id: str, *, at: datetime) -> None:
    """Forget what the rows of an import said."""
    found = here.imports.get(import_id)
    found.forget(at=at)
    here.imports.save(found)


def _subjects(here: Repositories, found: Import) -> CityRepository | PersonRepository:
    """Return where those are kept whom the rows are about."""
    return here.cities if found.kind is ImportKind.CITIES else here.people


def _outcomes(here: Repositories, found: Import, rows: list[int]) -> dict[int, ImportResult]:
    if found.state is ImportState.COMMITTED:
        return _subjects(here, found).outcomes_of(found.id, rows)
    return found.outcome_by_row
