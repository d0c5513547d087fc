"""A mail is sent by one process at a time, whoever else is told to send it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import MongoClient

from shared.contracts.notification import MessageIntended
from tests.integration.notification.mailbox import SLOW, Mailbox
from tests.integration.notification.scene import Scene
from tests.support.client import Client
from tests.support.outside import Outsider
from tests.support.running_service import RunningService
from tests.support.waiting import wait_until
from tests.unit.notification.builders import an_invitation

SMTP_SECONDS = 8
"""A claim lasts longer than the whole retry ladder of services under test."""


@pytest.fixture(scope="module")
def notification(start: Callable[..., RunningService]) -> RunningService:
    """Two processes that share the work."""
    return start(count=2, SMTP_SECONDS=str(SMTP_SECONDS))


@pytest.fixture
def being_sent(scene: Scene, mailbox: Mailbox) -> dict[str, Any]:
    """A message whose mail the mail server is just being handed."""
    scene.announce()
    scene.introduce(local=SLOW)
    scene.say(an_invitation())
    wait_until(lambda: scene.email(local=SLOW) in mailbox.begun, 20)
    (message,) = scene.messages(state="intended")
    return message


@pytest.fixture
def document(
    notification: RunningService, mongo_client: MongoClient[dict[str, Any]]
) -> Callable[[str], Any]:
    messages = mongo_client[notification.database_name].messages
    return lambda id_: messages.find_one({"_id": id_})


def is_idle(client: Client) -> bool:
    status = client.get("/v1/status").json()
    queues = status["queues"]
    return status["outbox"] == queues["in"] == queues["retry"] == queues["parked"] == 0


def test_an_event_published_twice_is_one_mail_though_two_processes_hear_it(
    scene: Scene, being_sent: dict[str, Any], outsider: Outsider
) -> None:
    event = MessageIntended(
        message_id=being_sent["id"],
        person_id=being_sent["person_id"],
        meeting_id=being_sent["meeting_id"],
        kind=being_sent["kind"],
        occurred_at=datetime.now(UTC),
    )

    for _ in range(6):
        outsider.publish(event, "messages", being_sent["id"], sequence=1)

    scene.message("sent")
    wait_until(lambda: is_idle(scene.client), 20)
    scene.mails(1, local=SLOW)


def test_a_save_that_is_lost_does_not_send_the_mail_again(
    notification: RunningService,
    mongo_client: MongoClient[dict[str, Any]],
    scene: Scene,
    being_sent: dict[str, Any],
    document: Callable[[str], Any],
) -> None:
    messages = mongo_client[notification.database_name].messages

    messages.update_one({"_id": being_sent["id"]}, {"$inc": {"_version": 1}})

    scene.message("sent")
    wait_until(lambda: is_idle(scene.client), 20)
    assert document(being_sent["id"])["_version"] == 3
    scene.mails(1, local=SLOW)


def test_what_a_killed_process_had_claimed_is_sent_by_another_and_nothing_is_parked(
    notification: RunningService, scene: Scene, being_sent: dict[str, Any]
) -> None:
    for number in (1, 2):
        notification.zirve.kill("notification", number)
    for number in (1, 2):
        notification.zirve.start("notification", number)

    wait_until(lambda: scene.messages(state="sent"), 40)
    wait_until(lambda: is_idle(scene.client), 20)
    scene.mails(1, local=SLOW)
