from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pymongo.database import Database

from services.notification.domain import Message, Recipient, UnknownMessage
from services.notification.repository import (
    AttendanceRepository,
    MeetingRepository,
    MessageRepository,
    RecipientRepository,
)
from shared.messaging.envelope import Cause
from shared.persistence.indexes import indexes_declared_by, make_indexes
from shared.persistence.repository import Repository
from shared.persistence.session import Session, opened
from shared.persistence.store import Outcome, Store
from shared.web.paging import PageRequest
from tests.unit.notification.builders import (
    LATER,
    a_booking,
    a_cancellation,
    a_confirmation,
    a_decline,
    a_meeting,
    a_message,
    a_recipient,
    a_rescheduling,
    a_room,
    all_known,
    an_acceptance,
    an_attendance,
    an_invitation,
)
from tests.unit.notification.test_message import sent

Make = Callable[[type[Repository[Any]]], Any]


@pytest.fixture
def made(database: Database[dict[str, Any]]) -> Make:
    """Make a repository with its indexes."""

    def make(kind: type[Repository[Any]]) -> Any:
        make_indexes(database, indexes_declared_by([kind]))
        return kind(Store(database))

    return make


@contextmanager
def door(repository: Repository[Any]) -> Iterator[list[Any]]:
    """Run as a door does; what was saved is written at the end, and the outcomes are given."""
    outcomes: list[Any] = []
    with opened(Session(Cause("c-1", "e-1"))) as session:
        yield outcomes
        writes = session.writes(session.marked())
        repository.store.write(writes)
        outcomes += [write.outcome for write in writes]


def stored(repository: Any, *aggregates: Any) -> None:
    with door(repository):
        for aggregate in aggregates:
            repository.save(aggregate)


@pytest.mark.parametrize(
    "event", [an_invitation(), an_acceptance(), a_confirmation(), a_booking(), a_room()]
)
def test_a_message_is_given_back_as_it_was_saved(made: Make, event: Any) -> None:
    messages, message = made(MessageRepository), a_message(event)
    sent(message)

    stored(messages, message)

    with door(messages):
        found = messages.get(message.id)
        assert found.fact == message.fact
        assert found.history == message.history
        assert found.calendar == message.calendar
        assert messages.state(found) == messages.state(message)


def test_copies_are_given_back_as_they_were_saved(made: Make) -> None:
    attendance = an_attendance(an_invitation(), an_acceptance(), a_decline(3), a_booking())
    copies = {
        RecipientRepository: a_recipient(),
        MeetingRepository: a_meeting(a_rescheduling(), a_cancellation()),
        AttendanceRepository: attendance,
    }
    for kind, aggregate in copies.items():
        repository = made(kind)
        stored(repository, aggregate)

        with door(repository):
            found = repository.get(aggregate.id)
            assert repository.state(found) == repository.state(aggregate)


def test_an_unknown_message_is_not_found(made: Make) -> None:
    messages = made(MessageRepository)

    with door(messages), pytest.raises(UnknownMessage):
        messages.get("no-such-message")


def test_of_two_changes_of_one_message_the_later_is_lost(made: Make) -> None:
    messages, message = made(MessageRepository), a_message(an_invitation())
    stored(messages, message)

    with door(messages) as late:
        found: Message = messages.get(message.id)
        sent(found)
        messages.save(found)
        with door(messages) as early:
            other: Message = messages.get(message.id)
            sent(other)
            messages.save(other)
        assert early == [Outcome.SAVED]

    assert late == [Outcome.LOST]


def test_what_waits_is_found_by_person_and_by_meeting(made: Make) -> None:
    messages = made(MessageRepository)
    held, other, done = (a_message(an_invitation(person_id=each)) for each in ("a", "b", "c"))
    for message in (held, other):
        message.draft(all_known(recipient=Recipient(id=message.person_id)), at=LATER)
    sent(done)
    stored(messages, held, other, done)

    with door(messages):
        assert [m.id for m in messages.held_for_person("a")] == [held.id]
        assert messages.held_for_person("c") == []
        assert {m.id for m in messages.held_for_meeting("m-1")} == {held.id, other.id}
        assert messages.held_for_meeting("m-2") == []


def test_the_highest_revision_that_was_sent_is_what_a_person_was_told(made: Make) -> None:
    messages = made(MessageRepository)
    first, second, unsent = (a_message(e) for e in (an_invitation(), an_acceptance(), a_room()))
    sent(first)
    sent(second, meeting=a_meeting(a_rescheduling(4, revision=2)))
    stored(messages, first, second, unsent)

    with door(messages):
        assert messages.told_revision("p-1", "m-1") == 2
        assert messages.told_revision("p-1", "m-2") is None
        assert messages.told_revision("p-2", "m-1") is None


def test_messages_are_listed_by_what_is_asked_for(made: Make) -> None:
    messages = made(MessageRepository)
    mine, others, done = (a_message(an_invitation(person_id=each)) for each in ("a", "b", "c"))
    sent(done)
    stored(messages, mine, others, done)
    everything = {"person_id": None, "meeting_id": None, "state": None, "kind": None}

    def listed(**asked: Any) -> set[str]:
        with door(messages):
            page = messages.matching(PageRequest(), **{**everything, **asked})
            return {message.id for message in page.items}

    assert listed() == {mine.id, others.id, done.id}
    assert listed(person_id="a") == {mine.id}
    assert listed(state=done.state) == {done.id}
    assert listed(kind=mine.kind, meeting_id="m-1") == {mine.id, others.id, done.id}
    assert listed(meeting_id="m-2") == set()


@pytest.mark.parametrize(
    "query",
    [
        {"person_id": "a", "state": "held"},
        {"meeting_id": "m-1", "state": "held"},
        {"person_id": "a", "meeting_id": "m-1", "state": "sent"},
        {"state": "failed"},
    ],
)
def test_no_question_reads_every_message(
    made: Make, database: Database[dict[str, Any]], query: dict[str, str]
) -> None:
    made(MessageRepository)

    plan = database["messages"].find(query).explain()["queryPlanner"]["winningPlan"]

    assert "COLLSCAN" not in str(plan)
