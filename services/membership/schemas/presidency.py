"""The presidency as JSON."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate, validates_schema

from services.membership.domain.presidency_term import PresidencyTerm, Takeover
from services.membership.schemas.texts import REASON_MOST, CityIdField, ReasonField
from shared.web.fields import DayField, InstantField, IntegerField, refuse

YEAR = validate.Range(1900, 2999)
DECISION = validate.Length(0, REASON_MOST)


class PresidencyTermSchema(Schema):
    """The term of a presiding city, which hosts a summit in these days."""

    year = fields.Integer(required=True)
    city_id = fields.String(required=True)
    starts_on = DayField(required=True)
    ends_on = DayField(required=True)
    summit_host_city_id = fields.String(required=True)
    taken_over_from = fields.String(required=True, allow_none=True)
    decision = fields.String(required=True)
    decided_on = DayField(required=True, allow_none=True)


class ListPresidenciesSchema(Schema):
    """Only the term of a day when ``on`` is given; as known at an instant, now when absent."""

    on = DayField(load_default=None)
    known_at = InstantField(load_default=None)


class ElectPresidencySchema(Schema):
    """A city elected for a year: from 1 January to 31 December, unless told."""

    year = IntegerField(required=True, validate=YEAR, attribute="term.year")
    city_id = CityIdField(required=True, attribute="term.city_id")
    starts_on = DayField(load_default=None, attribute="term.starts_on")
    ends_on = DayField(load_default=None, attribute="term.ends_on")
    decision = fields.String(load_default="", validate=DECISION, attribute="term.decision")
    decided_on = DayField(load_default=None, attribute="term.decided_on")

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the term as the domain knows it."""
        return {"term": PresidencyTerm.of(**loaded["term"])}


class TakeOverPresidencySchema(Schema):
    """A city that presides from a day to the end of the term, and why."""

    city_id = CityIdField(required=True, attribute="takeover.city_id")
    since = DayField(required=True, attribute="takeover.since")
    reason = ReasonField(required=True, attribute="takeover.reason")
    decision = fields.String(load_default="", validate=DECISION, attribute="takeover.decision")
    decided_on = DayField(load_default=None, attribute="takeover.decided_on")

    @post_load
    def as_value(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the takeover as the domain knows it."""
        return {"takeover": Takeover(**loaded["takeover"])}


class WithdrawPresidencySchema(Schema):
    """Why it is withdrawn."""

    reason = ReasonField(required=True)


class AuditAccessSchema(Schema):
    """Days (UTC) from and to which is asked, both included, and a city; all when absent."""

    first = DayField(load_default=None, data_key="from")
    last = DayField(load_default=None, data_key="to")
    city_id = CityIdField(load_default=None)

    @validates_schema
    def check_order(self, loaded: dict[str, Any], **_: Any) -> None:
        """Refuse days in the wrong order."""
        first, last = loaded.get("first"), loaded.get("last")
        if first is not None and last is not None and last < first:
            raise refuse("It lies before the first day.", "invalid", "to")


class AccessCauseSchema(Schema):
    """The term that a right follows from, and since when it is known."""

    term = fields.Nested(PresidencyTermSchema, required=True, attribute="fact")
    known_since = InstantField(required=True, attribute="recorded_at")


class AccessSpanSchema(Schema):
    """Time in which leads of a city could do something; of every city when it is null."""

    role = fields.String(required=True)
    city_id = fields.String(required=True, allow_none=True)
    right = fields.String(required=True)
    words = fields.String(required=True, attribute="right.words")
    begins_at = InstantField(required=True, data_key="from")
    ends_at = InstantField(required=True, data_key="until")
    because = fields.Nested(AccessCauseSchema, required=True, attribute="record")


class AccessAuditSchema(Schema):
    """Who could do what when because of the presidency, by beginning, then by right."""

    spans = fields.List(fields.Nested(AccessSpanSchema), required=True)
