"""Imports of cities: the sheet that is taken, column by column, and the report that is given.

Source:
    RFC 4180 (CSV).
"""

import csv
import io
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import Any

from marshmallow import (
    EXCLUDE,
    Schema,
    ValidationError,
    fields,
    post_load,
    pre_dump,
    validate,
    validates_schema,
)

from services.membership.domain.city_import import (
    CityImport,
    CityRow,
    ImportReport,
    RowResult,
)
from services.membership.domain.description import CityDescription
from services.membership.domain.register import ImportResult
from services.membership.schemas.texts import AirportField, CityIdField, NameField
from shared.contracts.membership import Precision
from shared.web.fields import (
    CountryField,
    DayField,
    InstantField,
    LanguageField,
    PartialDateField,
    ZoneField,
    refuse,
)
from shared.web.problem import Invalid

ROWS_MOST = 1000
"""Rows of one sheet: each is an event in the import's one document, which holds 16 MiB."""
_SHOWN_OF_ID = 64
"""Characters of an unreadable id that are kept."""
_SCRIPTS = {"bg": "Cyrl", "el": "Grek", "mk": "Cyrl", "sr": "Cyrl"}
"""Scripts of the region's languages that are not written in Latin letters unless told.

Source:
    Unicode CLDR, likely subtags.
"""


class CodesField(fields.Field[tuple[str, ...]]):
    """Codes of one kind, separated by semicolons."""

    def __init__(self, code: fields.Field[Any], **options: Any) -> None:
        super().__init__(**options)
        self._code = code

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> tuple[str, ...]:
        return tuple(self._code.deserialize(part.strip()) for part in value.split(";"))


class JoinedField(fields.Field[tuple[date, Precision]]):
    """Since when a city is a member: ``2021``, ``2021-11``, ``2021-11-30`` or ``by 2024-01``."""

    _part = PartialDateField()
    _precisions: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}  # noqa: RUF012 - a table

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **_: Any
    ) -> tuple[date, Precision]:
        text = self._part.deserialize(value.removeprefix("by ").strip())
        first = date.fromisoformat(text + "-01-01"[len(text) - 4 :])
        precision = self._precisions[len(text)]
        if not value.startswith("by "):
            return first, precision
        return _last_day(first, precision), "no_later_than"


class CityRowSchema(Schema):
    """A row of a sheet of cities, by its columns; empty cells are missing."""

    class Meta:
        """Columns of the sheet's owner are nobody's business."""

        unknown = EXCLUDE

    city_id = CityIdField(required=True)
    name_en = NameField(required=True)
    name_local = NameField(load_default="")
    name_local_latin = NameField(load_default="")
    name_tr = NameField(load_default="")
    country_iso2 = CountryField(required=True)
    timezone = ZoneField(required=True)
    languages_bcp47 = CodesField(LanguageField(), required=True)
    airports = CodesField(AirportField(), load_default=())
    sample = fields.String(required=True, validate=validate.OneOf(("true", "false")))
    joined = JoinedField(load_default=(None, "day"))
    left = DayField(load_default=None)

    @validates_schema
    def left_follows_joined(self, loaded: dict[str, Any], **_: Any) -> None:
        """Refuse a city that leaves before it is a member."""
        left, (joined, _precision) = loaded.get("left"), loaded.get("joined", (None, "day"))
        if left is not None and (joined is None or left < joined):
            raise refuse("It leaves before it joins.", "before_joined", "left")

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> CityRow:
        """Return the row as the domain knows it."""
        member_since, precision = loaded["joined"]
        return CityRow(
            city_id=loaded["city_id"],
            description=CityDescription(
                name=loaded["name_en"],
                names=_names(loaded),
                country=loaded["country_iso2"],
                zone=loaded["timezone"],
                languages=loaded["languages_bcp47"],
                airports=loaded["airports"],
                sample=loaded["sample"] == "true",
            ),
            member_since=member_since,
            precision=precision,
            left_since=loaded["left"],
        )


class CitySheetField(fields.String):
    """A sheet of cities as CSV with a header, read row by row."""

    _row = CityRowSchema()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = super()._deserialize(value, attr, data, **options).removeprefix("\ufeff")
        try:
            rows = list(self._rows(text))
        except csv.Error:
            raise refuse("Not CSV (RFC 4180).", "invalid") from None
        if not 0 < len(rows) <= ROWS_MOST:
            raise refuse(f"Not 1 to {ROWS_MOST} rows.", "wrong_length")
        return rows

    def _rows(self, text: str) -> Iterator[CityRow]:
        lines = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        header = lines.fieldnames or ()
        if missing := sorted(self._row.fields.keys() - set(header)):
            raise refuse(f"The header lacks {', '.join(missing)}.", "missing_columns")
        if len(set(header)) < len(header):
            raise refuse("The header names a column twice.", "repeated_columns")
        for cells in lines:
            yield self._read(cells)

    def _read(self, cells: dict[Any, Any]) -> CityRow:
        """Return a row; with its errors instead of its content when it cannot be taken."""
        named = str(cells["city_id"] or "")[:_SHOWN_OF_ID]
        if None in cells or None in cells.values():
            return CityRow(city_id=named, errors=("row: wrong_length",))
        try:
            row: CityRow = self._row.load(
                {name: text.strip() for name, text in cells.items() if text.strip()}
            )
        except ValidationError as error:
            errors = [f"{each['field']}: {each['code']}" for each in Invalid(error).errors]
            return CityRow(city_id=named, errors=tuple(sorted(errors)))
        return row


class StartCityImportSchema(Schema):
    """A sheet of cities."""

    csv = CitySheetField(required=True, attribute="rows")


class ImportRowSchema(Schema):
    """A row, and what it has come to."""

    number = fields.Integer(required=True, attribute="row.number")
    city_id = fields.String(required=True, attribute="row.city_id")
    result = fields.Enum(RowResult, by_value=True, required=True, attribute="row.result")
    errors = fields.List(fields.String(), required=True, attribute="row.errors")
    outcome = fields.Enum(ImportResult, by_value=True, required=True, allow_none=True)


class CityImportSchema(Schema):
    """An import and how far it has come."""

    id = fields.String(required=True, attribute="city_import.id")
    started_at = InstantField(required=True, attribute="city_import.started_at")
    accepted = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    applied = fields.Integer(required=True)
    rows = fields.List(fields.Nested(ImportRowSchema), required=True)

    @pre_dump
    def just_started(self, shown: CityImport | ImportReport, **_: Any) -> ImportReport:
        """Report on an import that has just been started: no row has come to anything."""
        if isinstance(shown, CityImport):
            return ImportReport(city_import=shown, outcomes={})
        return shown


def _last_day(first: date, precision: Precision) -> date:
    """Return the last possible day of a month or year that begins on a day."""
    if precision == "year":
        return first.replace(month=12, day=31)
    if precision == "month":
        return first.replace(day=monthrange(first.year, first.month)[1])
    return first


def _names(cells: dict[str, Any]) -> dict[str, str]:
    """Return a city's names by language.

    The sheet does not say which official language the local name is in; its script tells.
    """
    names = {"en": cells["name_en"]}
    local, latin = cells["name_local"], cells["name_local_latin"]
    is_foreign = bool(latin) and latin != local
    if local:
        languages = cells["languages_bcp47"]
        fitting = [each for each in languages if (_script(each) != "Latn") is is_foreign]
        own = (fitting or languages)[0]
        names[own] = local
        if is_foreign:
            names[f"{own.partition('-')[0]}-Latn"] = latin
    if cells["name_tr"]:
        names["tr"] = cells["name_tr"]
    return names


def _script(language: str) -> str:
    parts = language.split("-")
    written = [part for part in parts[1:] if len(part) == len("Latn") and part.isalpha()]
    return written[0] if written else _SCRIPTS.get(parts[0], "Latn")
