"""The copies of seats and offices against what membership itself says, in whatever order heard."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.events.domain.body import Body as BodyCopy
from services.events.domain.member import Member
from services.membership.domain.body import Body
from services.membership.domain.offices import CityOffices
from services.membership.domain.seat_term import CarryOver
from shared.contracts.membership import (
    BodyFounded,
    OfficeHolderChanged,
    OfficeTermWithdrawn,
    SeatAlternateChanged,
    SeatFilled,
    SeatTermEndNoticed,
    SeatTermsCorrected,
    SeatVacated,
)
from shared.domain import Event, numbered
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
