"""Cities as JSON."""

from typing import Any, get_args

from marshmallow import Schema, fields, post_load, pre_dump, validate

from services.membership.domain.city import City
from services.membership.domain.city_as_of import CityAsOf
from services.membership.domain.description import CityDescription
from services.membership.domain.standing import StandingKind
from services.membership.schemas.texts import AirportField, CityIdField, NameField, ReasonField
from shared.clock import utc_now
from shared.contracts.membership import Precision
from shared.web.fields import BooleanField, CountryField, DayField, LanguageField, ZoneField

PRECISIONS = validate.OneOf(get_args(Precision))


class StandingSchema(Schema):
    """What a city is from a day on."""

    kind = fields.Enum(StandingKind, by_value=True, required=True)
    since = DayField(required=True)
    precision = fields.String(required=True, validate=PRECISIONS)
    reason = fields.String(required=True)


class CitySchema(Schema):
    """A city; ``standing`` is as of the day that was asked for, else of today (UTC)."""

    id = fields.String(required=True, attribute="city.id")
    name = fields.String(required=True, attribute="city.description.name")
    names = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        attribute="city.description.names",
    )
    country = fields.String(required=True, attribute="city.description.country")
    zone = fields.String(required=True, attribute="city.description.zone")
    languages = fields.List(fields.String(), required=True, attribute="city.description.languages")
    airports = fields.List(fields.String(), required=True, attribute="city.description.airports")
    sample = fields.Boolean(required=True, attribute="city.description.sample")
    standing = fields.Enum(
        StandingKind,
        by_value=True,
        required=True,
        allow_none=True,
        dump_default=None,
        attribute="standing.kind",
    )
    standing_since = DayField(
        required=True, allow_none=True, dump_default=None, attribute="standing.since"
    )
    standing_precision = fields.String(
        required=True, allow_none=True, dump_default=None, attribute="standing.precision"
    )
    standings = fields.List(
        fields.Nested(StandingSchema), required=True, attribute="city.standings"
    )

    @pre_dump
    def as_of_today(self, shown: City | CityAsOf, **_: Any) -> CityAsOf:
        """Look at a city from today, unless it is looked at from a day already."""
        return CityAsOf(city=shown, on=utc_now().date()) if isinstance(shown, City) else shown


class DescribeCitySchema(Schema):
    """What is known of a city."""

    name = NameField(required=True, attribute="description.name")
    names = fields.Dict(
        keys=LanguageField(), values=NameField(), load_default=dict, attribute="description.names"
    )
    country = CountryField(required=True, attribute="description.country")
    zone = ZoneField(required=True, attribute="description.zone")
    languages = fields.List(
        LanguageField(),
        required=True,
        validate=validate.Length(1, 20),
        attribute="description.languages",
    )
    airports = fields.List(
        AirportField(),
        load_default=list,
        validate=validate.Length(0, 20),
        attribute="description.airports",
    )
    sample = BooleanField(load_default=False, attribute="description.sample")

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the description as the domain knows it."""
        known = loaded["description"]
        lists = {name: tuple(known[name]) for name in ("languages", "airports")}
        return {**loaded, "description": CityDescription(**{**known, **lists})}


class ApplyForCitySchema(DescribeCitySchema):
    """A city that asks to become a member."""

    city_id = CityIdField(required=True)
    since = DayField(load_default=None)


class AdmitCitySchema(Schema):
    """An admission."""

    since = DayField(required=True)
    precision = fields.String(load_default="day", validate=PRECISIONS)


class SuspendCitySchema(Schema):
    """A suspension."""

    since = DayField(load_default=None)
    reason = ReasonField(required=True)


class ReinstateCitySchema(Schema):
    """A reinstatement."""

    since = DayField(load_default=None)


class LeaveCitySchema(Schema):
    """A departure."""

    since = DayField(load_default=None)
    reason = ReasonField(required=True)


class ListCitiesSchema(Schema):
    """Which cities, and as of which day."""

    on = DayField(load_default=None)
    standing = fields.Enum(StandingKind, by_value=True, load_default=None)
    country = CountryField(load_default=None)
