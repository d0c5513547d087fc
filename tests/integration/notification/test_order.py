import os
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from pymongo.database import Database

from services.notification.domain import Attendance, Letter, Meeting, Message, Recipient
from shared.domain import Event
from shared.persistence.store import Store
from tests.integration.notification.play import Play, QueriedStore
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

ORDERS = int(os.environ.get("ORDERS", "2000"))  # noqa: TID251 - a test's own
SEED = 20241207
Story = Callable[[], list[Event]]
COPIES = (Recipient, Meeting, Attendance)

COMING = {"mayor", "alternate", "adviser", "returned"}
"""Who comes to the meeting ``m-1`` in the end; ``m-2`` is cancelled."""
UNREACHABLE = "unreachable"


def of_meeting() -> list[Event]:
    return [an_announcement(2), a_rescheduling(3, to=11), a_rescheduling(4, to=12, revision=2)]


def of_people(*people: str) -> list[Event]:
    described = [a_person(1, person_id=each, languages=("tr",)) for each in people]
    reachable = [each for each in people if each != UNREACHABLE]
    return [
        *described,
        *(a_contact(2, person_id=each, email=f"{each}@city.example") for each in reachable),
    ]


def of_a_mayor() -> list[Event]:
    """Return what is told of a mayor who comes to one meeting, while another is cancelled."""
    invitation = {"invitation_id": "i-mayor", "person_id": "mayor"}
    other = {"meeting_id": "m-2", "invitation_id": "i-other", "person_id": "mayor"}
    trip = {"trip_id": "t-mayor", "person_id": "mayor"}
    return [
        *of_people("mayor"),
        a_person(3, person_id="mayor", name="Defne K. Ergin", languages=("sr", "en")),
        a_contact(4, person_id="mayor", email="new@city.example"),
        an_invitation(1, **invitation),
        an_acceptance(2, **invitation),
        a_confirmation(2, person_id="mayor", invitee=True),
        a_booking(2, **trip),
        a_booking(3, **trip, direction="departure"),
        a_booking(4, **trip, booking=2),
        a_room(1, stay_id="s-mayor", person_id="mayor"),
        an_announcement(2, meeting_id="m-2"),
        a_cancellation(3, meeting_id="m-2", revision=1),
        an_invitation(1, **other),
        an_acceptance(2, **other),
        a_removal(3, meeting_id="m-2", person_id="mayor", reason="meeting_cancelled"),
    ]


def of_an_alternate() -> list[Event]:
    """Return what is told of an invitation that is passed on."""
    city = {"invitation_id": "i-city"}
    return [
        *of_people("decliner", "alternate"),
        an_invitation(1, **city, person_id="decliner"),
        a_decline(2, **city, person_id="decliner", passed_on=True),
        a_passing(3, **city, from_person_id="decliner", person_id="alternate"),
        an_acceptance(4, **city, person_id="alternate", generation=2),
    ]


def of_delegates() -> list[Event]:
    """Return what is told of delegates, of whom one is dropped and one comes back."""
    trip = {"trip_id": "t-dropped", "person_id": "dropped"}
    stay = {"stay_id": "s-dropped", "person_id": "dropped"}
    returned = {"delegation_id": "d-2", "person_id": "returned"}
    return [
        *of_people("adviser", "dropped", "returned", UNREACHABLE),
        a_confirmation(3, person_id="adviser", revision=1),
        a_confirmation(4, person_id="dropped"),
        a_removal(5, person_id="dropped"),
        a_booking(2, **trip),
        a_trip_release(3, **trip),
        a_room(1, **stay),
        a_stay_release(2, **stay),
        a_confirmation(2, **returned),
        a_removal(3, **returned),
        a_confirmation(5, **returned, revision=2),
        a_confirmation(6, delegation_id="d-2", person_id=UNREACHABLE, revision=2),
    ]


def of_second_thoughts() -> list[Event]:
    """Return what is told of an acceptance and an invitation that are taken back."""
    revoker = {"invitation_id": "i-revoker", "person_id": "revoker"}
    uninvited = {"invitation_id": "i-uninvited", "person_id": "uninvited"}
    return [
        *of_people("revoker", "uninvited"),
        an_invitation(1, **revoker),
        an_acceptance(2, **revoker),
        a_decline(3, **revoker),
        an_invitation(1, **uninvited),
        an_acceptance(2, **uninvited),
        a_withdrawal(3, **uninvited),
    ]


STORIES = [of_a_mayor, of_an_alternate, of_delegates, of_second_thoughts]


def everything() -> list[Event]:
    return [event for story in STORIES for event in story()]


def played(story: Story, seed: int, store: Any = None, *, own_last: bool = False) -> Play:
    choice = Random(seed)
    play = Play(store or QueriedStore())
    for event in [*of_meeting(), *story()]:
        play.hear(event)
    play.run(choice, own_last=own_last)
    return play


def calendars(letters: list[Letter]) -> dict[tuple[str, str], tuple[str, int]]:
    """Return METHOD and SEQUENCE that count in the end, by person's address and UID (RFC 5546)."""
    ends: dict[tuple[str, str], tuple[str, int]] = {}
    for letter in letters:
        if letter.calendar is not None:
            person = letter.email.removesuffix("@city.example").replace("new", "mayor")
            key = person, letter.calendar.uid
            # Of equal SEQUENCE the later DTSTAMP counts; letters are in the order of theirs.
            if letter.calendar.sequence >= ends.get(key, ("", 0))[1]:
                ends[key] = (letter.calendar.method.value, letter.calendar.sequence)
    return ends


def check_letters(play: Play) -> None:
    letters = play.letters.taken
    assert len({letter.message_id for letter in letters}) == len(letters), "a letter went twice"
    ends = calendars(letters)
    for recipient in play.state(Recipient):
        now = ends.get((recipient, "m-1@zirve.example"), ("CANCEL", 2))
        assert now == ("REQUEST", 2) if recipient in COMING else now[0] == "CANCEL", recipient
        cancelled = ends.get((recipient, "m-2@zirve.example"), ("CANCEL", 1))
        assert cancelled[0] == "CANCEL", recipient


def seeds(count: int) -> range:
    return range(SEED, SEED + count)


def test_facts_that_are_all_known_decide_the_same_in_every_order() -> None:
    expected = played(everything, SEED, own_last=True)
    for seed in seeds(ORDERS // 100):
        play = played(everything, seed, own_last=True)

        for kind in (*COPIES, Message):
            assert without_cause(play.state(kind)) == without_cause(expected.state(kind)), seed
        check_letters(play)


@pytest.mark.parametrize("story", STORIES)
def test_facts_heard_in_every_order_lead_to_the_same_end(story: Story) -> None:
    expected = played(story, SEED, own_last=True)
    copies = {kind: expected.state(kind) for kind in COPIES}
    messages = expected.state(Message)
    for seed in seeds(ORDERS // len(STORIES)):
        play = played(story, seed)

        for kind in COPIES:
            assert play.state(kind) == copies[kind], seed
        found = play.state(Message)
        assert found.keys() == messages.keys(), seed
        for id_, message in found.items():
            check_message(message, messages[id_])
        check_letters(play)


def test_the_database_gives_what_memory_gives(database: Database[dict[str, Any]]) -> None:
    for seed in seeds(max(ORDERS // 500, 2)):
        stored = played(everything, seed, Store(database.client[f"{database.name}_{seed}"]))
        in_memory = played(everything, seed)

        for kind in (*COPIES, Message):
            assert without_cause(stored.state(kind)) == without_cause(in_memory.state(kind)), seed


def check_message(message: Any, expected: Any) -> None:
    """Compare with what comes of the message when all facts are known first.

    What is true in the end is told, whenever its fact is heard. What is not may have been told
    while it still was. A change is told to whoever was concerned then; who is concerned again
    since was told of it by being confirmed again, which ``check_letters`` sees to.
    """
    if expected["state"] == "suppressed":
        assert message["state"] in ("sent", "suppressed"), message
    elif expected["kind"] == "meeting_rescheduled":
        assert message["state"] in ("sent", "suppressed", "held"), message
    else:
        assert message["state"] == expected["state"], message
    if message["state"] == "held":
        assert message["person_id"] == UNREACHABLE


def without_cause(documents: dict[str, Any]) -> dict[str, Any]:
    """Leave out which event came first and how often a message was held meanwhile."""
    left_out = {"cause", "history"}
    return {
        id_: {name: value for name, value in document.items() if name not in left_out}
        for id_, document in documents.items()
    }
