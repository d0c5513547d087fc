"""Any command on a seat of a board, or on an office, within a few days that often meet."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from services.membership.domain.body import Body
from services.membership.domain.offices import CityOffices, OfficeTerm
from services.membership.domain.seat_term import Alternate, CarryOver, SeatTerm
from services.membership.domain.term import Term
from shared.errors import ServiceError
from tests.unit.membership.boards import ELECTED
from tests.unit.membership.builders import a_member, a_person

FIRST = date(2024, 1, 1)
SPAN = 16
DAYS = [FIRST + timedelta(days=number) for number in range(SPAN)]
CITIES = {each: a_member(each) for each in ("al-tirana", "bg-sofia", "hr-zagreb")}
PEOPLE = {each: a_person(each) for each in ("ana", "boris", "ceren")}

day = st.integers(0, SPAN - 1).map(lambda number: FIRST + timedelta(days=number))
days = st.one_of(st.tuples(day, st.none()), st.tuples(day, st.integers(0, 6)))
city = st.sampled_from(sorted(CITIES))
person = st.none() | st.sampled_from(sorted(PEOPLE))
command = st.one_of(
    st.tuples(st.just("fill"), city, days),
    st.tuples(st.just("vacate"), day),
    st.tuples(st.just("alternate"), day, person),
    st.tuples(st.just("correct"), day, days),
    st.tuples(st.just("withdraw"), day),
)
carry_over = st.none() | st.builds(CarryOver, limit_days=st.none() | st.integers(1, 4))
office_command = st.one_of(
    st.tuples(st.just("appoint"), person, days),
    st.tuples(st.just("succeed"), person, days),
    st.tuples(st.just("withdraw"), day),
)
SEAT = ELECTED[0]

Days = tuple[date, int | None]


def term_of(starts: date, length: int | None) -> Term:
    ends = None if length is None else starts + timedelta(days=length)
    return Term(starts_on=starts, ends_on=ends)


class SeatOfBoard:
    """The seat of a board; a command answers whether it is accepted."""

    def __init__(self, body: Body, at: datetime) -> None:
        self.body, self.at = body, at

    def fill(self, city_id: str, given: Days) -> bool:
        term = SeatTerm(city_id=city_id, **vars(term_of(*given)))
        return accepted(lambda: self.body.fill_seat(SEAT, term, CITIES[city_id], at=self.at))

    def vacate(self, since: date) -> bool:
        return accepted(lambda: self.body.vacate_seat(SEAT, since, at=self.at))

    def alternate(self, since: date, who: str | None) -> bool:
        alternate = Alternate(since=since, person_id=who)
        return accepted(lambda: self.body.name_alternate(SEAT, alternate, at=self.at))

    def correct(self, first: date, given: Days) -> bool:
        days, city = term_of(*given), CITIES["al-tirana"]
        return accepted(
            lambda: self.body.correct_term(SEAT, first.isoformat(), days, city, at=self.at)
        )

    def withdraw(self, first: date) -> bool:
        return accepted(lambda: self.body.withdraw_term(SEAT, first.isoformat(), at=self.at))


def accepted(command: Callable[[], object]) -> bool:
    try:
        command()
    except ServiceError:
        return False
    return True


def apply_to_offices(offices: CityOffices, action: tuple[Any, ...], at: datetime) -> bool:
    name, *arguments = action
    if name == "withdraw":
        first = arguments[0].isoformat()
        return accepted(lambda: offices.withdraw("mayor", first, at=at))
    who, given_days = arguments
    term = OfficeTerm(office="mayor", person_id=who, **vars(term_of(*given_days)))
    return accepted(lambda: getattr(offices, name)(term, PEOPLE, at=at))
