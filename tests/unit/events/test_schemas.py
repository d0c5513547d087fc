from typing import Any

import pytest
from marshmallow import Schema, ValidationError

from services.events.domain.audience import Having, Holders, Host, Named, Presiding
from services.events.domain.delegate import Role
from services.events.domain.member import Standing
from services.events.domain.plan import MeetingKind
from services.events.schemas import (
    AcceptInvitationSchema,
    AnswerByLinkSchema,
    CallMeetingSchema,
    CancelMeetingSchema,
    DeclineInvitationSchema,
    DelegationSchema,
    InvitationSchema,
    InviteAudienceSchema,
    ListInvitationsSchema,
    MeetingSchema,
    NominateDelegateSchema,
    OpenAnswerLinkSchema,
    RescheduleMeetingSchema,
    WithdrawInvitationSchema,
)
from shared.web.problem import Invalid
from tests.unit.events.builders import (
    ANSWER_BY,
    BEGINS,
    NOW,
    a_delegation,
    a_meeting,
    a_respondent,
    an_invitation,
)

TIRANA_AT_11 = {"local": "2024-12-07T11:00:00", "zone": "Europe/Tirane"}
TIRANA_AT_15 = {"local": "2024-12-07T15:00:00", "zone": "Europe/Tirane"}
MEETING = {
    "title": "Executive Board meeting",
    "kind": "board_meeting",
    "host_city_id": "al-tirana",
    "venue": "City Hall",
    "begins": TIRANA_AT_11,
    "ends": TIRANA_AT_15,
    "quota": 2,
    "answer_by": "2024-11-22T22:00:00Z",
}
AUDIENCE = {"audience": [{"host": True}], "on": "2024-12-07"}


def faults(schema: type[Schema], body: Any) -> list[tuple[str, str]]:
    """Return field and code of everything that is wrong with a body."""
    with pytest.raises(ValidationError) as refused:
        schema().load(body)
    return [(each["field"], each["code"]) for each in Invalid(refused.value).errors]


def test_a_meeting_is_read_as_a_plan() -> None:
    plan = CallMeetingSchema().load(MEETING)["plan"]

    assert (plan.kind, plan.begins, plan.answer_by) == (
        MeetingKind.BOARD_MEETING,
        BEGINS,
        ANSWER_BY,
    )
    assert (plan.naming_by, plan.body_id) == (None, None)


@pytest.mark.parametrize("field", sorted(MEETING))
def test_what_makes_a_meeting_is_required(field: str) -> None:
    body = {name: value for name, value in MEETING.items() if name != field}

    assert faults(CallMeetingSchema, body) == [(field, "missing")]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"title": "  "}, ("title", "invalid")),
        ({"title": 7}, ("title", "wrong_type")),
        ({"title": "x" * 201}, ("title", "invalid")),
        ({"kind": "party"}, ("kind", "invalid")),
        ({"host_city_id": "Tirana!"}, ("host_city_id", "invalid")),
        ({"quota": 0}, ("quota", "invalid")),
        ({"quota": "2"}, ("quota", "wrong_type")),
        ({"quota": 501}, ("quota", "invalid")),
        ({"answer_by": "2024-11-22"}, ("answer_by", "invalid")),
        ({"naming_by": 5}, ("naming_by", "wrong_type")),
        ({"begins": {**TIRANA_AT_11, "zone": "Europe/Tirana"}}, ("begins.zone", "unknown_zone")),
        (
            {"begins": {**TIRANA_AT_11, "local": "2024-03-31T02:30:00"}},
            ("begins.local", "nonexistent_local_time"),
        ),
        ({"state": "announced"}, ("state", "unknown_field")),
    ],
)
def test_a_meeting_that_is_not_one_is_refused(
    change: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert faults(CallMeetingSchema, {**MEETING, **change}) == [fault]


def test_an_audience_is_read_as_rules() -> None:
    parts = [
        {"body_id": "board"},
        {"host": True},
        {"city_ids": ["al-tirana", "bg-sofia"]},
        {"standing": "member"},
        {"standing": "observer"},
        {"presidency": True},
    ]

    loaded = InviteAudienceSchema().load({**AUDIENCE, "audience": parts})

    assert loaded["audience"] == [
        Holders("board"),
        Host(),
        Named(("al-tirana", "bg-sofia")),
        Having(Standing.MEMBER),
        Having(Standing.OBSERVER),
        Presiding(),
    ]


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        ({}, ("audience.0", "one_of")),
        ({"host": True, "presidency": True}, ("audience.0", "one_of")),
        ({"host": False}, ("audience.0.host", "invalid")),
        ({"host": "yes"}, ("audience.0.host", "wrong_type")),
        ({"presidency": False}, ("audience.0.presidency", "invalid")),
        ({"standing": "friend"}, ("audience.0.standing", "invalid")),
        ({"city_ids": []}, ("audience.0.city_ids", "invalid")),
        ({"city_ids": [5]}, ("audience.0.city_ids.0", "wrong_type")),
        ({"everybody": True}, ("audience.0.everybody", "unknown_field")),
        ("host", ("audience.0", "wrong_type")),
    ],
)
def test_a_part_of_an_audience_that_is_no_rule_is_refused(
    part: Any, fault: tuple[str, str]
) -> None:
    assert faults(InviteAudienceSchema, {**AUDIENCE, "audience": [part]}) == [fault]


def test_an_audience_says_whom_and_as_of_when() -> None:
    assert faults(InviteAudienceSchema, {}) == [("audience", "missing"), ("on", "missing")]
    assert faults(InviteAudienceSchema, {**AUDIENCE, "audience": []}) == [("audience", "invalid")]
    assert faults(InviteAudienceSchema, {**AUDIENCE, "on": "7 December"}) == [("on", "invalid")]


@pytest.mark.parametrize(
    ("schema", "body", "fault"),
    [
        (RescheduleMeetingSchema, {"ends": TIRANA_AT_15, "reason": "x"}, ("begins", "missing")),
        (
            RescheduleMeetingSchema,
            {"begins": TIRANA_AT_11, "ends": TIRANA_AT_15, "reason": ""},
            ("reason", "invalid"),
        ),
        (CancelMeetingSchema, {}, ("reason", "missing")),
        (WithdrawInvitationSchema, {"reason": " "}, ("reason", "invalid")),
        (ListInvitationsSchema, {"state": "maybe"}, ("state", "invalid")),
        (AcceptInvitationSchema, {"channel": "link"}, ("channel", "invalid")),
        (AcceptInvitationSchema, {"channel": "pigeon"}, ("channel", "invalid")),
        (AcceptInvitationSchema, {"on_behalf_of": ""}, ("on_behalf_of", "invalid")),
        (AcceptInvitationSchema, {"reason": "x"}, ("reason", "unknown_field")),
        (DeclineInvitationSchema, {"reason": None}, ("reason", "null")),
        (OpenAnswerLinkSchema, {"generation": 1}, ("signature", "missing")),
        (OpenAnswerLinkSchema, {"generation": 0, "signature": "x"}, ("generation", "invalid")),
        (
            AnswerByLinkSchema,
            {"generation": 1, "signature": "x", "answer": "maybe"},
            ("answer", "invalid"),
        ),
        (NominateDelegateSchema, {"role": "member"}, ("person_id", "missing")),
        (NominateDelegateSchema, {"person_id": "ana", "role": "king"}, ("role", "invalid")),
    ],
)
def test_a_body_that_does_not_fit_is_refused_with_its_field(
    schema: type[Schema], body: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert faults(schema, body) == [fault]


def test_a_meeting_is_given_with_its_plan_flat() -> None:
    given = MeetingSchema().dump(a_meeting())

    assert given["title"] == "Executive Board meeting"
    assert given["begins"] == {**TIRANA_AT_11, "at": "2024-12-07T10:00:00.000Z"}
    assert given["answer_by"] == "2024-11-22T22:00:00.000Z"
    assert (given["state"], given["revision"], given["kind"]) == ("announced", 0, "board_meeting")
    assert "invited" not in given


def test_an_invitation_is_given_with_its_history() -> None:
    invitation = an_invitation()
    invitation.accept(a_respondent(on_behalf_of="The secretary"), a_meeting(), at=NOW)

    given = InvitationSchema().dump(invitation)

    assert (given["state"], given["on"]) == ("accepted", "2024-12-07")
    assert given["history"] == [
        {
            "reply": "accepted",
            "person_id": "mayor-of-tirana",
            "by": "The secretary",
            "recorded_by": "ada",
            "channel": "api",
            "on_behalf": True,
            "at": "2024-11-01T09:00:00.000Z",
            "reason": "",
        }
    ]


def test_a_delegation_is_given_with_its_people() -> None:
    given = DelegationSchema().dump(a_delegation(ben=Role.MEMBER, ana=Role.HEAD))

    assert given["delegates"] == [
        {"person_id": "ana", "role": "head", "state": "nominated"},
        {"person_id": "ben", "role": "member", "state": "nominated"},
    ]
