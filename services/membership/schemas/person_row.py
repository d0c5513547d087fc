"""Rows of a sheet of people, column by column."""

from marshmallow import Schema, fields

from services.membership.domain.person_row import PersonRow
from services.membership.schemas.cells import (
    CodesField,
    CountryCellField,
    LanguageCellField,
    PassportField,
    PhoneCellField,
)
from services.membership.schemas.person import EMAIL, LANGUAGES
from services.membership.schemas.texts import ID, LineField, NameField


class PersonRowSchema(Schema):
    """A row of a sheet of people, by its columns; empty cells are missing."""

    person_id = fields.String(load_default="", validate=ID)
    key = fields.String(load_default="", validate=ID)
    city_id = NameField(required=True, attribute="city")
    name = NameField(load_default=None)
    original_name = LineField(load_default=None)
    passport_name = LineField(load_default=None)
    title = LineField(load_default=None)
    languages = CodesField(LanguageCellField(), load_default=None, validate=LANGUAGES)
    email = fields.String(load_default=None, validate=EMAIL)
    phone = PhoneCellField(load_default=None)
    nationality = CountryCellField(load_default=None)
    passport_type = PassportField(load_default=None)

    def row(self, number: int, cells: dict[str, str], _: frozenset[str]) -> PersonRow:
        """Return a row as the domain knows it.

        Args:
            number: Of the row in its sheet.
            cells: Texts by field, without those that are empty.

        Raises:
            ValidationError: A cell cannot be read.
        """
        parts = [cells.get(each, "") for each in ("given_name", "family_name")]
        known = {name: text for name, text in cells.items() if name in self.fields}
        if name := " ".join(filter(None, parts)):
            known.setdefault("name", name)
        return PersonRow(number=number, **self.load(known))
