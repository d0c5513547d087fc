"""Boards, their terms and the presidencies that they follow."""

from datetime import date
from typing import Any

from services.membership.domain.body import Body, BodyKind
from services.membership.domain.presidency import PRESIDENCY, Presidency, PresidencyTerm
from services.membership.domain.seat import Seat, SeatBasis
from services.membership.domain.seat_term import CarryOver, SeatTerm
from tests.unit.membership.builders import NOW, a_member, forget_events

HOST, PREVIOUS, NEXT = "seat-host", "seat-previous", "seat-next"
ELECTED = tuple(f"seat-elected-{number}" for number in range(1, 5))
PRESIDENTS = {
    2022: "tr-istanbul",
    2023: "gr-athens",
    2024: "al-tirana",
    2025: "bg-sofia",
    2026: "hr-zagreb",
    2027: "ba-sarajevo",
}
"""Who presides when (b40network.org, and the reports on the summits)."""
BOARD_OF_2025 = ("gr-thessaloniki", "tr-istanbul", "ba-sarajevo", "tr-izmir")
BOARD_OF_2026 = ("gr-thessaloniki", "gr-pella", "si-novo-mesto", "tr-mugla")


def a_seat_term(
    starts: str, ends: str | None = None, city_id: str = "tr-izmir", **more: Any
) -> SeatTerm:
    return SeatTerm(
        city_id=city_id,
        starts_on=date.fromisoformat(starts),
        ends_on=date.fromisoformat(ends) if ends else None,
        **more,
    )


def an_executive_board(carry_over: CarryOver | None = None) -> Body:
    """Return a vacant board: three seats of hosts, four to which cities are elected."""
    seats = (
        Seat(id=HOST, name="Host", basis=SeatBasis.PRESIDENCY_CURRENT),
        Seat(id=PREVIOUS, name="Last host", basis=SeatBasis.PRESIDENCY_PREVIOUS),
        Seat(id=NEXT, name="Next host", basis=SeatBasis.PRESIDENCY_NEXT),
        *(Seat(id=each, name=each) for each in ELECTED),
    )
    body = Body.found(
        "board", "Board", BodyKind.EXECUTIVE_BOARD, seats, carry_over=carry_over, at=NOW
    )
    forget_events(body)
    return body


def fill(body: Body, seat_id: str, term: SeatTerm) -> None:
    body.fill_seat(seat_id, term, a_member(term.city_id), at=NOW)


def presidencies(*years: int) -> Presidency:
    """Return the presidency with the cities that were elected for some years; for all if none."""
    presidency = Presidency(id=PRESIDENCY)
    for year in years or PRESIDENTS:
        city = a_member(PRESIDENTS[year])
        presidency.elect(PresidencyTerm.of(year, city.id), city, at=NOW)
    return presidency


def seated(body: Body, day: str) -> dict[str, str | None]:
    """Return who holds each seat on a day, by seat."""
    return {
        each.seat_id: each.term.city_id if each.term else None
        for each in body.roster_on(date.fromisoformat(day))
    }


def the_board_of_b40() -> Body:
    """Return the board as it was in 2025 and is in 2026."""
    body = an_executive_board()
    body.follow_presidency(presidencies(), at=NOW)
    for seat_id, of_2025, of_2026 in zip(ELECTED, BOARD_OF_2025, BOARD_OF_2026, strict=True):
        fill(body, seat_id, a_seat_term("2025-02-25", "2026-01-26", of_2025))
        fill(body, seat_id, a_seat_term("2026-01-27", "2026-12-31", of_2026))
    forget_events(body)
    return body
