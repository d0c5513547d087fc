from collections.abc import Callable

from tests.integration.notification.mailbox import REFUSED, Mailbox
from tests.integration.notification.scene import Scene
from tests.support.client import Client
from tests.support.outside import Outsider
from tests.support.running_service import RunningService
from tests.support.scrape import scraped
from tests.support.waiting import wait_until
from tests.unit.notification.builders import an_invitation

STATES = ("intended", "held", "failed")


def counted(notification: RunningService) -> dict[str, float]:
    said = scraped(notification)
    found = {
        state: said.value("zirve_aggregates", collection="messages", state=state)
        for state in STATES
    }
    for event in ("MessageSent", "MessageFailed", "MessageHeld"):
        found[event] = said.value("zirve_events_total", event=event, fate="published")
    name = "zirve_event_handler_seconds_count"
    found["tried"] = said.value(name, event="MessageIntended")
    return {name: value or 0.0 for name, value in found.items()}


def test_messages_are_counted_by_state_and_mails_as_they_are_sent(
    notification: RunningService,
    outsider: Outsider,
    mailbox: Mailbox,
    client: Callable[..., Client],
) -> None:
    taken, refused, unknown = (Scene(outsider, mailbox, client(notification)) for _ in range(3))
    before = counted(notification)

    def change() -> dict[str, float]:
        now = counted(notification)
        return {name: now[name] - before[name] for name in now if now[name] != before[name]}

    taken.announce()
    taken.introduce()
    taken.say(an_invitation())
    taken.message("sent")
    wait_until(lambda: change() == {"MessageSent": 1, "tried": 1}, 20)

    refused.announce()
    refused.introduce(local=REFUSED)
    refused.say(an_invitation())
    refused.message("failed")
    unknown.say(an_invitation())
    unknown.message("held")

    expected = {"MessageSent": 1, "MessageFailed": 1, "MessageHeld": 1, "tried": 3}
    wait_until(lambda: change() == {**expected, "failed": 1, "held": 1}, 20)
