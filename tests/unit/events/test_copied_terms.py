"""The copies of seats and offices against what membership itself says, in whatever order heard."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.events.domain.body import Body as BodyCopy
from services.events.domain.member import Member
from services.membership.domain.body import Body
from services.membership.domain.offices import CityOffices
from services.membership.domain.seat_term import CarryOver
from shared.contracts.membership import (
    AlternateSince,
    BodyFounded,
    HeldTerm,
    OfficeHolderChanged,
    OfficeTermWithdrawn,
    SeatAlternateChanged,
    SeatFilled,
    SeatTermEndNoticed,
    SeatTermsCorrected,
    SeatVacated,
)
from shared.domain import Event, numbered
from tests.unit.events.builders import office_held, seat_filled
from tests.unit.membership.any_commands import (
    DAYS,
    SeatOfBoard,
    apply_to_offices,
    carry_over,
    command,
    office_command,
)
from tests.unit.membership.boards import an_executive_board, presidencies
from tests.unit.membership.builders import NOW, recorded


def in_some_order(told: list[Event], order: random.Random) -> list[Event]:
    """Return events as they may be heard: each at least once, numbered as they were told."""
    heard = [numbered(each, number) for number, each in enumerate(told, start=1)]
    heard += order.sample(heard, len(heard) // 3)
    order.shuffle(heard)
    return heard


def copy_of(events: list[Event]) -> BodyCopy:
    copy = BodyCopy.heard_of("board")
    hear: dict[type[Event], Callable[[Any], None]] = {
        BodyFounded: copy.found,
        SeatFilled: copy.fill_seat,
        SeatVacated: copy.vacate_seat,
        SeatAlternateChanged: copy.change_alternate,
        SeatTermsCorrected: copy.correct_terms,
        SeatTermEndNoticed: lambda _: None,
    }
    for event in events:
        hear[type(event)](event)
    return copy


@given(carry_over, st.lists(command, max_size=10), st.randoms(use_true_random=False))
def test_the_copy_of_a_seat_tells_on_every_day_what_membership_does(
    carry: CarryOver | None, commands: list[tuple[Any, ...]], order: random.Random
) -> None:
    body = a_founded_board(carry)
    for number, (name, *arguments) in enumerate(commands, start=1):
        getattr(SeatOfBoard(body, NOW + timedelta(hours=number)), name)(*arguments)

    copy = copy_of(in_some_order(recorded(body), order))

    for on in DAYS:
        held = {each.term.city_id: each.alternate_id for each in body.roster_on(on) if each.term}
        assert copy.holders_on(on) == held, on


@given(
    st.lists(st.sampled_from([(2023,), (2024,), (2023, 2024), (2024, 2025)]), max_size=4),
    st.randoms(use_true_random=False),
)
def test_the_copy_of_a_hosts_seat_follows_the_presidency_as_membership_does(
    elections: list[tuple[int, ...]], order: random.Random
) -> None:
    body = a_founded_board(None)
    for years in elections:
        body.follow_presidency(presidencies(*years), at=NOW)

    copy = copy_of(in_some_order(recorded(body), order))

    held = {each.term.city_id for each in body.roster_on(DAYS[0]) if each.term}
    assert set(copy.holders_on(DAYS[0])) == held


@given(st.lists(office_command, max_size=10), st.randoms(use_true_random=False))
def test_the_copy_of_an_office_tells_on_every_day_what_membership_does(
    commands: list[tuple[Any, ...]], order: random.Random
) -> None:
    offices = CityOffices(id="tr-istanbul")
    for number, action in enumerate(commands, start=1):
        apply_to_offices(offices, action, NOW + timedelta(hours=number))
    member = Member.heard_of("tr-istanbul")

    for event in in_some_order(recorded(offices), order):
        if isinstance(event, OfficeHolderChanged):
            member.note_office(event, at=NOW)
        elif isinstance(event, OfficeTermWithdrawn):
            member.withdraw_office(event, at=NOW)

    for on in DAYS:
        held = offices.holder_on("mayor", on)
        assert member.addressee_on(on) == (held.person_id if held else None), on


def a_founded_board(carry: CarryOver | None) -> Body:
    """Return a board whose foundation is still to be told."""
    vacant = an_executive_board(carry)
    return Body.found(vacant.id, vacant.name, vacant.kind, vacant.seats, carry_over=carry, at=NOW)


# -- what is rare among all commands -----------------------------------------------------------

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)


def filled(city_id: str, since: date, until: date | None, sequence: int) -> Event:
    return seat_filled(city_id, sequence, starts_on=since, ends_on=until)


def corrected(sequence: int, *terms: HeldTerm) -> Event:
    event = SeatTermsCorrected(body_id="board", seat_id="s1", terms=terms, occurred_at=NOW)
    return numbered(event, sequence)


def alternate_changed(since: date, alternate_id: str | None, sequence: int) -> Event:
    event = SeatAlternateChanged(
        body_id="board", seat_id="s1", since=since, alternate_id=alternate_id, occurred_at=NOW
    )
    return numbered(event, sequence)


def founded(*bases: str, carries_over: bool = True) -> Event:
    event = BodyFounded(
        body_id="board",
        name="Board",
        kind="executive_board",
        seats=("s1", "s2"),
        bases=bases,
        carries_over=carries_over,
        occurred_at=NOW,
    )
    return numbered(event, 1)


HELD = HeldTerm(city_id="bg-sofia", starts_on=FIRST, ends_on=LAST)
HISTORIES: dict[str, list[Event]] = {
    "an alternate of one who left does not step in for the next": [
        filled("bg-sofia", FIRST, LAST, 2),
        alternate_changed(date(2024, 9, 1), "ana", 3),
        numbered(
            SeatVacated(body_id="board", seat_id="s1", since=date(2024, 6, 1), occurred_at=NOW), 4
        ),
        filled("al-tirana", date(2024, 7, 1), LAST, 5),
    ],
    "a correction replaces terms and alternates that were told before": [
        filled("al-tirana", date(2024, 3, 1), None, 2),
        alternate_changed(date(2024, 9, 1), "ana", 3),
        corrected(4, HELD),
        alternate_changed(date(2024, 11, 1), "boris", 5),
    ],
    "of two corrections the later one counts": [
        corrected(2, replace(HELD, alternates=(AlternateSince(since=LAST, person_id="ana"),))),
        corrected(3, replace(HELD, city_id="al-tirana")),
        filled("bg-sofia", date(2025, 1, 1), None, 4),
    ],
    "a withdrawal leaves nothing": [filled("bg-sofia", FIRST, None, 2), corrected(3)],
}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())
def test_a_body_is_the_same_whatever_order_its_facts_are_heard_in(history: list[Event]) -> None:
    ends = []
    for order in permutations([founded(), *history]):
        copy = copy_of([*order, order[0]])
        ends.append((copy.seats, copy.alternates, copy.corrected_at, copy.carrying))

    assert all(end == ends[0] for end in ends)


@pytest.mark.parametrize(
    ("history", "on", "holders"),
    [
        (0, date(2024, 10, 1), {"al-tirana": None}),
        (1, date(2024, 10, 1), {"bg-sofia": None}),
        (1, date(2024, 11, 1), {"bg-sofia": "boris"}),
        (2, LAST, {"al-tirana": None}),
        (2, date(2025, 1, 1), {"bg-sofia": None}),
        (3, FIRST, {}),
    ],
)
def test_a_seat_is_held_as_was_told_last(
    history: int, on: date, holders: dict[str, str | None]
) -> None:
    assert copy_of([founded(), *list(HISTORIES.values())[history]]).holders_on(on) == holders


@pytest.mark.parametrize(("vacated", "holders"), [(False, {"bg-sofia": None}), (True, {})])
def test_nobody_carries_on_after_a_corrected_term_that_was_left(
    vacated: bool, holders: dict[str, str | None]
) -> None:
    copy = copy_of([founded(), corrected(2, replace(HELD, vacated=vacated))])

    assert copy.holders_on(LAST + timedelta(days=1)) == holders


@pytest.mark.parametrize(
    ("bases", "carries_over", "carried"),
    [
        ((), True, True),
        (("elected", "elected"), True, True),
        (("presidency_current", "elected"), True, False),
        ((), False, False),
    ],
)
def test_elected_cities_alone_carry_on_where_the_body_says_so(
    bases: tuple[str, ...], carries_over: bool, carried: bool
) -> None:
    copy = copy_of([founded(*bases, carries_over=carries_over), filled("bg-sofia", FIRST, LAST, 2)])

    assert copy.holders_on(date(2025, 1, 1)) == ({"bg-sofia": None} if carried else {})


def test_an_office_can_be_entered_again_after_it_was_withdrawn() -> None:
    withdrawn = numbered(
        OfficeTermWithdrawn(city_id="al-tirana", office="mayor", starts_on=FIRST, occurred_at=NOW),
        2,
    )
    for order in permutations(
        [office_held("ana", 1, starts_on=FIRST), withdrawn, office_held("b", 3, starts_on=FIRST)]
    ):
        member = Member.heard_of("al-tirana")
        for event in order:
            if isinstance(event, OfficeTermWithdrawn):
                member.withdraw_office(event, at=NOW)
            else:
                member.note_office(event, at=NOW)
        assert member.addressee_on(LAST) == "b"
