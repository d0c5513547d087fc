"""Body: the copy of a body of the network and of who holds its seats."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import zip_longest

from services.events.domain.as_of import Change, newest_begun, noted
from shared.contracts.membership import (
    BodyFounded,
    HeldTerm,
    SeatAlternateChanged,
    SeatFilled,
    SeatTermsCorrected,
    SeatVacated,
)
from shared.domain import Aggregate
from shared.errors import RuleViolated

ELECTED = "elected"
"""Basis of the seats whose holders may carry on after a term."""
FOUNDATION = "foundation"
"""What a copy waits for that has heard of a seat, but not yet of the body itself."""


class UnknownBody(RuleViolated):
    """Nobody knows such a body."""


@dataclass(frozen=True, kw_only=True)
class SeatTerm(Change):
    """A seat has a holder from a day on.

    Attributes:
        city_id: The city; ``None`` when the seat is vacant.
        alternate_id: Person who steps in when the city's office holder declines, or ``None``.
    """

    city_id: str | None
    alternate_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class AlternateChange(Change):
    """Somebody else steps in for the holder of a seat from a day on.

    Attributes:
        person_id: The person, or ``None``.
    """

    person_id: str | None


@dataclass(kw_only=True, eq=False)
class Body(Aggregate):
    """A body of the network as membership describes it.

    Attributes:
        name: English name; empty until the foundation was heard of.
        kind: As in ``BodyFounded``.
        seat_ids: Its seats, in order.
        carrying: Seats whose holders carry on after a term until the next one begins.
        carry_over_days: For how many days at most, or ``None`` when there is no limit.
        seats: Terms of each seat, vacancies included, in the order in which they were told.
        alternates: Who else steps in for the holder of each seat, in the same order.
        corrected_at: By seat, the sequence number of its newest correction, which has replaced all
            that was told before.
    """

    name: str = ""
    kind: str = ""
    seat_ids: tuple[str, ...] = ()
    carrying: tuple[str, ...] = ()
    carry_over_days: int | None = None
    seats: dict[str, tuple[SeatTerm, ...]] = field(default_factory=dict)
    alternates: dict[str, tuple[AlternateChange, ...]] = field(default_factory=dict)
    corrected_at: dict[str, int] = field(default_factory=dict)

    @classmethod
    def heard_of(cls, body_id: str) -> "Body":
        """Return a body of which nothing but its id is known yet."""
        body = cls(id=body_id)
        body.wait_for(FOUNDATION)
        return body

    @property
    def is_founded(self) -> bool:
        """Whether membership's foundation has come."""
        return self.name != ""

    def found(self, event: BodyFounded) -> None:
        """Note name, kind and seats, unless something newer did."""
        if self.is_news(event):
            self.name, self.kind, self.seat_ids = event.name, event.kind, event.seats
            elected = (
                seat_id
                for seat_id, basis in zip_longest(event.seats, event.bases, fillvalue=ELECTED)
                if basis == ELECTED
            )
            self.carrying = tuple(elected) if event.carries_over else ()
            self.carry_over_days = event.carry_over_days
        self.stop_waiting(FOUNDATION)

    def fill_seat(self, event: SeatFilled) -> None:
        """Note that a city holds a seat from a day on."""
        term = SeatTerm(
            sequence=event.sequence,
            since=event.starts_on,
            until=event.ends_on,
            city_id=event.city_id,
            alternate_id=event.alternate_id,
        )
        self._note_seat(event.seat_id, term)

    def vacate_seat(self, event: SeatVacated) -> None:
        """Note that nobody holds a seat from a day on."""
        term = SeatTerm(sequence=event.sequence, since=event.since, city_id=None)
        self._note_seat(event.seat_id, term)

    def change_alternate(self, event: SeatAlternateChanged) -> None:
        """Note that somebody else steps in for the holder of a seat from a day on."""
        if event.sequence > self.corrected_at.get(event.seat_id, 0):
            change = AlternateChange(
                sequence=event.sequence, since=event.since, person_id=event.alternate_id
            )
            before = self.alternates.get(event.seat_id, ())
            self.alternates[event.seat_id] = noted(before, change)

    def correct_terms(self, event: SeatTermsCorrected) -> None:
        """Note all terms of a seat instead of what was told of it before this."""
        seat_id, sequence = event.seat_id, event.sequence
        if sequence <= self.corrected_at.get(seat_id, 0):
            return
        self.corrected_at[seat_id] = sequence
        terms = [change for each in event.terms for change in _terms_of(each, sequence)]
        alternates = [
            AlternateChange(sequence=sequence, since=each.since, person_id=each.person_id)
            for term in event.terms
            for each in term.alternates
        ]
        told_later = (each for each in self.seats.get(seat_id, ()) if each.sequence > sequence)
        named_later = (
            each for each in self.alternates.get(seat_id, ()) if each.sequence > sequence
        )
        self.seats[seat_id] = (*terms, *told_later)
        self.alternates[seat_id] = (*alternates, *named_later)

    def holders_on(self, on: date) -> dict[str, str | None]:
        """Return the cities that hold a seat on a day, each with its alternate or ``None``."""
        holders: dict[str, str | None] = {}
        for seat_id in sorted(self.seats):
            term = self._term_on(seat_id, on)
            if term is not None and term.city_id is not None:
                alternate_id = self._alternate_on(seat_id, term, on)
                holders[term.city_id] = holders.get(term.city_id) or alternate_id
        return holders

    def _term_on(self, seat_id: str, on: date) -> SeatTerm | None:
        term = newest_begun(self.seats[seat_id], on)
        if term is None or term.until is None or on <= term.until:
            return term
        if seat_id not in self.carrying:
            return None
        limit = self.carry_over_days
        return term if limit is None or on - term.until <= timedelta(days=limit) else None

    def _alternate_on(self, seat_id: str, term: SeatTerm, on: date) -> str | None:
        """Return who steps in; what was told before the term was about another one."""
        changes = (
            each
            for each in self.alternates.get(seat_id, ())
            if each.since >= term.since and each.sequence >= term.sequence
        )
        change = newest_begun(changes, on)
        return change.person_id if change else term.alternate_id

    def _note_seat(self, seat_id: str, term: SeatTerm) -> None:
        if term.sequence > self.corrected_at.get(seat_id, 0):
            self.seats[seat_id] = noted(self.seats.get(seat_id, ()), term)


def _terms_of(held: HeldTerm, sequence: int) -> Iterator[SeatTerm]:
    """Yield what a term that was told by a correction is noted as."""
    yield SeatTerm(
        sequence=sequence,
        since=held.starts_on,
        until=held.ends_on,
        city_id=held.city_id,
        alternate_id=held.alternate_id,
    )
    if held.vacated and held.ends_on is not None:
        # Nobody carries on after a term that was left.
        yield SeatTerm(sequence=sequence, since=held.ends_on + timedelta(days=1), city_id=None)
