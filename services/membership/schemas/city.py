"""Cities as JSON."""

from collections.abc import Mapping
from typing import Any, ClassVar, get_args

from marshmallow import Schema, fields, post_load, pre_dump, validate

from services.membership.domain.city import City
from services.membership.domain.city_as_of import CityAsOf
from services.membership.domain.decision import Decision
from services.membership.domain.description import CityDescription
from services.membership.domain.standing import StandingChanges, StandingKind
from services.membership.schemas.person import unchanged
from services.membership.schemas.texts import (
    REASON_MOST,
    AirportField,
    CityIdField,
    NameField,
    ReasonField,
)
from shared.clock import utc_now
from shared.contracts.membership import Precision
from shared.web.fields import (
    BooleanField,
    CountryField,
    DayField,
    InstantField,
    LanguageField,
    ZoneField,
    refuse,
)

PRECISIONS = validate.OneOf(get_args(Precision))


class StandingSchema(Schema):
    """What a city is from a day on."""

    kind = fields.Enum(StandingKind, by_value=True, required=True)
    since = DayField(required=True)
    precision = fields.String(required=True, validate=PRECISIONS)
    reason = fields.String(required=True)
    decision = fields.String(required=True, attribute="decision.text")
    decided_on = DayField(
        required=True, allow_none=True, dump_default=None, attribute="decision.decided_on"
    )


class RecordedStandingSchema(Schema):
    """A standing that was recorded; it counted until it was replaced."""

    kind = fields.Enum(StandingKind, by_value=True, required=True, attribute="fact.kind")
    since = DayField(required=True, attribute="fact.since")
    precision = fields.String(required=True, validate=PRECISIONS, attribute="fact.precision")
    reason = fields.String(required=True, attribute="fact.reason")
    decision = fields.String(required=True, attribute="fact.decision.text")
    decided_on = DayField(
        required=True, allow_none=True, dump_default=None, attribute="fact.decision.decided_on"
    )
    recorded_at = InstantField(required=True)
    replaced_at = InstantField(required=True, allow_none=True)


class CityHistorySchema(Schema):
    """Every standing of a city that was ever recorded, in that order."""

    city_id = fields.String(required=True)
    standings = fields.List(
        fields.Nested(RecordedStandingSchema), required=True, attribute="history"
    )


class CitySchema(Schema):
    """A city; its standing is as of the day that was asked for, else of today (UTC).

    All of its standings are what was known at the instant that was asked for, else what is known
    now. The rest is what is known now.
    """

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
    standings = fields.List(fields.Nested(StandingSchema), required=True)

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


class DecisionField(fields.String):
    """Text of at most 1000 characters, or empty; spaces around it are dropped."""

    shape: ClassVar[Mapping[str, Any]] = {"type": "string", "maxLength": REASON_MOST}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = super()._deserialize(value, attr, data, **options).strip()
        if len(text) > REASON_MOST:
            raise refuse(f"Not at most {REASON_MOST} characters.", "invalid")
        return text


class DecidedSchema(Schema):
    """The decision that a standing rests upon, as far as it is known."""

    decision = DecisionField(load_default="", attribute="decision.text")
    decided_on = DayField(load_default=None, attribute="decision.decided_on")

    @post_load
    def as_decision(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the decision as the domain knows it."""
        return {**loaded, "decision": Decision(**loaded["decision"])}


class ApplyForCitySchema(DescribeCitySchema, DecidedSchema):
    """A city that asks to become a member."""

    city_id = CityIdField(required=True)
    since = DayField(load_default=None)


class AdmitCitySchema(DecidedSchema):
    """An admission, with a vote or as an observer."""

    since = DayField(required=True)
    precision = fields.String(load_default="day", validate=PRECISIONS)


class SuspendCitySchema(DecidedSchema):
    """A suspension."""

    since = DayField(load_default=None)
    reason = ReasonField(required=True)


class ReinstateCitySchema(DecidedSchema):
    """A reinstatement."""

    since = DayField(load_default=None)


class LeaveCitySchema(DecidedSchema):
    """A departure."""

    since = DayField(load_default=None)
    reason = ReasonField(required=True)


class WithdrawStandingSchema(Schema):
    """Which standing was a mistake: the newest, by what it is."""

    kind = fields.Enum(StandingKind, by_value=True, required=True)


class CorrectStandingSchema(WithdrawStandingSchema):
    """What was wrong about the newest standing; what is missing stays as it is."""

    since = DayField(load_default=unchanged, attribute="changes.since")
    precision = fields.String(
        load_default=unchanged, validate=PRECISIONS, attribute="changes.precision"
    )
    reason = ReasonField(load_default=unchanged, attribute="changes.reason")
    decision = DecisionField(load_default=unchanged, attribute="changes.decision")
    decided_on = DayField(load_default=unchanged, attribute="changes.decided_on")

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the changes as the domain knows them."""
        return {**loaded, "changes": StandingChanges(**loaded["changes"])}


class GetCitySchema(Schema):
    """As of which day, by what was known when."""

    on = DayField(load_default=None)
    known_at = InstantField(load_default=None)


class ListCitiesSchema(GetCitySchema):
    """Which cities, and as of which day."""

    standing = fields.Enum(StandingKind, by_value=True, load_default=None)
    country = CountryField(load_default=None)
