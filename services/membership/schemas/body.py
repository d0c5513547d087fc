"""Bodies and their rosters as JSON."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import Schema, fields, post_load, validate

from services.membership.domain.body import BodyKind
from services.membership.domain.body_plan import BodyPlan, SeatPlan
from services.membership.domain.composition import PartState
from services.membership.domain.seat import SeatBasis
from services.membership.domain.seat_term import Alternate, CarryOver, SeatState, SeatTerm
from services.membership.domain.term import Term
from services.membership.schemas.texts import ID, CityIdField, NameField
from shared.web.fields import BooleanField, DayField, InstantField, IntegerField

SEATS_MOST = 300
CARRY_OVER_DAYS_MOST = 3660
"""Ten years."""


class AlternateSchema(Schema):
    """Who steps in from a day of a term on; nobody when ``person_id`` is null."""

    since = DayField(required=True)
    person_id = fields.String(required=True, allow_none=True)


class SeatTermSchema(Schema):
    """Days in which a city holds a seat."""

    city_id = fields.String(required=True)
    starts_on = DayField(required=True)
    ends_on = DayField(required=True, allow_none=True)
    alternate_id = fields.String(required=True, allow_none=True)
    alternates = fields.List(fields.Nested(AlternateSchema), required=True)
    vacated = fields.Boolean(required=True)
    sample = fields.Boolean(required=True)


class SeatSchema(Schema):
    """A seat and who held, holds and will hold it."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    basis = fields.Enum(SeatBasis, by_value=True, required=True)
    terms = fields.List(fields.Nested(SeatTermSchema), required=True)


class CarryOverSchema(Schema):
    """Whoever was elected carries on after the term until a successor's begins.

    Without a limit when ``limit_days`` is null.
    """

    limit_days = IntegerField(
        load_default=None, allow_none=True, validate=validate.Range(1, CARRY_OVER_DAYS_MOST)
    )

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> CarryOver:
        """Return it as the domain knows it."""
        return CarryOver(**loaded)


class BodySchema(Schema):
    """A body of the network; nobody carries on after a term when ``carry_over`` is null."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.Enum(BodyKind, by_value=True, required=True)
    carry_over = fields.Nested(CarryOverSchema, required=True, allow_none=True)
    seats = fields.List(fields.Nested(SeatSchema), required=True)


class _SeatPlanSchema(Schema):
    """A seat that a new body is to have."""

    name = NameField(required=True)
    basis = fields.Enum(SeatBasis, by_value=True, load_default=SeatBasis.ELECTED)


class SeatPlanField(fields.Field[SeatPlan]):
    """A seat: its name, when cities are elected to it, or ``{name, basis}``."""

    shape: ClassVar[Mapping[str, Any]] = {
        "oneOf": [
            NameField.shape,
            {
                "type": "object",
                "properties": {
                    "name": NameField.shape,
                    "basis": {"type": "string", "enum": [each.value for each in SeatBasis]},
                },
                "required": ["name"],
                "additionalProperties": False,
            },
        ]
    }
    _parts: ClassVar[Schema] = _SeatPlanSchema()
    _name: ClassVar[NameField] = NameField(required=True)

    def _serialize(self, value: SeatPlan | None, attr: str | None, obj: Any, **_: Any) -> Any:
        return self._parts.dump(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> SeatPlan:
        if isinstance(value, dict):
            return SeatPlan(**self._parts.load(value))
        return SeatPlan(name=self._name.deserialize(value))


class FoundBodySchema(Schema):
    """A new body, with its seats in order; nobody carries on after a term unless told."""

    name = NameField(required=True, attribute="plan.name")
    kind = fields.Enum(BodyKind, by_value=True, required=True, attribute="plan.kind")
    carry_over = fields.Nested(
        CarryOverSchema, load_default=None, allow_none=True, attribute="plan.carry_over"
    )
    seats = fields.List(
        SeatPlanField(),
        required=True,
        validate=validate.Length(1, SEATS_MOST),
        attribute="plan.seats",
    )

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the plan as the domain knows it."""
        plan = loaded["plan"]
        return {"plan": BodyPlan(**{**plan, "seats": tuple(plan["seats"])})}


class FillSeatSchema(Schema):
    """A term of a seat."""

    city_id = CityIdField(required=True, attribute="term.city_id")
    starts_on = DayField(required=True, attribute="term.starts_on")
    ends_on = DayField(load_default=None, attribute="term.ends_on")
    alternate_id = fields.String(load_default=None, validate=ID, attribute="term.alternate_id")
    sample = BooleanField(load_default=False, attribute="term.sample")

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the term as the domain knows it."""
        return {"term": SeatTerm(**loaded["term"])}


class VacateSeatSchema(Schema):
    """From which day on a seat is empty."""

    since = DayField(required=True)


class NameAlternateSchema(Schema):
    """Who steps in from a day of a term on; nobody when ``alternate_id`` is null."""

    since = DayField(required=True, attribute="alternate.since")
    alternate_id = fields.String(
        required=True, allow_none=True, validate=ID, attribute="alternate.person_id"
    )

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the alternate as the domain knows it."""
        return {"alternate": Alternate(**loaded["alternate"])}


class CorrectTermSchema(Schema):
    """The days of a term as they should have been; open when ``ends_on`` is null."""

    starts_on = DayField(required=True, attribute="days.starts_on")
    ends_on = DayField(required=True, allow_none=True, attribute="days.ends_on")

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the days as the domain knows them."""
        return {"days": Term(**loaded["days"])}


class GetRosterSchema(Schema):
    """As of which day, and by what was known when; today (UTC) and now when absent."""

    on = DayField(load_default=None)
    known_at = InstantField(load_default=None)


class RosterEntrySchema(Schema):
    """A seat on a day; without a city when it is vacant."""

    seat_id = fields.String(required=True)
    name = fields.String(required=True)
    basis = fields.Enum(SeatBasis, by_value=True, required=True)
    state = fields.Enum(SeatState, by_value=True, required=True)
    city_id = fields.String(
        required=True, allow_none=True, dump_default=None, attribute="term.city_id"
    )
    starts_on = DayField(
        required=True, allow_none=True, dump_default=None, attribute="term.starts_on"
    )
    ends_on = DayField(required=True, allow_none=True, dump_default=None, attribute="term.ends_on")
    alternate_id = fields.String(required=True, allow_none=True)
    sample = fields.Boolean(required=True, dump_default=False, attribute="term.sample")


class RosterSchema(Schema):
    """Who sits in a body on a day, by seat."""

    body_id = fields.String(required=True)
    name = fields.String(required=True)
    on = DayField(required=True)
    known_at = InstantField(required=True, allow_none=True)
    seats = fields.List(fields.Nested(RosterEntrySchema), required=True)


class GetCompositionSchema(Schema):
    """As of which day; today (UTC) when absent."""

    on = DayField(load_default=None)


class RuleSchema(Schema):
    """A rule as it is quoted, and where it stands."""

    text = fields.String(required=True)
    source = fields.String(required=True)


class CompositionPartSchema(Schema):
    """A part of the rule of composition, and how a board keeps it."""

    basis = fields.Enum(SeatBasis, by_value=True, required=True)
    state = fields.Enum(PartState, by_value=True, required=True)
    expected_city_id = fields.String(required=True, allow_none=True)
    city_ids = fields.List(fields.String(), required=True)
    seat_ids = fields.List(fields.String(), required=True)
    text = fields.String(required=True)


class CompositionSchema(Schema):
    """Whether a board is composed as the rule says on a day, and why not."""

    body_id = fields.String(required=True)
    name = fields.String(required=True)
    on = DayField(required=True)
    year = fields.Integer(required=True)
    fits = fields.Boolean(required=True)
    rule = fields.Nested(RuleSchema, required=True)
    parts = fields.List(fields.Nested(CompositionPartSchema), required=True)
