"""People as JSON."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.membership.domain.affiliation import Affiliation
from services.membership.domain.likeness import Likeness
from services.membership.domain.profile import (
    Contact,
    NameSource,
    PassportType,
    PersonChanges,
    PersonDetails,
    Profile,
    TravelDocument,
)
from services.membership.schemas.texts import (
    ID,
    CityIdField,
    LineField,
    NameField,
    PhoneField,
)
from shared.web.fields import CountryField, DayField, LanguageField

LANGUAGES = validate.Length(0, 20)
EMAIL = validate.And(validate.Length(3, 254), validate.Email())
"""Of RFC 5321 §4.5.3.1.3, less the angle brackets."""


class AffiliationSchema(Schema):
    """Days in which a person belongs to a city; without a first day when nobody knows it."""

    city_id = fields.String(required=True)
    starts_on = DayField(required=True, allow_none=True)
    ends_on = DayField(required=True, allow_none=True)
    title = fields.String(required=True)


class PersonSchema(Schema):
    """A person; contact and document only for those who may see them."""

    id = fields.String(required=True)
    city_id = fields.String(required=True)
    name = fields.String(required=True, attribute="profile.name")
    original_name = fields.String(required=True, attribute="profile.original_name")
    passport_name = fields.String(required=True, attribute="profile.passport_name")
    name_source = fields.Enum(
        NameSource, by_value=True, required=True, attribute="profile.name_source"
    )
    title = fields.String(required=True, attribute="profile.title")
    languages = fields.List(fields.String(), required=True, attribute="profile.languages")
    affiliations = fields.List(fields.Nested(AffiliationSchema), required=True)
    merged_into = fields.String(required=True, allow_none=True)
    email = fields.String(attribute="contact.email")
    phone = fields.String(attribute="contact.phone")
    other_emails = fields.List(fields.String(), attribute="contact.other_emails")
    other_phones = fields.List(fields.String(), attribute="contact.other_phones")
    nationality = fields.String(attribute="document.nationality")
    passport_type = fields.Enum(
        PassportType, by_value=True, allow_none=True, attribute="document.passport_type"
    )


class RegisterPersonSchema(Schema):
    """A new person; a name that is not given in Latin letters is written from the original."""

    city_id = CityIdField(required=True)
    name = NameField(attribute="details.profile.name")
    original_name = LineField(load_default="", attribute="details.profile.original_name")
    passport_name = LineField(load_default="", attribute="details.profile.passport_name")
    title = LineField(load_default="", attribute="details.profile.title")
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
    original_name = LineField(load_default=unchanged, attribute="changes.original_name")
    passport_name = LineField(load_default=unchanged, attribute="changes.passport_name")
    title = LineField(load_default=unchanged, attribute="changes.title")
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
    """Whose people, and on which day; now when absent."""

    city_id = CityIdField(load_default=None)
    on = DayField(load_default=None)


class AffiliatePersonSchema(Schema):
    """Days in which a person belongs to a city; without a last day it is a move."""

    city_id = CityIdField(required=True, attribute="affiliation.city_id")
    starts_on = DayField(required=True, attribute="affiliation.starts_on")
    ends_on = DayField(load_default=None, attribute="affiliation.ends_on")
    title = LineField(load_default="", attribute="affiliation.title")

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the affiliation as the domain knows it."""
        return {"affiliation": Affiliation(**loaded["affiliation"])}


class LikePairSchema(Schema):
    """Two people who may be one, and what they have in common."""

    people = fields.List(fields.Nested(PersonSchema), required=True)
    reasons = fields.List(fields.Enum(Likeness, by_value=True), required=True)


class MergePeopleSchema(Schema):
    """Who was entered a second time."""

    duplicate_id = fields.String(required=True, validate=ID)


class TellPeopleApartSchema(Schema):
    """Who looks the same and is somebody else."""

    other_id = fields.String(required=True, validate=ID)
