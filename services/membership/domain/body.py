"""Bodies of the network, their seats, and which city holds which from when to when."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.membership.domain.city import City
from services.membership.domain.references import NotAMember
from services.membership.domain.term import DAY, Term
from shared.contracts.membership import BodyFounded, SeatFilled, SeatVacated
from shared.domain import Aggregate
from shared.errors import Conflict, NotFound, RuleViolated

ENDS_SOON = timedelta(days=60)
"""How long before its end a term is shown as ending soon, so that a successor can be found."""


class UnknownBody(NotFound):
    """There is no such body."""


class UnknownSeat(NotFound):
    """The body has no such seat."""


class OverlapsTerm(Conflict):
    """The seat is held in some of these days."""

    rule = "A seat has one holder a day."


class SeatIsVacant(Conflict):
    """Nobody holds the seat on that day."""

    rule = "Only a seat that somebody holds can be left."


class VacatedTooEarly(RuleViolated):
    """A seat can be left from the second day of its term on."""

    rule = "A seat can be left from the second day of its term on."


class BodyKind(StrEnum):
    """What a body is."""

    EXECUTIVE_BOARD = "executive_board"
    GENERAL_ASSEMBLY = "general_assembly"
    WORKING_GROUP = "working_group"
    SECRETARIAT = "secretariat"


class SeatState(StrEnum):
    """How a seat is held on a day."""

    FILLED = "filled"
    ENDS_SOON = "ends_soon"
    VACANT = "vacant"


@dataclass(frozen=True, kw_only=True)
class SeatTerm(Term):
    """Days in which a city holds a seat.

    Attributes:
        city_id: The city.
        alternate_id: Person who steps in when the office holder declines, or ``None``.
        sample: Invented, to be shown as sample data.
    """

    city_id: str
    alternate_id: str | None = None
    sample: bool = False


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A seat, which outlives whoever holds it.

    Attributes:
        id: The seat.
        name: As on lists (``Elected 1``).
        terms: By first day; they do not overlap.
    """

    id: str
    name: str
    terms: tuple[SeatTerm, ...] = ()

    def term_on(self, day: date) -> SeatTerm | None:
        """Return the term that covers a day, or ``None``."""
        return next((each for each in self.terms if each.covers(day)), None)


@dataclass(frozen=True, kw_only=True)
class RosterEntry:
    """A seat on a day.

    Attributes:
        seat_id: The seat.
        name: Its name.
        state: How it is held.
        term: The term that covers the day; ``None`` when the seat is vacant.
    """

    seat_id: str
    name: str
    state: SeatState
    term: SeatTerm | None


@dataclass(kw_only=True, eq=False)
class Body(Aggregate):
    """A body of the network.

    Attributes:
        name: English name.
        kind: What it is.
        seats: In order of the list.
    """

    name: str
    kind: BodyKind
    seats: tuple[Seat, ...]

    @classmethod
    def found(
        cls, body_id: str, name: str, kind: BodyKind, seats: tuple[Seat, ...], *, at: datetime
    ) -> "Body":
        """Found a body with vacant seats; records ``BodyFounded``."""
        body = cls(id=body_id, name=name, kind=kind, seats=seats)
        body.record(
            BodyFounded(
                body_id=body_id,
                name=name,
                kind=kind,
                seats=tuple(each.id for each in seats),
                occurred_at=at,
            )
        )
        return body

    def roster_on(self, day: date) -> list[RosterEntry]:
        """Return every seat as it is held on a day, in order."""
        entries = []
        for seat in self.seats:
            term = seat.term_on(day)
            entries.append(
                RosterEntry(seat_id=seat.id, name=seat.name, state=_state(term, day), term=term)
            )
        return entries

    def fill_seat(self, seat_id: str, term: SeatTerm, city: City, *, at: datetime) -> None:
        """Give a city a seat for a term; records ``SeatFilled``.

        Raises:
            UnknownSeat: The body has no such seat.
            NotAMember: The city is no member with a vote on the first day.
            OverlapsTerm: The seat is held in some of these days.
        """
        seat = self._seat(seat_id)
        if not city.is_member_on(term.starts_on):
            raise NotAMember(
                f"{city.description.name} is no member on {term.starts_on}.", field="city_id"
            )
        for each in seat.terms:
            if each.overlaps(term):
                raise OverlapsTerm(
                    f"The seat is held from {each.starts_on} on.", city_id=each.city_id
                )
        self._replace(seat, (*seat.terms, term))
        self.record(
            SeatFilled(
                body_id=self.id,
                seat_id=seat_id,
                city_id=term.city_id,
                starts_on=term.starts_on,
                ends_on=term.ends_on,
                alternate_id=term.alternate_id,
                sample=term.sample,
                occurred_at=at,
            )
        )

    def vacate_seat(self, seat_id: str, since: date, *, at: datetime) -> None:
        """End the term that covers a day on the day before; records ``SeatVacated``.

        Args:
            seat_id: The seat.
            since: First day on which it is empty.
            at: Now, UTC.

        Raises:
            UnknownSeat: The body has no such seat.
            SeatIsVacant: Nobody holds it on that day.
            VacatedTooEarly: That is the first day of the term.
        """
        seat = self._seat(seat_id)
        term = seat.term_on(since)
        if term is None:
            raise SeatIsVacant(f"Nobody holds the seat on {since}.", seat_id=seat_id)
        if since == term.starts_on:
            raise VacatedTooEarly(f"The term only starts on {since}.", field="since")
        kept = [each for each in seat.terms if each != term]
        self._replace(seat, (*kept, replace(term, ends_on=since - DAY)))
        self.record(SeatVacated(body_id=self.id, seat_id=seat_id, since=since, occurred_at=at))

    def _seat(self, seat_id: str) -> Seat:
        for seat in self.seats:
            if seat.id == seat_id:
                return seat
        raise UnknownSeat(f"{self.name} has no seat {seat_id!r}.")

    def _replace(self, seat: Seat, terms: tuple[SeatTerm, ...]) -> None:
        new = replace(seat, terms=tuple(sorted(terms, key=lambda each: each.starts_on)))
        self.seats = tuple(new if each.id == seat.id else each for each in self.seats)


def _state(term: SeatTerm | None, day: date) -> SeatState:
    if term is None:
        return SeatState.VACANT
    if term.ends_on is not None and term.ends_on - day <= ENDS_SOON:
        return SeatState.ENDS_SOON
    return SeatState.FILLED
