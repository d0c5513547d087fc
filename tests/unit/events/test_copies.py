from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest

from services.events.domain.body import Body
from services.events.domain.member import Member, Standing, StandingChanged
from services.events.domain.person import Person
from services.events.domain.presidency import PRESIDENCY, Presidency
from shared.contracts.events import CityOfficeNoted
from shared.contracts.membership import (
    CityAdmitted,
    CityAdmittedAsObserver,
    CityApplied,
    CityLeft,
    CityReinstated,
    CityReinstatedAsObserver,
    CityStanding,
    CityStandingsWithdrawn,
    CitySuspended,
    SeatVacated,
)
from shared.domain import Event, numbered
from tests.unit.events.builders import (
    BOARD,
    DEPUTY,
    MAYOR,
    NOW,
    SOFIA,
    TIRANA,
    a_body,
    a_member,
    body_founded,
    city_admitted,
    city_described,
    office_held,
    person_described,
    president_elected,
    said,
    seat_filled,
)


def told(event: Event, sequence: int) -> StandingChanged:
    numbered(event, sequence)
    assert isinstance(event, StandingChanged)
    return event


def seat_vacated(since: date, sequence: int) -> SeatVacated:
    event = SeatVacated(body_id=BOARD, seat_id="s1", since=since, occurred_at=NOW)
    numbered(event, sequence)
    return event


def test_a_city_that_was_only_heard_of_waits_for_its_description() -> None:
    member = Member.heard_of(TIRANA)

    assert not member.is_described
    assert member.waiting_for == {"description"}

    member.describe(city_described(name="Tirana"))

    assert member.is_described
    assert member.waiting_for == frozenset()


def test_an_older_description_does_not_replace_a_newer_one() -> None:
    member = Member.heard_of(TIRANA)
    member.describe(city_described(sequence=4, name="Tirana"))

    member.describe(city_described(sequence=2, name="Tirane"))

    assert member.name == "Tirana"


def test_a_city_has_the_standing_of_the_day_that_is_asked_for() -> None:
    member = Member.heard_of(TIRANA)
    life = [
        told(CityApplied(city_id=TIRANA, since=date(2021, 1, 1), occurred_at=NOW), 1),
        told(CityAdmitted(city_id=TIRANA, since=date(2021, 6, 1), occurred_at=NOW), 2),
        told(
            CitySuspended(city_id=TIRANA, since=date(2023, 1, 1), reason="dues", occurred_at=NOW), 3
        ),
        told(CityReinstated(city_id=TIRANA, since=date(2023, 3, 1), occurred_at=NOW), 4),
        told(CityLeft(city_id=TIRANA, since=date(2024, 1, 1), occurred_at=NOW), 5),
    ]
    for event in life:
        member.note_standing(event)

    found = [member.standing_on(event.since) for event in life]

    assert member.standing_on(date(2020, 12, 31)) is None
    assert found == [
        Standing.APPLICANT,
        Standing.MEMBER,
        Standing.SUSPENDED,
        Standing.MEMBER,
        Standing.LEFT,
    ]


def test_an_observer_is_one_again_after_a_suspension() -> None:
    member = Member.heard_of(TIRANA)
    about: dict[str, Any] = {"city_id": TIRANA, "occurred_at": NOW}
    life = [
        told(CityAdmittedAsObserver(since=date(2021, 6, 1), **about), 1),
        told(CitySuspended(since=date(2023, 1, 1), reason="absent", **about), 2),
        told(CityReinstatedAsObserver(since=date(2023, 3, 1), **about), 3),
    ]
    for event in life:
        member.note_standing(event)

    assert [member.standing_on(event.since) for event in life] == [
        Standing.OBSERVER,
        Standing.SUSPENDED,
        Standing.OBSERVER,
    ]


def withdrawn(sequence: int, *standings: tuple[str, date]) -> CityStandingsWithdrawn:
    left = tuple(CityStanding(kind=kind, since=since) for kind, since in standings)
    event = CityStandingsWithdrawn(city_id=TIRANA, standings=left, occurred_at=NOW)
    numbered(event, sequence)
    return event


def test_what_was_withdrawn_does_not_count_whatever_order_it_is_heard_in() -> None:
    about: dict[str, Any] = {"city_id": TIRANA, "occurred_at": NOW}
    june, july = date(2023, 6, 1), date(2023, 7, 1)
    facts: list[StandingChanged | CityStandingsWithdrawn] = [
        told(CityAdmitted(since=date(2021, 1, 1), **about), 1),
        told(CitySuspended(since=june, reason="dues", **about), 2),
        withdrawn(3, ("member", date(2021, 1, 1))),
        told(CitySuspended(since=july, reason="dues", **about), 4),
        withdrawn(5, ("member", date(2021, 1, 1)), ("suspended", july), ("member", july)),
        told(CityLeft(since=date(2024, 1, 1), **about), 6),
    ]

    ends = set()
    for order in permutations(facts):
        member = Member.heard_of(TIRANA)
        for fact in order:
            if isinstance(fact, CityStandingsWithdrawn):
                member.withdraw_standings(fact)
            else:
                member.note_standing(fact)
        ends.add((member.standings, member.withdrawn_at))
        assert [member.standing_on(day) for day in (june, july, date(2024, 1, 1))] == [
            Standing.MEMBER,
            Standing.MEMBER,
            Standing.LEFT,
        ]

    assert len(ends) == 1


def test_a_withdrawal_can_leave_nothing() -> None:
    member = Member.heard_of(TIRANA)
    member.withdraw_standings(withdrawn(2))

    member.note_standing(
        told(CityApplied(city_id=TIRANA, since=date(2021, 1, 1), occurred_at=NOW), 1)
    )

    assert member.standing_on(date(2024, 1, 1)) is None


def test_a_new_mayor_gets_the_invitations_from_their_first_day_on() -> None:
    member = a_member(mayor=None)
    member.note_office(office_held(MAYOR, 1, starts_on=date(2015, 7, 30)), at=NOW)
    member.note_office(office_held("next", 2, starts_on=date(2025, 6, 1)), at=NOW)

    assert member.addressee_on(date(2025, 5, 31)) == MAYOR
    assert member.addressee_on(date(2025, 6, 1)) == "next"


def test_whoever_acts_for_the_mayor_gets_the_invitations() -> None:
    member = a_member(mayor=None)

    member.note_office(office_held(MAYOR, represented_by=DEPUTY), at=NOW)

    assert member.addressee_on(NOW.date()) == DEPUTY


@pytest.mark.parametrize(
    "event",
    [
        office_held(None),
        office_held(MAYOR, ends_on=date(2020, 1, 1)),
        office_held(MAYOR, starts_on=date(2030, 1, 1)),
        office_held(MAYOR, office="deputy_mayor"),
    ],
)
def test_nobody_gets_the_invitations_of_a_city_whose_mayor_is_not_known(event: Event) -> None:
    member = a_member(mayor=None)

    member.note_office(event, at=NOW)  # type: ignore[arg-type]

    assert member.addressee_on(NOW.date()) is None


def test_noting_an_office_says_so_to_what_waits_for_it() -> None:
    member = a_member(mayor=None)

    member.note_office(office_held(), at=NOW)

    (noted,) = said(member, CityOfficeNoted)
    assert (noted.city_id, noted.office) == (TIRANA, "mayor")


def test_a_city_is_the_same_whatever_order_its_facts_are_heard_in() -> None:
    facts = [
        lambda each: each.describe(city_described(sequence=1)),
        lambda each: each.describe(city_described(sequence=3, name="Tirana")),
        lambda each: each.note_standing(city_admitted(sequence=2)),
        lambda each: each.note_office(office_held(MAYOR, 1), at=NOW),
        lambda each: each.note_office(office_held(None, 2, starts_on=date(2024, 1, 1)), at=NOW),
    ]

    ends = set()
    for order in permutations(facts):
        member = Member.heard_of(TIRANA)
        for fact in order:
            fact(member)
        offices = tuple(member.offices["mayor"])
        ends.add((member.name, member.standings, offices, member.addressee_on(NOW.date())))

    assert len(ends) == 1


def test_an_older_description_of_a_person_does_not_replace_a_newer_one() -> None:
    person = Person(id=MAYOR, city_id="", name="")
    person.describe(person_described(sequence=2, city_id=SOFIA, name="New"))

    person.describe(person_described(sequence=1, city_id=TIRANA, name="Old"))

    assert (person.city_id, person.name) == (SOFIA, "New")


def test_a_body_that_was_only_heard_of_waits_for_its_foundation() -> None:
    body = Body.heard_of(BOARD)
    body.fill_seat(seat_filled())

    assert not body.is_founded
    assert body.waiting_for == {"foundation"}

    body.found(body_founded())

    assert body.is_founded
    assert body.waiting_for == frozenset()
    assert body.seat_ids == ("s1", "s2")


def test_an_older_foundation_does_not_replace_a_newer_one() -> None:
    body = Body.heard_of(BOARD)
    body.found(body_founded(("a", "b"), sequence=5))

    body.found(body_founded(("a",), sequence=1))

    assert body.seat_ids == ("a", "b")


def test_a_seat_is_empty_before_its_term_after_it_and_while_it_is_vacant() -> None:
    body = a_body()
    body.fill_seat(seat_filled(TIRANA, 2, starts_on=date(2023, 1, 1), ends_on=date(2023, 12, 31)))
    body.fill_seat(seat_filled(SOFIA, 3, starts_on=date(2024, 1, 31)))
    body.vacate_seat(seat_vacated(date(2024, 6, 1), 4))

    holders = [
        body.holders_on(day)
        for day in (
            date(2022, 12, 31),
            date(2023, 6, 1),
            date(2024, 1, 1),
            date(2024, 5, 31),
            date(2024, 6, 1),
        )
    ]

    assert holders == [{}, {TIRANA: None}, {}, {SOFIA: None}, {}]


def test_a_city_with_two_seats_has_the_alternate_of_either() -> None:
    body = a_body()
    body.fill_seat(seat_filled(TIRANA, 2, seat_id="s1"))
    body.fill_seat(seat_filled(TIRANA, 3, seat_id="s2", alternate_id=DEPUTY))

    assert body.holders_on(date(2024, 6, 1)) == {TIRANA: DEPUTY}


def test_the_presidency_is_held_by_whom_was_elected_for_the_year() -> None:
    presidency = Presidency(id=PRESIDENCY)
    presidency.elect(president_elected(SOFIA, 2, year=2025))
    presidency.elect(president_elected(TIRANA, 1, year=2024))

    assert presidency.city_on(date(2024, 12, 31)) == TIRANA
    assert presidency.city_on(date(2025, 1, 1)) == SOFIA
    assert presidency.city_on(date(2024, 1, 1) - timedelta(days=1)) is None
    assert presidency.city_on(date(2026, 1, 1)) is None
