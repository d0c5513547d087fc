"""How to reach office holders, as JSON."""

from marshmallow import Schema, fields

from services.membership.schemas.presidency import PresidencyTermSchema
from shared.web.fields import DayField


class OfficeContactSchema(Schema):
    """Somebody who holds an office, or acts for whom ``represents`` names."""

    office = fields.String(required=True)
    acting = fields.Boolean(required=True)
    represents = fields.String(required=True, allow_none=True)
    person_id = fields.String(required=True, attribute="person.id")
    name = fields.String(required=True, attribute="person.profile.name")
    title = fields.String(required=True, attribute="person.profile.title")
    languages = fields.List(fields.String(), required=True, attribute="person.profile.languages")
    email = fields.String(required=True, attribute="person.contact.email")
    phone = fields.String(required=True, attribute="person.contact.phone")


class CityContactsSchema(Schema):
    """How to reach the office holders of a city, by office."""

    city_id = fields.String(required=True, attribute="city.id")
    city_name = fields.String(required=True, attribute="city.description.name")
    contacts = fields.List(fields.Nested(OfficeContactSchema), required=True)


class PresidencyContactsSchema(Schema):
    """Whom to write to for the network on a day."""

    on = DayField(required=True)
    term = fields.Nested(PresidencyTermSchema, required=True)
    city_id = fields.String(required=True, attribute="of_city.city.id")
    city_name = fields.String(required=True, attribute="of_city.city.description.name")
    contacts = fields.List(
        fields.Nested(OfficeContactSchema), required=True, attribute="of_city.contacts"
    )


class PresidencyContactsOnSchema(Schema):
    """On which day; today (UTC) when absent."""

    on = DayField(load_default=None)
