"""Offices as JSON."""

from typing import Any

from marshmallow import Schema, fields, post_load

from services.membership.domain.offices import OfficeTerm
from services.membership.domain.succession import ConsequenceKind
from services.membership.schemas.texts import ID, OfficeField
from shared.web.fields import BooleanField, DayField, InstantField


class OfficeTermSchema(Schema):
    """Days in which a person holds an office, or nobody does."""

    office = fields.String(required=True)
    person_id = fields.String(required=True, allow_none=True)
    starts_on = DayField(required=True)
    ends_on = DayField(required=True, allow_none=True)
    acting = fields.Boolean(required=True)
    represented_by = fields.String(required=True, allow_none=True)


class CityOfficesSchema(Schema):
    """Every term of every office of a city, by first day."""

    city_id = fields.String(required=True)
    terms = fields.List(fields.Nested(OfficeTermSchema), required=True)


class AppointOfficeHolderSchema(Schema):
    """Who holds an office from a day on; nobody when ``person_id`` is null."""

    office = OfficeField(required=True, attribute="term.office")
    person_id = fields.String(
        required=True, allow_none=True, validate=ID, attribute="term.person_id"
    )
    starts_on = DayField(required=True, attribute="term.starts_on")
    ends_on = DayField(load_default=None, attribute="term.ends_on")
    acting = BooleanField(load_default=False, attribute="term.acting")
    represented_by = fields.String(load_default=None, validate=ID, attribute="term.represented_by")

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the term as the domain knows it."""
        return {"term": OfficeTerm(**loaded["term"])}


class ListOfficeHoldersSchema(Schema):
    """As of which day, and by what was known when; today (UTC) and now when absent."""

    on = DayField(load_default=None)
    known_at = InstantField(load_default=None)


class OfficeHoldersSchema(Schema):
    """Who holds the offices of a city on a day, by office."""

    city_id = fields.String(required=True)
    on = DayField(required=True)
    known_at = InstantField(required=True, allow_none=True)
    holders = fields.List(fields.Nested(OfficeTermSchema), required=True)


class ConsequenceSchema(Schema):
    """Something that follows from a succession."""

    kind = fields.Enum(ConsequenceKind, by_value=True, required=True)
    text = fields.String(required=True)
    body_id = fields.String(required=True, allow_none=True)
    seat_id = fields.String(required=True, allow_none=True)
    year = fields.Integer(required=True, allow_none=True)
    office = fields.String(required=True, allow_none=True)


class SuccessionSchema(Schema):
    """An office that has passed to somebody: the term that it ends, and what follows from it."""

    city_id = fields.String(required=True)
    predecessor = fields.Nested(OfficeTermSchema, required=True, allow_none=True)
    successor = fields.Nested(OfficeTermSchema, required=True)
    follows = fields.List(fields.Nested(ConsequenceSchema), required=True)
