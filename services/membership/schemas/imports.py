"""Imports as JSON."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.membership.domain.columns import ImportKind
from services.membership.domain.import_rows import RowResult
from services.membership.domain.imports import ImportState
from services.membership.domain.register import ImportResult
from services.membership.domain.sheet import DateOrder
from services.membership.schemas.sheets import File, read
from shared.web.fields import BooleanField, InstantField

_LINE = validate.Length(1, 200)


class StartImportSchema(Schema):
    """A sheet of cities or people.

    ``content`` is text for CSV and base64 for XLSX; ``mapping`` leads from our fields to headings
    of the sheet, where these do not tell by themselves.
    """

    kind = fields.Enum(ImportKind, by_value=True, required=True, attribute="sheet.kind")
    format = fields.String(
        required=True, validate=validate.OneOf(("csv", "xlsx")), attribute="sheet.format"
    )
    content = fields.String(required=True, attribute="sheet.content")
    mapping = fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=_LINE),
        load_default=dict,
        attribute="sheet.mapping",
    )
    sheet = fields.String(load_default=None, validate=_LINE, attribute="sheet.name")
    date_order = fields.Enum(
        DateOrder, by_value=True, load_default=None, attribute="sheet.date_order"
    )
    commit = BooleanField(load_default=False)

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the sheet as the domain knows it."""
        return {**loaded, "sheet": read(File(**loaded["sheet"]))}


class ColumnSchema(Schema):
    """A column, and what it was taken for; ``null`` when it is ignored."""

    heading = fields.String(required=True)
    field = fields.String(required=True, allow_none=True)


class ImportSchema(Schema):
    """An import and how far it has come.

    ``results`` are of the preview, ``outcomes`` of what was applied; the latter come when the
    import is completed.
    """

    id = fields.String(required=True, attribute="sheet_import.id")
    kind = fields.Enum(ImportKind, by_value=True, required=True, attribute="sheet_import.kind")
    state = fields.Enum(ImportState, by_value=True, required=True, attribute="sheet_import.state")
    columns = fields.List(
        fields.Nested(ColumnSchema), required=True, attribute="sheet_import.columns"
    )
    rows = fields.Integer(required=True, attribute="sheet_import.rows")
    results = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        attribute="sheet_import.results",
    )
    good = fields.Integer(required=True, attribute="sheet_import.good")
    applied = fields.Integer(required=True)
    outcomes = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    previewed_at = InstantField(required=True, attribute="sheet_import.previewed_at")
    committed_at = InstantField(
        required=True, allow_none=True, attribute="sheet_import.committed_at"
    )
    completed_at = InstantField(
        required=True, allow_none=True, attribute="sheet_import.completed_at"
    )
    cancelled_at = InstantField(
        required=True, allow_none=True, attribute="sheet_import.cancelled_at"
    )


class CellErrorSchema(Schema):
    """What is wrong with a cell, under the heading of its column."""

    column = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class RowWarningSchema(Schema):
    """What somebody should look at."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    person_id = fields.String(required=True)


class ChangeSchema(Schema):
    """What a row would change."""

    field = fields.String(required=True)
    old = fields.String(required=True, allow_none=True)
    new = fields.String(required=True)


class ImportRowSchema(Schema):
    """A row: what it would do, and what it has done."""

    number = fields.Integer(required=True, attribute="row.number")
    subject = fields.String(required=True, attribute="row.subject")
    label = fields.String(required=True, attribute="row.label")
    result = fields.Enum(RowResult, by_value=True, required=True, attribute="row.result")
    changes = fields.List(fields.Nested(ChangeSchema), required=True, attribute="row.changes")
    errors = fields.List(fields.Nested(CellErrorSchema), required=True)
    warnings = fields.List(fields.Nested(RowWarningSchema), required=True, attribute="row.warnings")
    outcome = fields.Enum(ImportResult, by_value=True, required=True, allow_none=True)


class ListImportRowsSchema(Schema):
    """Which rows."""

    result = fields.Enum(RowResult, by_value=True, load_default=None)
