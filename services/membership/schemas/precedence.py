"""The order of precedence as JSON."""

from typing import Any

from marshmallow import Schema, fields, post_dump, post_load, validate

from services.membership.domain.body import BodyKind
from services.membership.domain.participant import Participant
from services.membership.domain.precedence import Rule, RuleKind, SeniorityOf
from services.membership.domain.precedence_order import Place
from services.membership.schemas.texts import ID, CityIdField, OfficeField
from shared.web.fields import DayField, LanguageField

RULES_MOST = 20
OFFICES_MOST = 50
PARTICIPANTS_MOST = 2000


class PrecedenceRuleSchema(Schema):
    """A rule with the parameters that it has.

    ``body`` has ``body_id`` or ``body_kind``, ``office_rank`` has ``offices``, the highest first,
    ``seniority`` has ``of``, ``alphabetical`` may have ``language``.
    """

    rule = fields.Enum(RuleKind, by_value=True, required=True, attribute="kind")
    body_id = fields.String(validate=ID)
    body_kind = fields.Enum(BodyKind, by_value=True)
    offices = fields.List(OfficeField(), validate=validate.Length(1, OFFICES_MOST))
    of = fields.Enum(SeniorityOf, by_value=True)
    language = LanguageField()

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> Rule:
        """Return the rule as the domain knows it."""
        return Rule(**{**loaded, "offices": tuple(loaded.get("offices", ()))})

    @post_dump
    def without_others(self, shown: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Leave out the parameters that it does not have."""
        return {name: value for name, value in shown.items() if value}


class PrecedenceSchema(Schema):
    """By which rules precedence is decided; the first that tells two apart."""

    rules = fields.List(fields.Nested(PrecedenceRuleSchema), required=True)


class ChangePrecedenceSchema(Schema):
    """Rules of precedence, in order; ``alphabetical`` is added where it is missing."""

    rules = fields.List(
        fields.Nested(PrecedenceRuleSchema),
        required=True,
        validate=validate.Length(0, RULES_MOST),
    )


class OrderCitiesSchema(Schema):
    """Which cities to order; all that belong to the network when none is named.

    As of ``on``, today (UTC) when absent; by the alphabet of ``language``, that of the rules when
    absent. A host must be among the cities.
    """

    on = DayField(load_default=None)
    language = LanguageField(load_default=None)
    host_city_id = CityIdField(load_default=None)
    city_id = fields.List(CityIdField(), load_default=None, attribute="city_ids")


class ParticipantSchema(Schema):
    """Somebody to order.

    Without ``person_id`` whoever holds the office is meant; without ``office`` the highest that
    the person, or anybody in the city, holds.
    """

    city_id = CityIdField(required=True)
    person_id = fields.String(load_default=None, allow_none=True, validate=ID)
    office = OfficeField(load_default=None, allow_none=True)

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> Participant:
        """Return the participant as the domain knows it."""
        return Participant(**loaded)


class OrderParticipantsSchema(Schema):
    """Whom to order; for the rest see the same question about cities."""

    on = DayField(load_default=None, allow_none=True)
    language = LanguageField(load_default=None, allow_none=True)
    host_city_id = CityIdField(load_default=None, allow_none=True)
    participants = fields.List(
        fields.Nested(ParticipantSchema),
        required=True,
        validate=validate.Length(1, PARTICIPANTS_MOST),
    )


class ReasonSchema(Schema):
    """What one rule says of a participant.

    ``place`` is the one that it would have by this rule alone; equals share one. ``fact`` is empty
    when the rule sees nothing in it.
    """

    rule = fields.String(required=True)
    place = fields.Integer(required=True)
    fact = fields.String(required=True)


class PlaceSchema(Schema):
    """A participant's place, and why it comes before the next one.

    Sorted by the places of their ``reasons``, the first reason first, the participants are in this
    order. ``name`` is the city's in the language asked for.
    """

    position = fields.Integer(required=True)
    city_id = fields.String(required=True)
    name = fields.String(required=True)
    person_id = fields.String(required=True, allow_none=True)
    office = fields.String(required=True, allow_none=True)
    decided_by = fields.String(required=True, allow_none=True)
    explanation = fields.String(required=True, allow_none=True)
    reasons = fields.List(fields.Nested(ReasonSchema), required=True)


class PlacesField(fields.List[Any]):
    """Places as their schema says, written without it: it would take longer than the order."""

    def __init__(self, **options: Any) -> None:
        super().__init__(fields.Nested(PlaceSchema), **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> Any:
        return [_written(each) for each in value]


def _written(place: Place) -> dict[str, Any]:
    who = place.candidate
    return {
        "position": place.position,
        "city_id": who.city.id,
        "name": who.name,
        "person_id": who.person_id,
        "office": who.office,
        "decided_by": place.decided_by,
        "explanation": place.explanation,
        "reasons": [
            {"rule": each.rule, "place": each.place, "fact": each.fact} for each in place.reasons
        ],
    }


class OrderSchema(Schema):
    """The order of participants, by which rules, as of which day."""

    on = DayField(required=True, attribute="question.on")
    language = fields.String(required=True)
    host_city_id = fields.String(required=True, allow_none=True, attribute="question.host_city_id")
    rules = fields.List(fields.String(), required=True)
    places = PlacesField(required=True)
