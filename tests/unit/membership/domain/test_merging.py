from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.membership.domain.affiliation import Affiliation
from services.membership.domain.merging import (
    AlreadyMerged,
    MergedWithOneself,
    WasMerged,
    survivor_of,
)
from services.membership.domain.person import Person
from services.membership.domain.profile import (
    Contact,
    NameSource,
    PassportType,
    PersonChanges,
    PersonDetails,
    Profile,
    TravelDocument,
)
from shared.contracts.membership import (
    PersonAffiliated,
    PersonContactChanged,
    PersonDescribed,
    PersonMerged,
    PersonRestored,
    PersonToldApart,
    SurvivorChanged,
)
from tests.unit.membership.builders import NOW, a_member, a_person, forget_events, recorded

LATER = NOW + timedelta(hours=1)


def somebody(
    person_id: str,
    profile: Profile | None = None,
    contact: Contact | None = None,
    document: TravelDocument | None = None,
    city_id: str = "tr-istanbul",
) -> Person:
    details = PersonDetails(
        profile=profile or Profile(name="Defne Karasu"),
        contact=contact or Contact(),
        document=document or TravelDocument(),
    )
    person = Person.register(person_id, city_id, details, at=NOW)
    forget_events(person)
    return person


def merged(duplicate: Person, survivor: Person) -> None:
    duplicate.merge_into(survivor, at=NOW)
    survivor.absorb(duplicate, at=NOW)
    duplicate.follow(survivor, at=NOW)
    forget_events(duplicate)
    forget_events(survivor)


# -- the decision ----------------------------------------------------------------------------------


def test_a_duplicate_names_the_survivor_and_keeps_what_it_knows_for_now() -> None:
    duplicate, survivor = a_person("two"), a_person("one")
    knew = duplicate.details

    duplicate.merge_into(survivor, at=LATER)

    assert (duplicate.merged_into, duplicate.details) == ("one", knew)
    assert recorded(duplicate) == [
        PersonMerged(person_id="two", survivor_id="one", occurred_at=LATER)
    ]
    assert recorded(survivor) == []


def test_merging_the_same_two_once_more_changes_nothing() -> None:
    duplicate, survivor = a_person("two"), a_person("one")
    merged(duplicate, survivor)

    duplicate.merge_into(survivor, at=LATER)

    assert recorded(duplicate) == []


def test_nobody_is_merged_with_oneself() -> None:
    with pytest.raises(MergedWithOneself) as refused:
        a_person("one").merge_into(a_person("one"), at=NOW)

    assert refused.value.field == "duplicate_id"


def test_nobody_is_merged_into_two() -> None:
    duplicate = a_person("three")
    merged(duplicate, a_person("one"))

    with pytest.raises(AlreadyMerged):
        duplicate.merge_into(a_person("two"), at=NOW)


def test_who_was_merged_takes_in_nobody() -> None:
    gone = a_person("two")
    merged(gone, a_person("one"))

    with pytest.raises(WasMerged):
        a_person("three").merge_into(gone, at=NOW)


def test_who_was_merged_is_changed_at_the_survivor() -> None:
    gone = a_person("two")
    merged(gone, a_person("one"))
    joins = Affiliation(city_id="tr-istanbul", starts_on=date(2024, 1, 1))

    with pytest.raises(WasMerged):
        gone.change(PersonChanges(title="x"), at=NOW)
    with pytest.raises(WasMerged):
        gone.join(joins, a_member(), at=NOW)
    with pytest.raises(WasMerged):
        gone.tell_apart("three", at=NOW)
    assert recorded(gone) == []


# -- what follows ----------------------------------------------------------------------------------


def test_a_survivor_takes_over_what_it_lacks_and_keeps_what_it_has() -> None:
    survivor = somebody(
        "one",
        Profile(original_name="Елена Петрова", title="Mayor"),
        Contact(email="elena@sofia.example"),
        TravelDocument(nationality="BG"),
        city_id="bg-sofia",
    )
    duplicate = somebody(
        "two",
        Profile(
            name="Elena Petrowa",
            passport_name="PETROVA ELENA",
            title="Guest",
            languages=("bg", "en"),
        ),
        Contact(email="mayor@sofia.example", phone="+447700900103"),
        TravelDocument(nationality="MK", passport_type=PassportType.SERVICE),
        city_id="bg-sofia",
    )
    duplicate.merge_into(survivor, at=NOW)

    survivor.absorb(duplicate, at=LATER)

    assert survivor.profile == Profile(
        name="Elena Petrowa",
        name_source=NameSource.GIVEN,
        original_name="Елена Петрова",
        passport_name="PETROVA ELENA",
        title="Mayor",
        languages=("bg", "en"),
    )
    assert survivor.contact == Contact(
        email="elena@sofia.example",
        phone="+447700900103",
        other_emails=("mayor@sofia.example",),
    )
    assert survivor.document == TravelDocument(nationality="BG", passport_type=PassportType.SERVICE)
    assert [type(each) for each in recorded(survivor)] == [
        PersonDescribed,
        PersonContactChanged,
        SurvivorChanged,
    ]
    assert recorded(survivor)[-1] == SurvivorChanged(
        person_id="one", duplicates=("two",), occurred_at=LATER
    )


def test_a_duplicate_is_absorbed_once() -> None:
    duplicate, survivor = a_person("two"), a_person("one")
    merged(duplicate, survivor)

    survivor.absorb(duplicate, at=LATER)

    assert recorded(survivor) == []


def test_a_title_is_taken_over_within_a_city_alone() -> None:
    same, other = somebody("one"), somebody("two", city_id="tr-izmir")
    mayor = somebody("three", Profile(name="Defne Karasu", title="Mayor"))

    same.absorb(mayor, at=NOW)
    other.absorb(mayor, at=NOW)

    assert (same.profile.title, same.affiliations[-1].title) == ("Mayor", "Mayor")
    assert other.profile.title == ""


def test_affiliations_are_united_and_told() -> None:
    survivor, duplicate = somebody("one"), somebody("two", city_id="tr-izmir")

    survivor.absorb(duplicate, at=LATER)

    assert survivor.city_id == "tr-istanbul"
    assert [each.city_id for each in survivor.affiliations] == ["tr-istanbul", "tr-izmir"]
    assert recorded(survivor)[0] == PersonAffiliated(
        person_id="one", city_id="tr-izmir", occurred_at=LATER
    )


def test_a_duplicate_says_what_the_survivor_says() -> None:
    survivor, duplicate = a_person("one"), somebody("two", city_id="tr-izmir")
    duplicate.merge_into(survivor, at=NOW)
    survivor.absorb(duplicate, at=NOW)
    forget_events(duplicate)

    duplicate.follow(survivor, at=LATER)
    duplicate.follow(survivor, at=LATER)

    assert (duplicate.city_id, duplicate.details) == (survivor.city_id, survivor.details)
    assert duplicate.affiliations == survivor.affiliations
    told = {type(each): each for each in recorded(duplicate)}
    assert len(recorded(duplicate)) == 3
    contact = told[PersonContactChanged]
    assert isinstance(contact, PersonContactChanged)
    assert (contact.person_id, contact.email) == ("two", "defne@istanbul.example")


def test_a_duplicate_does_not_follow_before_it_was_absorbed() -> None:
    survivor, duplicate = a_person("one"), somebody("two", contact=Contact(email="d@x.example"))
    duplicate.merge_into(survivor, at=NOW)

    duplicate.follow(survivor, at=NOW)

    assert duplicate.contact == Contact(email="d@x.example")


def test_whatever_changes_of_a_survivor_is_for_the_duplicates_too() -> None:
    survivor = a_person("one")
    merged(a_person("two"), survivor)

    survivor.change(PersonChanges(nationality="BG"), at=LATER)

    assert recorded(survivor) == [
        SurvivorChanged(person_id="one", duplicates=("two",), occurred_at=LATER)
    ]


def test_history_of_a_survivor_is_for_the_duplicates_too() -> None:
    survivor, duplicate = a_person("one"), a_person("two")
    merged(duplicate, survivor)
    was = Affiliation(city_id="tr-izmir", starts_on=date(2020, 1, 1), ends_on=date(2020, 5, 1))

    survivor.join(was, a_member("tr-izmir"), at=LATER)
    duplicate.follow(survivor, at=LATER)

    assert was in duplicate.affiliations
    assert isinstance(recorded(survivor)[-1], SurvivorChanged)


def test_what_stood_for_a_duplicate_stands_for_the_survivor() -> None:
    first, second, third = a_person("one"), a_person("two"), a_person("three")
    merged(third, second)
    merged(second, first)

    third.follow(first, at=NOW)

    assert first.absorbed == ("two", "three")
    assert (second.absorbed, third.merged_into) == ((), "one")


# -- circles ---------------------------------------------------------------------------------------


def test_who_was_merged_into_nobody_survives() -> None:
    first, second = a_person("one"), a_person("two")
    second.merge_into(first, at=NOW)

    assert survivor_of([second, first]) is first


@pytest.mark.parametrize("turned", [0, 1, 2])
def test_of_a_circle_the_lowest_id_survives_whoever_asks(turned: int) -> None:
    circle = [a_person(name) for name in ("a", "b", "c")]
    for place, each in enumerate(circle):
        each.merged_into = circle[(place + 1) % 3].id

    assert survivor_of(circle[turned:] + circle[:turned]).id == "a"


def test_who_leads_into_a_circle_is_none_of_it() -> None:
    outside, one, other = a_person("a"), a_person("b"), a_person("c")
    outside.merged_into, one.merged_into, other.merged_into = "c", "c", "b"

    assert survivor_of([outside, other, one]) is one


def test_who_is_restored_stands_for_oneself() -> None:
    one, other = a_person("one"), a_person("two")
    one.merge_into(other, at=NOW)
    forget_events(one)

    one.restore(at=LATER)
    one.restore(at=LATER)

    assert one.merged_into is None
    assert recorded(one) == [PersonRestored(person_id="one", occurred_at=LATER)]


# -- who is somebody else --------------------------------------------------------------------------


def test_who_looks_the_same_is_told_apart_once() -> None:
    person = a_person("one")

    person.tell_apart("two", at=LATER)
    person.tell_apart("two", at=LATER)

    assert person.distinct_from == ("two",)
    assert recorded(person) == [PersonToldApart(person_id="one", other_id="two", occurred_at=LATER)]


def test_nobody_is_told_apart_from_oneself() -> None:
    with pytest.raises(MergedWithOneself) as refused:
        a_person("one").tell_apart("one", at=NOW)

    assert refused.value.field == "other_id"


# -- in general ------------------------------------------------------------------------------------

ADDRESSES = st.sampled_from(["", "a@x.example", "A@X.example", "b@x.example", "c@y.example"])
PHONES = st.sampled_from(["", "+447700900101", "+447700900102", "+447700900103"])
CONTACTS = st.builds(
    Contact,
    email=ADDRESSES,
    phone=PHONES,
    other_emails=st.lists(ADDRESSES, max_size=3).map(tuple),
    other_phones=st.lists(PHONES, max_size=3).map(tuple),
)


@settings(deadline=None)
@given(st.lists(CONTACTS, min_size=2, max_size=5), st.data())
def test_merging_keeps_everybody_reachable(contacts: list[Contact], data: st.DataObject) -> None:
    people = [somebody(f"p{n}", contact=each) for n, each in enumerate(contacts)]
    emails = {email.casefold() for each in contacts for email in each.emails}
    phones = {phone for each in contacts for phone in each.phones}
    left = list(people)
    while len(left) > 1:
        duplicate = left.pop(data.draw(st.integers(0, len(left) - 1)))
        survivor = data.draw(st.sampled_from(left))
        merged(duplicate, survivor)

    (survivor,) = left
    assert {each.casefold() for each in survivor.contact.emails} == emails
    assert set(survivor.contact.phones) == phones
    assert set(survivor.absorbed) == {each.id for each in people} - {survivor.id}


@settings(deadline=None)
@given(CONTACTS)
def test_what_is_preferred_is_no_further_address(contact: Contact) -> None:
    tidied = contact.tidied()
    folded = [each.casefold() for each in tidied.emails]

    assert len(folded) == len(set(folded))
    assert tidied == replace(tidied).tidied()
    assert tidied.reached_at == contact.reached_at
