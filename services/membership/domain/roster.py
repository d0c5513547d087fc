"""Rosters: how the seats of a body are held on a day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from services.membership.domain.seat import Seat, SeatBasis
from services.membership.domain.seat_term import CarryOver, SeatState, SeatTerm, state_of


@dataclass(frozen=True, kw_only=True)
class RosterEntry:
    """A seat on a day.

    Attributes:
        seat_id: The seat.
        name: Its name.
        basis: Why its holder holds it.
        state: How it is held.
        term: The term by which it is held, which has ended when it is carried over; ``None`` when
            the seat is vacant.
        alternate_id: Person who steps in on that day, or ``None``.
    """

    seat_id: str
    name: str
    basis: SeatBasis
    state: SeatState
    term: SeatTerm | None
    alternate_id: str | None

    @classmethod
    def of(
        cls, seat: Seat, day: date, carry_over: CarryOver | None, known_at: datetime | None
    ) -> Self:
        """Return a seat on a day, by what was known at an instant; by what is known now if none."""
        term = seat.term_on(day, carry_over, known_at=known_at)
        return cls(
            seat_id=seat.id,
            name=seat.name,
            basis=seat.basis,
            state=state_of(term, day),
            term=term,
            alternate_id=term.alternate_on(day) if term else None,
        )
