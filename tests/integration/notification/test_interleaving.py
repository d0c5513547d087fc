from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from services.notification.domain import Message
from shared.domain import Event
from shared.persistence.document import Change
from shared.persistence.store import Write
from tests.integration.notification.play import Play, QueriedStore
from tests.unit.notification.builders import (
    a_contact,
    a_person,
    a_rescheduling,
    an_announcement,
    an_invitation,
)


class Overtaken(QueriedStore):
    """Lets another process do something between a decision and its write."""

    def __init__(self, collection: str, state: str | None, meanwhile: Callable[[], None]) -> None:
        super().__init__()
        self._awaited = (collection, state)
        self._meanwhile: Callable[[], None] | None = meanwhile

    def write(self, writes: list[Write]) -> None:
        if self._meanwhile is not None and any(map(self._is_awaited, writes)):
            meanwhile, self._meanwhile = self._meanwhile, None
            meanwhile()
        super().write(writes)

    def _is_awaited(self, write: Write) -> bool:
        content: Any = write.content
        state = (content.values if isinstance(content, Change) else content).get("state")
        return (write.collection, state) == self._awaited


def told(process: Play, *events: Event) -> None:
    for event in events:
        process.hear(event)
    process.run(Random(1))


def messages(process: Play) -> dict[str, str]:
    """Return state by kind."""
    return {each["kind"]: each["state"] for each in process.state(Message).values()}


@pytest.mark.parametrize(
    ("known", "missing"),
    [
        ([an_announcement()], [a_person(), a_contact()]),
        ([a_person(), a_contact()], [an_announcement()]),
    ],
)
def test_what_becomes_known_while_a_message_is_being_held_is_not_missed(
    known: list[Event], missing: list[Event]
) -> None:
    store = Overtaken("messages", "held", lambda: told(other, *missing))
    process, other = Play(store), Play(store)
    told(process, *known)

    told(process, an_invitation())

    assert messages(process) == {"invitation": "sent"}
    assert len(process.letters.taken) == 1
    assert other.letters.taken == []


def test_a_change_that_is_heard_while_somebody_is_being_invited_is_told() -> None:
    store = Overtaken("attendances", None, lambda: told(other, a_rescheduling()))
    process, other = Play(store), Play(store)
    told(process, an_announcement(), a_person(), a_contact())

    told(process, an_invitation())

    assert messages(process) == {"invitation": "sent", "meeting_rescheduled": "sent"}


def test_a_message_that_two_processes_are_told_to_send_at_once_is_sent_by_one() -> None:
    def redeliver() -> None:
        other.inbox += [each for each in process.published if each.key == "MessageIntended"]
        other.run(Random(1))

    store = Overtaken("messages", "sent", redeliver)
    process, other = Play(store), Play(store)
    told(process, an_announcement(), a_person(), a_contact())

    told(process, an_invitation())

    assert len(other.waiting) == 1
    other.inbox, other.waiting = other.waiting, []
    other.run(Random(1))
    assert (len(process.letters.taken), len(other.letters.taken)) == (1, 0)
    (message,) = process.state(Message).values()
    assert (message["state"], message["attempts"]) == ("sent", 1)
