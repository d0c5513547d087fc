"""Rows of a sheet of cities, column by column."""

from typing import Any

from marshmallow import Schema, validates_schema

from services.membership.domain.city_row import CityRow
from services.membership.domain.description import CityDescription
from services.membership.schemas.cells import (
    CodesField,
    CountryCellField,
    JoinedField,
    LanguageCellField,
    YesNoField,
)
from services.membership.schemas.texts import AirportField, CityIdField, NameField
from shared.web.fields import DayField, ZoneField, refuse

_SCRIPTS = {"bg": "Cyrl", "el": "Grek", "mk": "Cyrl", "sr": "Cyrl"}
"""Scripts of the region's languages that are not written in Latin letters unless told.

Source:
    Unicode CLDR, likely subtags.
"""
TOLD_BY = {
    "names": frozenset({"name_local", "name_local_latin", "name_tr"}),
    "airports": frozenset({"airports"}),
    "sample": frozenset({"sample"}),
}
"""Columns that tell a field of the description which a sheet need not tell."""


class CityRowSchema(Schema):
    """A row of a sheet of cities, by its columns; empty cells are missing."""

    city_id = CityIdField(required=True)
    name_en = NameField(required=True)
    name_local = NameField(load_default="")
    name_local_latin = NameField(load_default="")
    name_tr = NameField(load_default="")
    country_iso2 = CountryCellField(required=True)
    timezone = ZoneField(required=True)
    languages_bcp47 = CodesField(LanguageCellField(), required=True)
    airports = CodesField(AirportField(), load_default=())
    sample = YesNoField(load_default=False)
    joined = JoinedField(load_default=(None, "day"))
    left = DayField(load_default=None)

    @validates_schema
    def left_follows_joined(self, loaded: dict[str, Any], **_: Any) -> None:
        """Refuse a city that leaves before it is a member."""
        left, (joined, _precision) = loaded.get("left"), loaded.get("joined", (None, "day"))
        if left is not None and (joined is None or left < joined):
            raise refuse("It leaves before it joins.", "before_joined", "left")

    def row(self, number: int, cells: dict[str, str], columns: frozenset[str]) -> CityRow:
        """Return a row as the domain knows it.

        Args:
            number: Of the row in its sheet.
            cells: Texts by field, without those that are empty.
            columns: Fields that the sheet has a column for.

        Raises:
            ValidationError: A cell cannot be read.
        """
        loaded = self.load(cells)
        member_since, precision = loaded["joined"]
        unsaid = [name for name, told in TOLD_BY.items() if not told & columns]
        return CityRow(
            number=number,
            city_id=loaded["city_id"],
            description=CityDescription(
                name=loaded["name_en"],
                names=_names(loaded),
                country=loaded["country_iso2"],
                zone=loaded["timezone"],
                languages=loaded["languages_bcp47"],
                airports=loaded["airports"],
                sample=loaded["sample"],
            ),
            unsaid=tuple(unsaid),
            member_since=member_since,
            precision=precision,
            left_since=loaded["left"],
        )


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
