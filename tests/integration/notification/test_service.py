import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.links import verify
from tests.integration.notification.mailbox import LATER, REFUSED, calendar_of, text_of
from tests.integration.notification.scene import Scene
from tests.support.client import Client
from tests.support.running_service import RunningService
from tests.support.waiting import wait_until
from tests.unit.notification.builders import (
    a_booking,
    a_cancellation,
    a_confirmation,
    a_contact,
    a_decline,
    a_passing,
    a_person,
    a_removal,
    a_rescheduling,
    a_room,
    a_stay_release,
    a_trip_release,
    a_withdrawal,
    an_acceptance,
    an_announcement,
    an_invitation,
)

SATURDAY = "7 Aralık 2024 Cumartesi"  # noqa: RUF001 - Turkish as it is written
PREVIOUS_BEGINNING = "Önceki başlangıç"  # noqa: RUF001 - as above


def settled(scene: Scene) -> None:
    """Wait until the service has nothing left to do."""

    def is_idle() -> bool:
        status = scene.client.get("/v1/status").json()
        return status["outbox"] == 0 and status["queues"]["in"] == 0

    wait_until(is_idle, 20)


def test_an_invitation_is_sent_in_the_language_of_the_invited(scene: Scene) -> None:
    scene.announce()
    scene.introduce(languages=("bs", "tr"))

    scene.say(an_invitation())

    (mail,) = scene.mails(1)
    assert mail["Subject"] == "Davet: Executive Board meeting"
    assert mail["Content-Language"] == "tr"
    assert mail["X-Zirve-Message-Kind"] == "invitation"
    assert f"{SATURDAY}, 10:00\N{EN DASH}14:00 (UTC+1)" in text_of(mail)
    assert calendar_of(mail) is None
    message = scene.message("sent")
    assert mail["Message-ID"] == f"<{message['id']}@zirve.example>"
    assert mail["X-Correlation-Id"] == message["cause"]["correlation_id"]
    assert re.fullmatch("[0-9a-f]{32}", mail["X-Trace-Id"])
    assert message["cause"]["event"] == "CityInvited"
    assert (message["language"], message["revision"], message["attempts"]) == ("tr", 0, 1)


def test_the_link_in_an_invitation_is_signed_for_its_generation(
    scene: Scene, notification: RunningService
) -> None:
    scene.announce()
    scene.introduce()

    scene.say(an_invitation(generation=3))

    text = text_of(scene.mails(1)[0])
    link = urlsplit(next(line for line in text.splitlines() if line.startswith("http")))
    invitation_id = link.path.removeprefix("/v1/answers/")
    query = parse_qs(link.query)
    assert invitation_id == scene.own("i-1")
    assert query["generation"] == ["3"]
    secret = notification.zirve.link_secret
    assert verify(query["signature"][0], secret, "answer_invitation", invitation_id, 3)


def test_an_acceptance_that_is_moved_and_cancelled_is_one_entry_in_the_calendar(
    scene: Scene,
) -> None:
    scene.announce()
    scene.introduce()
    scene.say(an_invitation(), an_acceptance())
    scene.message("sent", kind="invitation_accepted")

    scene.say(a_rescheduling())
    scene.message("sent", kind="meeting_rescheduled")
    scene.say(a_cancellation())
    scene.message("sent", kind="meeting_cancelled")

    found = [calendar_of(mail) for mail in scene.mails(len(scene.messages(state="sent")))]
    entries = [each for each in found if each is not None]
    assert {str(event["UID"]) for _, event in entries} == {f"{scene.own('m-1')}@zirve.example"}
    assert [(method, int(event["SEQUENCE"])) for method, event in entries] == [
        ("REQUEST", 0),
        ("REQUEST", 1),
        ("CANCEL", 2),
    ]
    moved = entries[1][1]
    assert moved["DTSTART"].dt.isoformat() == "2024-12-07T12:00:00+01:00"
    assert moved["DTSTART"].params["TZID"] == "Europe/Tirane"
    assert moved["ATTENDEE"] == f"mailto:{scene.email()}"


def test_who_has_not_answered_is_told_of_a_new_time_without_an_entry(scene: Scene) -> None:
    scene.announce()
    scene.introduce()
    scene.say(an_invitation())
    scene.message("sent")

    scene.say(a_rescheduling())

    mail = scene.mails(2)[1]
    assert calendar_of(mail) is None
    assert f"{PREVIOUS_BEGINNING}: {SATURDAY}, 10:00 (UTC+1)" in text_of(mail)
    assert "Gerekçe: Late flights" in text_of(mail)


def test_who_declined_is_not_told_of_a_new_time_but_the_alternate_is(scene: Scene) -> None:
    scene.announce()
    scene.introduce("p-1")
    scene.introduce("p-2")
    scene.say(an_invitation())
    scene.mails(1, "p-1")

    scene.say(a_decline(passed_on=True), a_passing())
    scene.mails(1, "p-2")
    scene.say(a_rescheduling())

    scene.mails(2, "p-2")
    scene.mails(1, "p-1")
    told = scene.message("suppressed", person_id=scene.own("p-1"))
    assert (told["kind"], told["reason"]) == ("meeting_rescheduled", "declined")


def test_who_takes_an_acceptance_back_loses_the_entry(scene: Scene) -> None:
    scene.announce()
    scene.introduce()
    scene.say(an_invitation(), an_acceptance(2))
    scene.message("sent", kind="invitation_accepted")

    scene.say(a_decline(3))

    scene.message("sent", kind="invitation_declined")
    found = calendar_of(scene.mails(len(scene.messages(state="sent")))[-1])
    assert found is not None
    assert found[0] == "CANCEL"


def test_a_withdrawn_invitation_is_told_of(scene: Scene) -> None:
    scene.announce()
    scene.introduce()
    scene.say(an_invitation(), an_acceptance(2))
    scene.message("sent", kind="invitation_accepted")

    scene.say(a_withdrawal(3))

    scene.message("sent", kind="invitation_withdrawn")
    mail = scene.mails(len(scene.messages(state="sent")))[-1]
    assert "Gerekçe: Not a member any more" in text_of(mail)
    found = calendar_of(mail)
    assert found is not None
    assert found[0] == "CANCEL"


def test_a_delegate_gets_an_entry_and_loses_it_when_withdrawn(scene: Scene) -> None:
    scene.announce()
    scene.introduce()

    scene.say(a_confirmation(2))
    scene.message("sent", kind="delegate_confirmed")
    scene.say(a_removal(3))
    scene.message("sent", kind="delegate_withdrawn")

    found = [calendar_of(mail) for mail in scene.mails(2)]
    assert [each and (each[0], int(each[1]["SEQUENCE"])) for each in found] == [
        ("REQUEST", 0),
        ("CANCEL", 0),
    ]


def test_who_accepted_and_is_confirmed_gets_one_entry_and_one_message_of_a_change(
    scene: Scene,
) -> None:
    scene.announce()
    scene.introduce()
    scene.say(an_invitation(), an_acceptance())
    scene.message("sent", kind="invitation_accepted")

    scene.say(a_confirmation(invitee=True))
    confirmed = scene.message("sent", kind="delegate_confirmed")
    scene.say(a_rescheduling())

    assert confirmed["calendar"] is None
    moved = scene.message("sent", kind="meeting_rescheduled")
    assert moved["calendar"]["sequence"] == 1


def test_an_itinerary_has_the_local_times_of_both_ends(scene: Scene) -> None:
    scene.announce()
    scene.introduce(languages=("en",))

    scene.say(a_booking())

    text = text_of(scene.mails(1)[0])
    assert "TK 1073" in text
    assert "IST: Saturday, 7 December 2024, 08:00 (UTC+3)" in text
    assert "TIA: Saturday, 7 December 2024, 07:00 (UTC+1)" in text


def test_a_room_is_told_of_with_its_days(scene: Scene) -> None:
    scene.announce()
    scene.introduce(languages=("el",))

    scene.say(a_room())

    mail = scene.mails(1)[0]
    assert mail["Subject"] == "Κράτηση δωματίου: Hotel Rogner"
    assert "Άφιξη: Παρασκευή 6 Δεκεμβρίου 2024" in text_of(mail)


def test_a_message_waits_for_the_recipient_and_for_the_meeting(scene: Scene) -> None:
    scene.say(an_invitation())
    held = scene.message("held")
    assert held["waiting_for"] == ["meeting", "recipient"]

    scene.introduce()
    wait_until(lambda: scene.message("held")["waiting_for"] == ["meeting"], 20)
    scene.announce()

    assert scene.message("sent")["id"] == held["id"]
    scene.mails(1)


def test_a_new_address_is_used_from_then_on(scene: Scene) -> None:
    scene.announce()
    scene.introduce()
    scene.say(an_invitation())
    scene.mails(1)

    scene.say(a_contact(5, email=scene.email(local="new")))
    settled(scene)
    scene.say(an_acceptance())

    scene.mails(1, local="new")


def test_what_was_released_before_it_could_be_sent_is_not_sent(scene: Scene) -> None:
    scene.say(a_booking(2), a_trip_release(3), a_room(1), a_stay_release(2), an_announcement())
    settled(scene)

    scene.say(a_person(), a_contact(email=scene.email()))

    wait_until(lambda: len(scene.messages(state="suppressed")) == 2, 20)
    assert {m["reason"] for m in scene.messages(state="suppressed")} == {"released"}
    scene.mails(0)


def test_the_same_event_twice_is_one_mail(scene: Scene) -> None:
    scene.announce()
    scene.introduce()
    told = [an_invitation(), an_acceptance(), a_confirmation(), a_booking(), a_room()]
    scene.say(*told)
    wait_until(lambda: len(scene.messages(state="sent")) >= 4, 20)
    settled(scene)
    before = len(scene.messages())

    scene.say(*told)
    settled(scene)

    assert len(scene.messages()) == before == 5
    scene.mails(len(scene.messages(state="sent")))


def test_a_mail_server_that_asks_to_wait_gets_the_mail_later(scene: Scene) -> None:
    scene.announce()
    scene.introduce(local=LATER)

    scene.say(an_invitation())

    scene.mails(1, local=LATER)
    message = scene.message("sent")
    assert [step["state"] for step in message["history"]] == ["intended", "sent"]


def test_a_refused_mail_is_reported_without_the_address_and_can_be_tried_again(
    scene: Scene,
) -> None:
    scene.announce()
    scene.introduce(local=REFUSED)
    scene.say(an_invitation())
    failed = scene.message("failed")
    assert failed["reason"] == "550 5.1.1 <address>: no such user"

    scene.say(a_contact(5, email=scene.email()))
    settled(scene)
    answer = scene.client.post(f"/v1/messages/{failed['id']}/retry")

    assert answer.status_code == 200
    assert answer.json()["state"] == "intended"
    scene.mails(1)
    assert scene.message("sent")["attempts"] == 2


def test_what_is_no_address_fails_for_good(scene: Scene) -> None:
    scene.announce()
    scene.say(a_person(), a_contact(email="not an address"))

    scene.say(an_invitation())

    assert scene.message("failed")["reason"] == "no mail address"


def test_an_internationalised_address_fails_at_a_server_that_takes_none(scene: Scene) -> None:
    scene.announce()
    scene.say(a_person(), a_contact(email="büro@city.example"))

    scene.say(an_invitation())

    assert "internationalised" in scene.message("failed")["reason"]


def test_only_a_failed_message_can_be_tried_again(scene: Scene) -> None:
    scene.announce()
    scene.introduce()
    scene.say(an_invitation())
    message = scene.message("sent")

    answer = scene.client.post(f"/v1/messages/{message['id']}/retry")

    assert answer.status_code == 409
    assert answer.json()["code"] == "not_failed"
    assert scene.message("sent") == message


@pytest.mark.parametrize(
    ("role", "status"), [("organiser", 404), ("operator", 404), ("city_lead", 403), (None, 401)]
)
def test_messages_are_for_organisers_and_operators(
    notification: RunningService, client: Callable[..., Client], role: str | None, status: int
) -> None:
    messenger = client(notification, role=role)

    assert messenger.get("/v1/messages/m-0").status_code == status
    listed = 200 if status == 404 else status
    assert messenger.get("/v1/messages").status_code == listed


@pytest.mark.parametrize(("role", "status"), [("organiser", 404), ("operator", 403), (None, 401)])
def test_only_organisers_try_again(
    notification: RunningService, client: Callable[..., Client], role: str | None, status: int
) -> None:
    assert client(notification, role=role).post("/v1/messages/m-0/retry").status_code == status


def test_an_unknown_message_is_not_found(scene: Scene) -> None:
    answer = scene.client.get("/v1/messages/no-such-message")

    assert answer.status_code == 404
    assert answer.json()["code"] == "unknown_message"


@pytest.mark.parametrize("query", [{"state": "lost"}, {"kind": "rumour"}, {"city_id": "al-tirana"}])
def test_a_list_refuses_what_it_does_not_know(scene: Scene, query: dict[str, str]) -> None:
    answer = scene.client.get("/v1/messages", **query)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == list(query)


def test_a_list_is_given_page_by_page_oldest_first(scene: Scene) -> None:
    scene.announce()
    scene.introduce()
    scene.say(an_invitation(), a_confirmation(), a_booking(), a_room())
    wait_until(lambda: len(scene.messages(state="sent")) == 4, 20)

    pages, cursor = [], {}
    while True:
        page = scene.client.get(
            "/v1/messages", meeting_id=scene.own("m-1"), limit=3, **cursor
        ).json()
        pages.append(page["items"])
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}

    assert [len(page) for page in pages] == [3, 1]
    times = [message["intended_at"] for page in pages for message in page]
    assert times == sorted(times)


def test_no_address_and_no_link_is_in_what_is_shown_or_logged(
    scene: Scene, notification: RunningService
) -> None:
    scene.announce()
    scene.introduce(local=REFUSED)
    scene.say(an_invitation())
    message = scene.message("failed")

    shown = scene.client.get(f"/v1/messages/{message['id']}").text

    for secret in (scene.email(local=REFUSED), "signature"):
        assert secret not in shown
        assert secret not in notification.log
