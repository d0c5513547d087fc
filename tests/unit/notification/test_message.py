from typing import Any

import pytest

from services.notification.domain import Meeting, Message, NotFailed, Receipt, Recipient
from services.notification.domain.letter import Letter
from shared.contracts.events import CityInvited, DelegateConfirmed
from shared.domain import bookkeeping, numbered
from tests.unit.notification.builders import (
    LATER,
    NOW,
    a_confirmation,
    a_contact,
    a_meeting,
    a_message,
    a_recipient,
    a_removal,
    a_rescheduling,
    a_time,
    all_known,
    an_acceptance,
    an_attendance,
    an_invitation,
    names,
    recorded,
)

TAKEN = Receipt(accepted=True, reply="250 OK", subject="Invitation")
REFUSED = Receipt(accepted=False, reply="550 No such user", subject="Invitation")


def sent(message: Message, receipt: Receipt = TAKEN, **given: Any) -> Letter:
    letter = message.draft(all_known(**given), at=NOW)
    assert letter is not None
    message.note_receipt(letter, receipt, at=LATER)
    return letter


def events_of(message: Message) -> list[Any]:
    """Publish what was recorded, as the chassis numbers it."""
    book = bookkeeping(message)
    events = []
    for event in recorded(message):
        book.sequence += 1
        events.append(numbered(event, book.sequence))
    return events


def test_a_message_is_intended_with_its_fact() -> None:
    message = a_message(an_invitation())

    assert message.state == "intended"
    assert [step.state for step in message.history] == ["intended"]
    (event,) = recorded(message)
    assert (type(event).__name__, event.message_id, event.kind) == (
        "MessageIntended",
        message.id,
        "invitation",
    )


def test_a_letter_is_drafted_in_the_language_of_the_recipient() -> None:
    message = a_message(an_acceptance())

    letter = message.draft(all_known(), at=NOW)

    assert letter is not None
    assert letter.language == "tr"
    assert letter.email == "defne.karasu@istanbul.example"
    assert letter.schedule.begins == a_time(10)
    assert letter.before is None
    assert letter.calendar is not None
    assert letter.calendar.uid == "m-1@zirve.example"
    assert (letter.calendar.sequence, letter.calendar.method) == (0, "REQUEST")


def test_the_calendar_entry_has_the_revision_of_the_meeting() -> None:
    letter = sent(a_message(an_acceptance()), meeting=a_meeting(a_rescheduling()))

    assert letter.calendar is not None
    assert letter.calendar.sequence == 1
    assert letter.schedule.begins == a_time(12)


@pytest.mark.parametrize(
    ("told", "before"), [(None, None), (0, a_time(10)), (1, a_time(11)), (2, None)]
)
def test_a_letter_tells_what_the_recipient_was_told_last(told: int | None, before: Any) -> None:
    meeting = a_meeting(a_rescheduling(3, to=11), a_rescheduling(4, to=12, revision=2))

    letter = sent(a_message(an_invitation()), meeting=meeting, told_revision=told)

    assert letter.before == before


def test_a_message_is_sent() -> None:
    message = a_message(an_acceptance())
    names(message)

    letter = sent(message)

    assert message.state == "sent"
    assert (message.language, message.subject, message.revision) == ("tr", "Invitation", 0)
    assert message.calendar == letter.calendar
    assert message.attempts == 1
    (event,) = recorded(message)
    assert (type(event).__name__, event.language) == ("MessageSent", "tr")


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"recipient": None}, ("recipient",)),
        ({"recipient": Recipient(id="p-1")}, ("recipient",)),
        ({"meeting": None}, ("meeting",)),
        ({"meeting": Meeting(id="m-1")}, ("meeting",)),
        ({"recipient": None, "meeting": None}, ("recipient", "meeting")),
    ],
)
def test_a_message_waits_for_what_was_not_heard_yet(
    given: dict[str, Any], missing: tuple[str, ...]
) -> None:
    message = a_message(an_invitation())
    names(message)

    assert message.draft(all_known(**given), at=NOW) is None

    assert message.state == "held"
    assert message.waiting_for == frozenset(missing)
    (event,) = recorded(message)
    assert (type(event).__name__, event.waiting_for) == ("MessageHeld", missing)


@pytest.mark.parametrize("event", [an_invitation(revision=1), a_confirmation(revision=1)])
def test_a_letter_waits_for_the_schedule_that_its_event_speaks_of(
    event: CityInvited | DelegateConfirmed,
) -> None:
    message = a_message(event)

    assert message.draft(all_known(meeting=a_meeting()), at=NOW) is None

    assert message.waiting_for == {"meeting"}
    assert message.can_resume(a_recipient(), a_meeting(a_rescheduling()))


def test_an_address_that_is_gone_holds_a_message() -> None:
    recipient = a_recipient()
    recipient.change_contact(a_contact(9, email=""), at=NOW)
    message = a_message(an_invitation())

    assert message.draft(all_known(recipient=recipient), at=NOW) is None
    assert message.waiting_for == {"recipient"}


def test_a_held_message_is_resumed() -> None:
    message = a_message(an_invitation())
    message.draft(all_known(recipient=None, meeting=None), at=NOW)
    names(message)

    message.resume(at=LATER)

    assert message.state == "intended"
    assert message.waiting_for == frozenset()
    assert names(message) == ["MessageResumed"]


def test_only_a_held_message_is_resumed() -> None:
    message = a_message(an_invitation())
    sent(message)
    names(message)

    message.resume(at=LATER)

    assert message.state == "sent"
    assert names(message) == []


def test_a_message_that_is_not_true_any_more_is_suppressed() -> None:
    message = a_message(an_invitation(1))
    names(message)

    letter = message.draft(all_known(attendance=an_attendance(an_acceptance(2))), at=LATER)

    assert letter is None
    assert message.state == "suppressed"
    assert message.history[-1].reason == "answered"
    (event,) = recorded(message)
    assert (type(event).__name__, event.reason) == ("MessageSuppressed", "answered")


def test_a_refused_message_has_failed_and_can_be_tried_again() -> None:
    message = a_message(a_removal())
    names(message)

    sent(message, REFUSED)
    assert message.state == "failed"
    assert message.history[-1].reason == "550 No such user"
    assert names(message) == ["MessageFailed"]

    message.retry(at=LATER)
    assert message.state == "intended"
    assert names(message) == ["MessageResumed"]

    sent(message)
    assert message.state == "sent"
    assert message.attempts == 2


def test_only_a_failed_message_can_be_tried_again() -> None:
    message = a_message(an_invitation())
    sent(message)

    with pytest.raises(NotFailed):
        message.retry(at=LATER)
    assert message.state == "sent"


def test_a_message_is_due_for_the_event_that_intended_it_until_it_is_sent() -> None:
    message = a_message(an_invitation())
    (intended,) = events_of(message)
    assert message.is_due(intended)

    sent(message)

    assert not message.is_due(intended)


def test_a_resumed_message_is_due_for_the_resumption_alone() -> None:
    message = a_message(an_invitation())
    (intended,) = events_of(message)
    message.draft(all_known(recipient=None), at=NOW)
    (held,) = events_of(message)
    assert message.is_held_by(held)

    message.resume(at=LATER)
    (resumed,) = events_of(message)

    assert not message.is_held_by(held)
    assert not message.is_due(intended)
    assert message.is_due(resumed)


def test_who_has_no_language_that_there_are_texts_in_is_written_to_in_english() -> None:
    letter = sent(a_message(an_invitation()), languages=frozenset({"en"}))

    assert letter.language == "en"
