from datetime import UTC, date, datetime, timedelta

import pytest

from services.membership.domain.affiliation import Affiliation, JoinedTooEarly
from services.membership.domain.person import Person
from services.membership.domain.profile import (
    Contact,
    NameMissing,
    NameSource,
    NotAPassportSpelling,
    NotInLatinLetters,
    PassportType,
    PersonChanges,
    PersonDetails,
    Profile,
    TravelDocument,
)
from services.membership.domain.public_person import PublicPerson
from shared.contracts.membership import PersonAffiliated, PersonContactChanged, PersonDescribed
from tests.unit.membership.builders import NOW, a_member, a_person, recorded

DAY, ONE = date(2024, 3, 1), timedelta(days=1)


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


# -- names -----------------------------------------------------------------------------------------


def from_original(original_name: str, *languages: str, city_id: str = "bg-sofia") -> Person:
    profile = Profile(original_name=original_name, languages=languages)
    return Person.register("person-3", city_id, PersonDetails(profile=profile), at=NOW)


def test_a_name_that_is_not_given_is_written_from_the_original() -> None:
    person = from_original("Радка Първанова")

    assert person.profile.name == "Radka Parvanova"
    (event,) = recorded(person)
    assert isinstance(event, PersonDescribed)
    assert (event.name, event.name_source) == ("Radka Parvanova", "transliterated")


def test_a_written_name_follows_the_original_and_the_languages() -> None:
    person = from_original("Цветан")

    person.change(PersonChanges(original_name="Цветан Цеков"), at=NOW)
    assert person.profile.name == "Tsvetan Tsekov"
    person.change(PersonChanges(languages=("sr",)), at=NOW)
    assert person.profile.name == "Cvetan Cekov"


def test_a_name_that_was_corrected_by_hand_stays() -> None:
    person = from_original("Цветан")

    person.change(PersonChanges(name="Zvetan"), at=NOW)
    person.change(PersonChanges(original_name="Цветанка", languages=("sr",)), at=NOW)

    assert (person.profile.name, person.profile.name_source) == ("Zvetan", NameSource.GIVEN)


def test_a_written_name_can_be_taken_as_it_is() -> None:
    person = from_original("Цветан")

    person.change(PersonChanges(name="Tsvetan"), at=NOW)
    person.change(PersonChanges(original_name="Цветанка"), at=NOW)

    assert person.profile.name == "Tsvetan"


def test_a_new_title_or_city_does_not_write_the_name_anew() -> None:
    person = from_original("Цветан")

    person.join(Affiliation(city_id="rs-nis", starts_on=DAY), a_member("rs-nis"), at=NOW)
    person.change(PersonChanges(title="Mayor", email="c@nis.example"), at=NOW)

    assert person.profile.name == "Tsvetan"


@pytest.mark.parametrize("original_name", ["", "42"])
def test_nobody_is_without_a_name(original_name: str) -> None:
    with pytest.raises(NameMissing) as refused:
        from_original(original_name)

    assert refused.value.field == "name"


def test_the_original_of_a_written_name_is_not_taken_away() -> None:
    with pytest.raises(NameMissing):
        from_original("Цветан").change(PersonChanges(original_name=""), at=NOW)


@pytest.mark.parametrize(
    "spelling", ["Karasu", "KARASU  DEFNE", "KARASU<<DEFNE", "ÖRNEK", "A" * 40]
)
def test_what_no_passport_spells_is_refused(spelling: str) -> None:
    with pytest.raises(NotAPassportSpelling) as refused:
        a_person().change(PersonChanges(passport_name=spelling), at=NOW)

    assert refused.value.field == "passport_name"


def test_a_passport_spelling_is_told_and_can_be_taken_back() -> None:
    person = a_person()

    person.change(PersonChanges(passport_name="KARASU DEFNE"), at=NOW)
    person.change(PersonChanges(passport_name=""), at=NOW)

    spellings = [each.passport_name for each in recorded(person) if hasattr(each, "passport_name")]
    assert spellings == ["KARASU DEFNE", ""]


# -- cities ----------------------------------------------------------------------------------------


def test_who_moves_belongs_to_the_new_city_in_the_new_function() -> None:
    person = a_person()

    person.join(
        Affiliation(city_id="tr-izmir", starts_on=DAY, title="Adviser"),
        a_member("tr-izmir"),
        at=NOW,
    )

    assert (person.city_id, person.profile.title) == ("tr-izmir", "Adviser")
    assert [each.city_id for each in person.affiliations] == ["tr-istanbul", "tr-izmir"]
    left, came, described = recorded(person)
    assert isinstance(left, PersonAffiliated)
    assert (left.city_id, left.ends_on, left.title) == ("tr-istanbul", DAY - ONE, "Mayor")
    assert isinstance(came, PersonAffiliated)
    assert (came.city_id, came.starts_on, came.ends_on) == ("tr-izmir", DAY, None)
    assert isinstance(described, PersonDescribed)
    assert (described.city_id, described.title) == ("tr-izmir", "Adviser")


def test_what_is_history_moves_nobody() -> None:
    person = a_person()
    was = Affiliation(city_id="tr-izmir", starts_on=DAY, ends_on=DAY, title="Adviser")

    person.join(was, a_member("tr-izmir"), at=NOW)

    assert (person.city_id, person.profile.title) == ("tr-istanbul", "Mayor")
    assert [type(each) for each in recorded(person)] == [PersonAffiliated]
    assert person.affiliation_on(DAY, city_id="tr-izmir") == was
    assert person.affiliation_on(DAY - ONE, city_id="tr-izmir") is None


def test_a_first_day_that_becomes_known_keeps_the_title() -> None:
    person = a_person()

    person.join(Affiliation(city_id="tr-istanbul", starts_on=DAY), a_member(), at=NOW)

    assert person.profile.title == "Mayor"
    assert person.affiliation_on(DAY - ONE, city_id=None) is None


def test_a_title_is_that_of_the_city_of_now() -> None:
    person = a_person()
    person.join(Affiliation(city_id="tr-izmir", starts_on=DAY), a_member("tr-izmir"), at=NOW)

    person.change(PersonChanges(title="Director"), at=NOW)

    assert [each.title for each in person.affiliations] == ["Mayor", "Director"]


def test_a_move_is_entered_once_its_first_day_has_come_in_the_city() -> None:
    person, late = a_person(), datetime(2024, 3, 1, 21, 30, tzinfo=UTC)
    tomorrow = Affiliation(city_id="tr-izmir", starts_on=date(2024, 3, 2))

    with pytest.raises(JoinedTooEarly) as refused:
        person.join(tomorrow, a_member("tr-izmir"), at=late - timedelta(hours=1))
    person.join(tomorrow, a_member("tr-izmir"), at=late)

    assert refused.value.field == "starts_on"
    assert person.city_id == "tr-izmir"
