"""Exports: which columns a sheet has, in order, and where each is found."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from marshmallow import Schema, fields
from marshmallow.utils import get_value

from services.membership.schemas.texts import CityIdField
from services.membership.schemas.written_sheets import Sheet, SheetFormat
from shared.web.fields import DayField

Columns = dict[str, str]
"""Attribute by heading, in order."""

PEOPLE: Columns = {
    "id": "person.id",
    "city_id": "city_id",
    "city": "city.description.name",
    "name": "person.profile.name",
    "name_source": "person.profile.name_source",
    "original_name": "person.profile.original_name",
    "passport_name": "person.profile.passport_name",
    "title": "title",
    "languages": "person.profile.languages",
}
PEOPLES_CONTACTS: Columns = {
    "email": "person.contact.email",
    "phone": "person.contact.phone",
    "other_emails": "person.contact.other_emails",
    "other_phones": "person.contact.other_phones",
    "nationality": "person.document.nationality",
    "passport_type": "person.document.passport_type",
}
CITIES: Columns = {
    "city_id": "city.id",
    "name": "city.description.name",
    "country": "city.description.country",
    "zone": "city.description.zone",
    "languages": "city.description.languages",
    "airports": "city.description.airports",
    "standing": "standing.kind",
    "standing_since": "standing.since",
    "standing_precision": "standing.precision",
    "sample": "city.description.sample",
}
HOLDERS: Columns = {
    "city_id": "city.id",
    "city": "city.description.name",
    "country": "city.description.country",
    "office": "term.office",
    "person_id": "person.id",
    "name": "person.profile.name",
    "title": "person.profile.title",
    "starts_on": "term.starts_on",
    "ends_on": "term.ends_on",
    "acting": "term.acting",
    "represented_by": "representative.profile.name",
}
ROSTER: Columns = {
    "seat_id": "entry.seat_id",
    "seat": "entry.name",
    "state": "entry.state",
    "city_id": "entry.term.city_id",
    "city": "city.description.name",
    "mayor": "person.profile.name",
    "starts_on": "entry.term.starts_on",
    "ends_on": "entry.term.ends_on",
    "alternate": "alternate.profile.name",
    "sample": "entry.term.sample",
}
CONTACT: Columns = {"email": "person.contact.email", "phone": "person.contact.phone"}


class ExportSchema(Schema):
    """As which file, and as of which day; today (UTC) when absent."""

    format = fields.Enum(SheetFormat, by_value=True, load_default=SheetFormat.CSV)
    on = DayField(load_default=None)


class ExportOfCitySchema(ExportSchema):
    """Of one city; of all when absent."""

    city_id = CityIdField(load_default=None)


def sheet_of(name: str, columns: Columns, rows: Iterable[object]) -> Sheet:
    """Return what was found as a sheet, row by row as it is written."""
    return Sheet(name=name, headings=tuple(columns), rows=_rows(tuple(columns.values()), rows))


def _rows(attributes: tuple[str, ...], rows: Iterable[object]) -> Iterator[list[str]]:
    for row in rows:
        yield [_text(get_value(row, attribute, None)) for attribute in attributes]


def _text(value: Any) -> str:
    """Return a value as in the API; several by spaces, and nothing for what there is not."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return " ".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)
