import pytest
from marshmallow import ValidationError

from services.notification.domain import Kind, State
from services.notification.schemas import ListMessagesSchema, MessageSchema
from tests.unit.notification.builders import NOW, a_message, all_known, an_acceptance
from tests.unit.notification.test_message import REFUSED, sent


def test_a_message_is_shown_with_what_became_of_it() -> None:
    message = a_message(an_acceptance())
    sent(message, REFUSED)

    shown = MessageSchema().dump(message)

    assert shown["kind"] == "invitation_accepted"
    assert (shown["state"], shown["reason"]) == ("failed", "550 No such user")
    assert shown["calendar"] == {"uid": "m-1@zirve.example", "sequence": 0, "method": "REQUEST"}
    assert [step["state"] for step in shown["history"]] == ["intended", "failed"]
    assert shown["cause"]["correlation_id"] == "c-1"
    assert shown["waiting_for"] == []
    assert shown["intended_at"] == "2024-11-04T09:00:00.000Z"


def test_a_held_message_is_shown_with_what_it_waits_for() -> None:
    message = a_message(an_acceptance())
    message.draft(all_known(recipient=None, meeting=None), at=NOW)

    shown = MessageSchema().dump(message)

    assert shown["waiting_for"] == ["meeting", "recipient"]
    assert shown["calendar"] is None


def test_a_list_is_of_all_messages_unless_something_is_asked_for() -> None:
    nothing = {"person_id": None, "meeting_id": None, "state": None, "kind": None}
    assert ListMessagesSchema().load({}) == nothing

    asked = ListMessagesSchema().load({"state": "held", "kind": "trip_booked"})

    assert asked == {**nothing, "state": State.HELD, "kind": Kind.TRIP_BOOKED}


@pytest.mark.parametrize(
    "query", [{"state": "lost"}, {"kind": "rumour"}, {"city_id": "al-tirana"}, {"person_id": 5}]
)
def test_what_a_list_does_not_know_is_refused_by_name(query: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as refusal:
        ListMessagesSchema().load(query)

    assert list(refusal.value.messages_dict) == list(query)
