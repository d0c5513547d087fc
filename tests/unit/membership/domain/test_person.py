import pytest

from services.membership.domain.person import Person
from services.membership.domain.profile import (
    Contact,
    NotInLatinLetters,
    PassportType,
    PersonChanges,
    PersonDetails,
    Profile,
    TravelDocument,
)
from services.membership.domain.public_person import PublicPerson
from shared.contracts.membership import PersonContactChanged, PersonDescribed
from tests.unit.membership.builders import NOW, a_person, recorded


def registered(name: str = "Eleni Vasilaki", **contact: str) -> Person:
    profile = Profile(name=name, original_name="Ελένη Βασιλάκη", languages=("el", "en"))
    details = PersonDetails(profile=profile, contact=Contact(**contact))
    return Person.register("person-2", "gr-athens", details, at=NOW)


def test_a_person_is_described_without_contact_and_the_contact_told_apart() -> None:
    person = registered(email="eleni@athens.example", phone="+447700900102")

    assert recorded(person) == [
        PersonDescribed(
            person_id="person-2",
            city_id="gr-athens",
            name="Eleni Vasilaki",
            original_name="Ελένη Βασιλάκη",
            languages=("el", "en"),
            occurred_at=NOW,
        ),
        PersonContactChanged(
            person_id="person-2",
            email="eleni@athens.example",
            phone="+447700900102",
            occurred_at=NOW,
        ),
    ]


def test_a_person_whom_nobody_can_reach_has_no_contact_to_tell() -> None:
    assert [type(each) for each in recorded(registered())] == [PersonDescribed]


@pytest.mark.parametrize("name", ["Ελένη Βασιλάκη", "Радка Belcheva"])
def test_a_name_in_another_script_is_refused(name: str) -> None:
    with pytest.raises(NotInLatinLetters) as refused:
        registered(name)

    assert refused.value.field == "name"


@pytest.mark.parametrize("name", ["Selin Ortaç", "Đorđe O'Šea-Ćurčić Jr.", "Gjergj Fishta III"])
def test_latin_letters_have_all_their_accents(name: str) -> None:
    assert registered(name).profile.name == name


def test_a_new_title_is_told_and_the_contact_is_not() -> None:
    person = a_person()

    person.change(PersonChanges(title="Deputy Mayor"), at=NOW)

    (event,) = recorded(person)
    assert isinstance(event, PersonDescribed)
    assert (event.name, event.title) == ("Defne Karasu", "Deputy Mayor")


def test_a_new_address_is_told_and_the_profile_is_not() -> None:
    person = a_person()

    person.change(PersonChanges(email="karasu@istanbul.example"), at=NOW)

    assert recorded(person) == [
        PersonContactChanged(
            person_id="person-1",
            email="karasu@istanbul.example",
            phone="+447700900105",
            occurred_at=NOW,
        )
    ]


def test_a_telephone_number_can_be_taken_back() -> None:
    person = a_person()

    person.change(PersonChanges(phone=""), at=NOW)

    assert person.contact == Contact(email="defne@istanbul.example")


def test_what_is_as_it_was_is_no_news() -> None:
    person = a_person()

    person.change(PersonChanges(title="Mayor", phone="+447700900105"), at=NOW)

    assert recorded(person) == []


def test_a_passport_type_is_kept_and_never_told() -> None:
    person = a_person()

    person.change(PersonChanges(passport_type=PassportType.SERVICE), at=NOW)

    assert person.document == TravelDocument(nationality="TR", passport_type=PassportType.SERVICE)
    assert recorded(person) == []


def test_a_change_to_another_script_is_refused_and_changes_nothing() -> None:
    person = a_person()

    with pytest.raises(NotInLatinLetters):
        person.change(PersonChanges(name="Дефне", email="x@istanbul.example"), at=NOW)

    assert person.contact.email == "defne@istanbul.example"
    assert recorded(person) == []


def test_who_need_not_reach_a_person_sees_the_profile_alone() -> None:
    person = a_person()

    assert person.shown(in_full=False) == PublicPerson(
        id="person-1",
        city_id="tr-istanbul",
        profile=person.profile,
        affiliations=person.affiliations,
        merged_into=None,
    )
    assert person.shown(in_full=True) is person
