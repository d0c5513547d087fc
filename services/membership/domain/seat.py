"""Seats of bodies, and the rules of who holds one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.membership.domain.city import City
from services.membership.domain.recorded import Record, known, revised
from services.membership.domain.references import NotAMember
from services.membership.domain.seat_term import Alternate, CarryOver, SeatTerm
from services.membership.domain.term import DAY, Term
from shared.errors import Conflict, NotFound, RuleViolated


class UnknownTerm(NotFound):
    """The seat has no term that begins on that day."""


class OverlapsTerm(Conflict):
    """The seat is held in some of these days."""

    rule = "A seat has one holder a day."


class FollowsPresidency(Conflict):
    """The seat is held ex officio."""

    rule = "Who holds a seat ex officio follows from the presidency."


class SeatIsVacant(Conflict):
    """Nobody holds the seat on that day."""

    rule = "Only a seat that somebody holds can be left, or have an alternate."


class VacatedTooEarly(RuleViolated):
    """A seat can be left from the second day of its term on."""

    rule = "A seat can be left from the second day of its term on."


class SeatBasis(StrEnum):
    """Why a city holds a seat: it was elected, or it presides in this, the last or the next year.

    The city that presides hosts the year's summit, so these are the hosts as well.
    """

    ELECTED = "elected"
    PRESIDENCY_CURRENT = "presidency_current"
    PRESIDENCY_PREVIOUS = "presidency_previous"
    PRESIDENCY_NEXT = "presidency_next"


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A seat, which outlives whoever holds it.

    Attributes:
        id: The seat.
        name: As on lists (``Elected 1``).
        basis: Why its holder holds it.
        records: Every term that was entered, those that were replaced included.
    """

    id: str
    name: str
    basis: SeatBasis = SeatBasis.ELECTED
    records: tuple[Record[SeatTerm], ...] = ()

    @property
    def terms(self) -> tuple[SeatTerm, ...]:
        """The terms by first day, as they are known now; they do not overlap."""
        return self.terms_known(None)

    def terms_known(self, at: datetime | None) -> tuple[SeatTerm, ...]:
        """Return the terms by first day, as they were known at an instant; now when ``None``."""
        return tuple(sorted(known(self.records, at), key=lambda each: each.starts_on))

    def term_on(
        self, day: date, carry_over: CarryOver | None = None, *, known_at: datetime | None = None
    ) -> SeatTerm | None:
        """Return the term by which the seat is held on a day, or ``None`` when it is vacant.

        Args:
            day: The day.
            carry_over: Whether a holder carries on after the term; ``None`` when nobody does.
            known_at: By what was known then, UTC; by what is known now when absent.
        """
        begun = [each for each in self.terms_known(known_at) if each.starts_on <= day]
        if not begun:
            return None
        newest = begun[-1]
        carries_on = (
            carry_over is not None
            and self.basis is SeatBasis.ELECTED
            and not newest.vacated
            and carry_over.covers(newest, day)
        )
        return newest if newest.covers(day) or carries_on else None

    def holding(self, terms: Iterable[SeatTerm], *, at: datetime) -> "Seat":
        """Return the seat when these terms, and no others, count from an instant on."""
        return replace(self, records=revised(self.records, terms, at=at))

    # -- what is decided about it: its terms as they are then -----------------------------------

    def filled(self, term: SeatTerm, city: City) -> tuple[SeatTerm, ...]:
        """Return its terms with one more.

        Raises:
            FollowsPresidency: The seat is held ex officio.
            NotAMember: The city is no member with a vote on the first day.
            OverlapsTerm: The seat is held in some of these days.
        """
        self._check_elected()
        return self._with(term, self.terms, city)

    def left(self, since: date, carry_over: CarryOver | None) -> tuple[SeatTerm, ...]:
        """Return its terms when nobody holds it from a day on.

        Whoever carries on after a term holds the seat until then, as if by that term.

        Raises:
            FollowsPresidency: The seat is held ex officio.
            SeatIsVacant: Nobody holds it on that day.
            VacatedTooEarly: That is the first day of the term.
        """
        self._check_elected()
        term = self.term_on(since, carry_over)
        if term is None:
            raise SeatIsVacant(f"Nobody holds the seat on {since}.", seat_id=self.id)
        if since == term.starts_on:
            raise VacatedTooEarly(f"The term only starts on {since}.", field="since")
        left = term.within(term.starts_on, since - DAY, vacated=True)
        return (*self._but(term), left)

    def corrected(self, term: SeatTerm, days: Term, city: City) -> tuple[SeatTerm, ...]:
        """Return its terms when one of them has other days.

        Raises:
            FollowsPresidency: The seat is held ex officio.
            NotAMember: The city is no member with a vote on the first day.
            OverlapsTerm: The seat is held in some of these days.
        """
        self._check_elected()
        corrected = term.within(days.starts_on, days.ends_on, vacated=False)
        return self._with(corrected, self._but(term), city)

    def withdrawn(self, term: SeatTerm) -> tuple[SeatTerm, ...]:
        """Return its terms without one of them.

        Raises:
            FollowsPresidency: The seat is held ex officio.
        """
        self._check_elected()
        return self._but(term)

    def represented(self, alternate: Alternate) -> tuple[SeatTerm, ...]:
        """Return its terms when somebody else steps in from a day of one of them on.

        Raises:
            SeatIsVacant: No term covers that day.
        """
        term = self.term_on(alternate.since)
        if term is None:
            raise SeatIsVacant(f"No term covers {alternate.since}.", seat_id=self.id)
        return (*self._but(term), term.with_alternate(alternate))

    def term_beginning(self, starts_on: str) -> SeatTerm:
        """Return the term that begins on a day (ISO 8601).

        Raises:
            UnknownTerm: There is none.
        """
        for each in self.terms:
            if each.starts_on.isoformat() == starts_on:
                return each
        raise UnknownTerm(f"No term of the seat begins on {starts_on!r}.")

    def _with(
        self, term: SeatTerm, others: tuple[SeatTerm, ...], city: City
    ) -> tuple[SeatTerm, ...]:
        if not city.is_member_on(term.starts_on):
            raise NotAMember(
                f"{city.description.name} is no member on {term.starts_on}.", field="city_id"
            )
        for each in others:
            if each.overlaps(term):
                raise OverlapsTerm(
                    f"The seat is held from {each.starts_on} on.", city_id=each.city_id
                )
        return (*others, term)

    def _but(self, term: SeatTerm) -> tuple[SeatTerm, ...]:
        return tuple(each for each in self.terms if each != term)

    def _check_elected(self) -> None:
        if self.basis is not SeatBasis.ELECTED:
            raise FollowsPresidency(f"{self.name} is held ex officio.", basis=self.basis.value)
