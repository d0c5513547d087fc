"""The JSON that events takes and gives."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from marshmallow import Schema, fields, post_load, validate, validates_schema

from services.events.domain.answer import Channel, InvitationState, Reply
from services.events.domain.audience import (
    AudiencePart,
    Having,
    Holders,
    Host,
    Named,
    Presiding,
)
from services.events.domain.delegate import DelegateState, Role
from services.events.domain.meeting import MeetingState
from services.events.domain.member import Standing
from services.events.domain.plan import MeetingKind, MeetingPlan
from shared.web.fields import (
    BooleanField,
    DayField,
    InstantField,
    IntegerField,
    LocalTimeField,
    SlugField,
    refuse,
)

ID_MOST = 64
NAME_MOST = 200
TEXT_MOST = 2000
QUOTA_MOST = 500
PARTS_MOST = 50
CITIES_MOST = 500

_NOT_BLANK = validate.Regexp(r"\s*\S", error="It is empty.")
_TRUE = validate.OneOf((True,), error="Leave it out instead.")


def _text(most: int, **options: Any) -> fields.String:
    """Return a field of a text that says something."""
    return fields.String(validate=[validate.Length(max=most), _NOT_BLANK], **options)


def _id(**options: Any) -> fields.String:
    """Return a field of an id."""
    return fields.String(validate=validate.Length(1, ID_MOST), **options)


class PlanSchema(Schema):
    """What is decided about a meeting."""

    title = _text(NAME_MOST, required=True, attribute="plan.title")
    kind = fields.Enum(MeetingKind, by_value=fields.String, required=True, attribute="plan.kind")
    host_city_id = SlugField(required=True, attribute="plan.host_city_id")
    venue = _text(NAME_MOST, required=True, attribute="plan.venue")
    begins = LocalTimeField(required=True, attribute="plan.begins")
    ends = LocalTimeField(required=True, attribute="plan.ends")
    quota = IntegerField(
        required=True, validate=validate.Range(1, QUOTA_MOST), attribute="plan.quota"
    )
    answer_by = InstantField(required=True, attribute="plan.answer_by")
    naming_by = InstantField(load_default=None, allow_none=True, attribute="plan.naming_by")
    body_id = _id(load_default=None, allow_none=True, attribute="plan.body_id")


class CallMeetingSchema(PlanSchema):
    """A new meeting."""

    @post_load
    def make_plan(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the plan as the domain has it."""
        return {"plan": MeetingPlan(**data["plan"])}


class MeetingSchema(PlanSchema):
    """A meeting."""

    id = fields.String()
    state = fields.Enum(MeetingState, by_value=fields.String)
    revision = fields.Integer()
    reason = fields.String()


class ListMeetingsSchema(Schema):
    """Which meetings."""

    host_city_id = SlugField(load_default=None)


class RescheduleMeetingSchema(Schema):
    """Another time."""

    begins = LocalTimeField(required=True)
    ends = LocalTimeField(required=True)
    reason = _text(TEXT_MOST, required=True)


class CancelMeetingSchema(Schema):
    """Why a meeting does not take place."""

    reason = _text(TEXT_MOST, required=True)


class AudiencePartSchema(Schema):
    """A rule that names cities: exactly one of these."""

    body_id = _id()
    host = BooleanField(validate=_TRUE)
    city_ids = fields.List(SlugField(), validate=validate.Length(1, CITIES_MOST))
    standing = fields.Enum(Standing, by_value=fields.String)
    presidency = BooleanField(validate=_TRUE)

    @validates_schema(skip_on_field_errors=True)
    def has_one_rule(self, data: Mapping[str, Any], **_: Any) -> None:
        """Refuse a part that says nothing, or two things."""
        if len(data) != 1:
            raise refuse("Exactly one of its fields is expected.", "one_of")

    @post_load
    def make_part(self, data: dict[str, Any], **_: Any) -> AudiencePart:
        """Return the rule as the domain has it."""
        ((name, value),) = data.items()
        return self._PARTS[name](value)

    _PARTS: ClassVar[Mapping[str, Callable[[Any], AudiencePart]]] = {
        "body_id": Holders,
        "host": lambda _: Host(),
        "city_ids": lambda ids: Named(tuple(ids)),
        "standing": Having,
        "presidency": lambda _: Presiding(),
    }


class InviteAudienceSchema(Schema):
    """Whom to invite, as membership stands on a day."""

    audience = fields.List(
        fields.Nested(AudiencePartSchema), required=True, validate=validate.Length(1, PARTS_MOST)
    )
    on = DayField(required=True)


class InvitedCitySchema(Schema):
    """A city that was invited now."""

    city_id = fields.String()
    reason = fields.String()


class InvitedSchema(Schema):
    """What came of inviting an audience."""

    invited = fields.List(fields.Nested(InvitedCitySchema))
    already = fields.List(fields.String())


class AnswerSchema(Schema):
    """An answer as it was given."""

    reply = fields.Enum(Reply, by_value=fields.String)
    person_id = fields.String()
    by = fields.String()
    recorded_by = fields.String()
    channel = fields.Enum(Channel, by_value=fields.String)
    on_behalf = fields.Boolean()
    at = InstantField()
    reason = fields.String()


class InvitationSchema(Schema):
    """A city's invitation to a meeting."""

    id = fields.String()
    meeting_id = fields.String()
    city_id = fields.String()
    on = DayField()
    part = fields.String()
    person_id = fields.String(allow_none=True)
    alternate_id = fields.String(allow_none=True)
    answer_by = InstantField()
    revision = fields.Integer()
    generation = fields.Integer()
    state = fields.Enum(InvitationState, by_value=fields.String)
    history = fields.List(fields.Nested(AnswerSchema))
    reason = fields.String()


class ListInvitationsSchema(Schema):
    """Which invitations."""

    state = fields.Enum(InvitationState, by_value=fields.String, load_default=None)
    city_id = SlugField(load_default=None)


class AcceptInvitationSchema(Schema):
    """Who said so, and how, when somebody else records it."""

    on_behalf_of = _text(NAME_MOST, load_default=None, allow_none=True)
    channel = fields.Enum(
        Channel,
        by_value=fields.String,
        load_default=Channel.API,
        validate=validate.NoneOf((Channel.LINK,), error="Only the link itself answers so."),
    )


class DeclineInvitationSchema(AcceptInvitationSchema):
    """Why, and who said so."""

    reason = fields.String(load_default="", validate=validate.Length(max=TEXT_MOST))


class WithdrawInvitationSchema(Schema):
    """Why an invitation is taken back."""

    reason = _text(TEXT_MOST, required=True)


class OpenAnswerLinkSchema(Schema):
    """What a link carries beside the invitation."""

    generation = IntegerField(required=True, validate=validate.Range(min=1))
    signature = fields.String(required=True, validate=validate.Length(1, NAME_MOST))


class AnswerByLinkSchema(OpenAnswerLinkSchema):
    """An answer by link."""

    answer = fields.Enum(Reply, by_value=fields.String, required=True)
    reason = fields.String(load_default="", validate=validate.Length(max=TEXT_MOST))


class InvitationSummarySchema(Schema):
    """An invitation as the holder of its link sees it."""

    invitation_id = fields.String()
    city = fields.String()
    title = fields.String()
    venue = fields.String()
    begins = LocalTimeField()
    ends = LocalTimeField()
    meeting_state = fields.Enum(MeetingState, by_value=fields.String)
    state = fields.Enum(InvitationState, by_value=fields.String)
    answer_by = InstantField()


class NominateDelegateSchema(Schema):
    """Whom a city wants to send."""

    person_id = _id(required=True)
    role = fields.Enum(Role, by_value=fields.String, load_default=Role.MEMBER)


class DelegateSchema(Schema):
    """A person in a delegation."""

    person_id = fields.String()
    role = fields.Enum(Role, by_value=fields.String)
    state = fields.Enum(DelegateState, by_value=fields.String)


class DelegationSchema(Schema):
    """The people whom a city sends to a meeting."""

    id = fields.String()
    meeting_id = fields.String()
    city_id = fields.String()
    delegates = fields.List(fields.Nested(DelegateSchema), attribute="people")


class ListDelegationsSchema(Schema):
    """Which delegations."""

    city_id = SlugField(load_default=None)
