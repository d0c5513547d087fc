"""People as JSON."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.membership.domain.person import (
    Contact,
    PassportType,
    PersonChanges,
    PersonDetails,
    Profile,
    TravelDocument,
)
from services.membership.schemas.texts import NAME_MOST, CityIdField, NameField, PhoneField
from shared.web.fields import CountryField, LanguageField

LINE = validate.Length(0, NAME_MOST)
LANGUAGES = validate.Length(0, 20)
EMAIL = validate.And(validate.Length(3, 254), validate.Email())
"""Of RFC 5321 §4.5.3.1.3, less the angle brackets."""


class PersonSchema(Schema):
    """A person; contact and document only for those who may see them."""

    id = fields.String(required=True)
    city_id = fields.String(required=True)
    name = fields.String(required=True, attribute="profile.name")
    original_name = fields.String(required=True, attribute="profile.original_name")
    title = fields.String(required=True, attribute="profile.title")
    languages = fields.List(fields.String(), required=True, attribute="profile.languages")
    email = fields.String(attribute="contact.email")
    phone = fields.String(attribute="contact.phone")
    nationality = fields.String(attribute="document.nationality")
    passport_type = fields.Enum(
        PassportType, by_value=True, allow_none=True, attribute="document.passport_type"
    )


class RegisterPersonSchema(Schema):
    """A new person."""

    city_id = CityIdField(required=True)
    name = NameField(required=True, attribute="details.profile.name")
    original_name = fields.String(
        load_default="", validate=LINE, attribute="details.profile.original_name"
    )
    title = fields.String(load_default="", validate=LINE, attribute="details.profile.title")
    languages = fields.List(
        LanguageField(),
        load_default=list,
        validate=LANGUAGES,
        attribute="details.profile.languages",
    )
    email = fields.String(attribute="details.contact.email", validate=EMAIL)
    phone = PhoneField(load_default="", attribute="details.contact.phone")
    nationality = CountryField(attribute="details.document.nationality")
    passport_type = fields.Enum(
        PassportType, by_value=True, load_default=None, attribute="details.document.passport_type"
    )

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return what is known as the domain knows it."""
        known = loaded["details"]
        profile = {**known["profile"], "languages": tuple(known["profile"]["languages"])}
        details = PersonDetails(
            profile=Profile(**profile),
            contact=Contact(**known["contact"]),
            document=TravelDocument(**known["document"]),
        )
        return {"city_id": loaded["city_id"], "details": details}


def unchanged() -> None:
    """Stand for what was not given; not a literal ``None``, which callers then could give too."""


class ChangePersonSchema(Schema):
    """What is to change of a person; what is missing stays as it is."""

    name = NameField(load_default=unchanged, attribute="changes.name")
    original_name = fields.String(
        load_default=unchanged, validate=LINE, attribute="changes.original_name"
    )
    title = fields.String(load_default=unchanged, validate=LINE, attribute="changes.title")
    languages = fields.List(
        LanguageField(),
        load_default=unchanged,
        validate=LANGUAGES,
        attribute="changes.languages",
    )
    email = fields.String(load_default=unchanged, validate=EMAIL, attribute="changes.email")
    phone = PhoneField(load_default=unchanged, attribute="changes.phone")
    nationality = CountryField(load_default=unchanged, attribute="changes.nationality")
    passport_type = fields.Enum(
        PassportType,
        by_value=True,
        load_default=unchanged,
        attribute="changes.passport_type",
    )

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the changes as the domain knows them."""
        changes = loaded["changes"]
        languages = changes["languages"]
        given = None if languages is None else tuple(languages)
        return {"changes": PersonChanges(**{**changes, "languages": given})}


class ListPeopleSchema(Schema):
    """Whose people."""

    city_id = CityIdField(load_default=None)
