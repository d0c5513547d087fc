"""Doors of imports."""

from services.membership.domain.import_rows import RowResult
from services.membership.domain.imports import (
    FORGOTTEN,
    WATCHED,
    Import,
    ImportReport,
    ReportedRow,
    Sheet,
)
from services.membership.repository import Repositories
from services.membership.schemas.imports import (
    ImportRowSchema,
    ImportSchema,
    ListImportRowsSchema,
    StartImportSchema,
)
from services.membership.use_cases import imports
from shared.clock import utc_now
from shared.timers import timer
from shared.web.auth import ORGANISER
from shared.web.http import http
from shared.web.paging import Page, PageRequest

SHEET_BYTES = 4_194_304
"""Size limit of a body with a sheet in it: 4 MiB."""


class ImportDoors:
    """What can be asked and done about imports."""

    @http(
        "POST",
        "/v1/imports",
        takes=StartImportSchema,
        gives=ImportSchema,
        creates=True,
        body_bytes=SHEET_BYTES,
        allow=ORGANISER,
    )
    def preview_import(self: Repositories, new_id: str, sheet: Sheet, commit: bool) -> ImportReport:  # noqa: FBT001 - as it is asked for
        """Tell what each row of a sheet would do, and do it at once if ``commit`` says so."""
        return imports.preview_import(self, new_id, sheet, commit=commit, at=utc_now())

    @http("GET", "/v1/imports/<import_id>", gives=ImportSchema, allow=ORGANISER)
    def get_import(self: Repositories, import_id: str) -> ImportReport:
        """Tell how far an import has come."""
        return imports.report_import(self, import_id)

    @http(
        "GET",
        "/v1/imports/<import_id>/rows",
        takes=ListImportRowsSchema,
        lists=ImportRowSchema,
        allow=ORGANISER,
    )
    def list_import_rows(
        self: Repositories, import_id: str, page: PageRequest, result: RowResult | None
    ) -> Page[ReportedRow]:
        """List the rows of an import, in order of the sheet."""
        return imports.list_rows(self, import_id, page, result=result)

    @http("POST", "/v1/imports/<import_id>/commitment", gives=ImportSchema, allow=ORGANISER)
    def commit_import(self: Repositories, import_id: str) -> ImportReport:
        """Have the good rows of an import applied, part by part."""
        return imports.commit_import(self, import_id, at=utc_now())

    @http("POST", "/v1/imports/<import_id>/cancellation", gives=ImportSchema, allow=ORGANISER)
    def cancel_import(self: Repositories, import_id: str) -> ImportReport:
        """Give up an import that was not committed, and forget what its rows said."""
        return imports.cancel_import(self, import_id, at=utc_now())

    @timer(WATCHED, Import)
    def watch_import(self: Repositories, import_id: str) -> None:
        """Complete the import once all its rows were applied."""
        imports.watch_import(self, import_id, at=utc_now())

    @timer(FORGOTTEN, Import)
    def forget_import(self: Repositories, import_id: str) -> None:
        """Forget what the rows said."""
        imports.forget_import(self, import_id, at=utc_now())
