"""Any list of commands on a seat and an office against models that know single days only."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.membership.domain.body import Body
from services.membership.domain.offices import CityOffices
from services.membership.domain.seat_term import CarryOver
from services.membership.domain.term import Term
from tests.unit.membership.any_commands import (
    DAYS,
    SEAT,
    Days,
    SeatOfBoard,
    apply_to_offices,
    carry_over,
    command,
    office_command,
    term_of,
)
from tests.unit.membership.boards import an_executive_board
from tests.unit.membership.builders import NOW, forget_events


@dataclass
class NaiveTerm:
    """Days in which a city holds a seat, one by one."""

    city_id: str
    days: list[date]
    left: bool = False
    alternates: dict[date, str | None] = field(default_factory=dict)


class SeatOfDays:
    """A seat as a naive model; a command answers whether it is accepted."""

    def __init__(self, carry: CarryOver | None) -> None:
        self.carry = carry
        self.terms: list[NaiveTerm] = []

    def holder(self, on: date) -> tuple[str, str | None, str] | None:
        """Return city, alternate, and whether by the term or carried over."""
        term = self._newest(on)
        if term is None:
            return None
        alternate = _last(term.alternates, on)
        if on in term.days:
            return term.city_id, alternate, "term"
        limit = self.carry.limit_days if self.carry else 0
        too_late = limit is not None and (on - term.days[-1]).days > limit
        return None if term.left or too_late else (term.city_id, alternate, "carried")

    def fill(self, city_id: str, given: Days) -> bool:
        wanted = held_days(term_of(*given))
        free = not self._taken(wanted, self.terms)
        self.terms += [NaiveTerm(city_id, wanted)] if free else []
        return free

    def vacate(self, since: date) -> bool:
        term = self._newest(since)
        if term is None or self.holder(since) is None or since == term.days[0]:
            return False
        term.days = held_days(Term(starts_on=term.days[0], ends_on=since - timedelta(days=1)))
        term.alternates = {each: who for each, who in term.alternates.items() if each < since}
        term.left = True
        return True

    def alternate(self, since: date, who: str | None) -> bool:
        found = [each for each in self.terms if since in each.days]
        for each in found:
            each.alternates[since] = who
        return found != []

    def correct(self, first: date, given: Days) -> bool:
        found = [each for each in self.terms if each.days[0] == first]
        others = [each for each in self.terms if each.days[0] != first]
        wanted = held_days(term_of(*given))
        if not found or self._taken(wanted, others):
            return False
        (term,) = found
        kept = {each: who for each, who in term.alternates.items() if each in wanted}
        kept[wanted[0]] = _last(term.alternates, wanted[0])
        self.terms = [*others, NaiveTerm(term.city_id, wanted, alternates=kept)]
        return True

    def withdraw(self, first: date) -> bool:
        before = len(self.terms)
        self.terms = [each for each in self.terms if each.days[0] != first]
        return len(self.terms) < before

    def _newest(self, on: date) -> NaiveTerm | None:
        begun = [each for each in self.terms if each.days[0] <= on]
        return max(begun, key=lambda each: each.days[0], default=None)

    @staticmethod
    def _taken(wanted: list[date], terms: list[NaiveTerm]) -> bool:
        return any(set(wanted) & set(each.days) for each in terms)


def _last(alternates: dict[date, str | None], on: date) -> str | None:
    named = [since for since in alternates if since <= on]
    return alternates[max(named)] if named else None


def held_days(term: Term) -> list[date]:
    """Return the days of a term, one by one; of an open one, far enough to tell all that matter."""
    last = term.ends_on or DAYS[-1] + timedelta(days=60)
    return [
        term.starts_on + timedelta(days=each) for each in range((last - term.starts_on).days + 1)
    ]


def seen(body: Body, at: datetime | None = None) -> list[tuple[str, str | None, str] | None]:
    """Return how the seat is held on every day."""
    found: list[tuple[str, str | None, str] | None] = []
    for on in DAYS:
        (entry,) = (e for e in body.roster_on(on, known_at=at) if e.seat_id == SEAT)
        how = "carried" if entry.state == "carried_over" else "term"
        found.append((entry.term.city_id, entry.alternate_id, how) if entry.term else None)
    return found


@given(carry_over, st.lists(command, max_size=12))
def test_a_seat_is_held_as_the_days_say_and_every_earlier_roster_stays_known(
    carry: CarryOver | None, commands: list[tuple[Any, ...]]
) -> None:
    body, model = an_executive_board(carry), SeatOfDays(carry)
    known: list[tuple[datetime, list[tuple[str, str | None, str] | None]]] = []
    for number, (name, *arguments) in enumerate(commands, start=1):
        at = NOW + timedelta(hours=number)
        done = getattr(SeatOfBoard(body, at), name)(*arguments)
        assert done == getattr(model, name)(*arguments), name
        assert seen(body) == [model.holder(on) for on in DAYS]
        known.append((at, seen(body)))

    for at, roster in known:
        assert seen(body, at) == roster
        assert seen(body, at + timedelta(minutes=59)) == roster
    for on in DAYS:
        held = [each for each in body.seat(SEAT).terms if each.covers(on)]
        assert len(held) <= 1


@given(st.lists(office_command, max_size=12))
def test_an_office_has_the_holder_who_was_told_last_and_what_was_known_stays(
    commands: list[tuple[Any, ...]],
) -> None:
    offices = CityOffices(id="tr-istanbul")
    told: dict[date, tuple[object, date | None]] = {}
    known: list[tuple[datetime, list[object]]] = []
    for number, action in enumerate(commands, start=1):
        at = NOW + timedelta(hours=number)
        done = apply_to_offices(offices, action, at)
        if done and action[0] == "withdraw":
            del told[action[1]]
        elif done:
            term = term_of(*action[2])
            told[term.starts_on] = (action[1], term.ends_on)
        known.append((at, _holders(offices)))
        assert _holders(offices) == [_told_last(told, on) for on in DAYS]
        forget_events(offices)

    for at, holders in known:
        assert _holders(offices, at) == holders


def _holders(offices: CityOffices, at: datetime | None = None) -> list[object]:
    found: list[object] = []
    for on in DAYS:
        held = offices.held_on(on, known_at=at)
        assert len(held) <= 1
        found.append(held[0].person_id if held else None)
    return found


def _told_last(told: dict[date, tuple[object, date | None]], on: date) -> object:
    begun = [each for each in told if each <= on]
    if not begun:
        return None
    person_id, ends_on = told[max(begun)]
    return person_id if ends_on is None or on <= ends_on else None
