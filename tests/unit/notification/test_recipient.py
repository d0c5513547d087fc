import pytest

from services.notification.domain import Recipient
from tests.unit.notification.builders import NOW, a_contact, a_person, a_recipient, names


def test_a_person_can_be_written_to_once_name_and_address_are_known() -> None:
    recipient = Recipient(id="p-1")

    recipient.describe(a_person(), at=NOW)
    assert not recipient.is_known
    assert names(recipient) == []

    recipient.change_contact(a_contact(), at=NOW)
    assert recipient.is_known
    assert names(recipient) == ["RecipientNoted"]


def test_an_address_may_be_heard_before_the_person() -> None:
    recipient = Recipient(id="p-1")

    recipient.change_contact(a_contact(), at=NOW)
    assert names(recipient) == []

    recipient.describe(a_person(), at=NOW)
    assert names(recipient) == ["RecipientNoted"]


def test_an_older_event_changes_nothing() -> None:
    recipient = a_recipient()
    recipient.describe(a_person(5, name="Defne Karasu Ergin"), at=NOW)
    recipient.change_contact(a_contact(6, email="new@istanbul.example"), at=NOW)
    names(recipient)

    recipient.describe(a_person(3), at=NOW)
    recipient.change_contact(a_contact(4), at=NOW)

    assert recipient.name == "Defne Karasu Ergin"
    assert recipient.email == "new@istanbul.example"
    assert names(recipient) == []


def test_the_same_again_is_not_noted() -> None:
    recipient = a_recipient()
    names(recipient)

    recipient.describe(a_person(7), at=NOW)

    assert names(recipient) == []


def test_a_person_without_an_address_any_more_cannot_be_written_to() -> None:
    recipient = a_recipient()
    names(recipient)

    recipient.change_contact(a_contact(9, email=""), at=NOW)

    assert not recipient.is_known
    assert names(recipient) == []


@pytest.mark.parametrize(
    ("languages", "original", "language", "name"),
    [
        (("sr", "en"), "Весна Радуловић", "sr", "Весна Радуловић"),
        (("sr-Cyrl",), "Весна Радуловић", "sr", "Весна Радуловић"),
        (("sr-Latn",), "Весна Радуловић", "sr-Latn", "Vesna Radulović"),
        (("mk",), "Весна Радуловић", "en", "Vesna Radulović"),
        (("sr",), "", "sr", "Vesna Radulović"),
    ],
)
def test_the_name_is_written_as_at_home_in_a_language_of_home(
    languages: tuple[str, ...], original: str, language: str, name: str
) -> None:
    recipient = a_recipient(name="Vesna Radulović", original_name=original, languages=languages)

    assert recipient.name_in(language) == name
