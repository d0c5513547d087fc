"""The presidency as JSON."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.membership.domain.presidency import PresidencyTerm
from services.membership.schemas.texts import CityIdField
from shared.web.fields import DayField, IntegerField


class PresidencyTermSchema(Schema):
    """The term of a presiding city, which hosts the year's summit."""

    year = fields.Integer(required=True)
    city_id = fields.String(required=True)
    starts_on = DayField(required=True)
    ends_on = DayField(required=True)
    summit_host_city_id = fields.String(required=True)


class ElectPresidencySchema(Schema):
    """A city elected for a year: from 1 January to 31 December, unless told."""

    year = IntegerField(required=True, validate=validate.Range(1900, 2999), attribute="term.year")
    city_id = CityIdField(required=True, attribute="term.city_id")
    starts_on = DayField(load_default=None, attribute="term.starts_on")
    ends_on = DayField(load_default=None, attribute="term.ends_on")

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the term as the domain knows it."""
        return {"term": PresidencyTerm.of(**loaded["term"])}
