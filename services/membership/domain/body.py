"""Bodies of the network, their seats, and which city holds which from when to when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from services.membership.domain.city import City
from services.membership.domain.ex_officio import terms_by_office
from services.membership.domain.presidency import Presidency
from services.membership.domain.roster import RosterEntry
from services.membership.domain.seat import Seat, SeatBasis
from services.membership.domain.seat_term import (
    ENDS_SOON,
    Alternate,
    CarryOver,
    SeatTerm,
)
from services.membership.domain.seat_told import seat_filled, terms_corrected
from services.membership.domain.term import Term
from shared.contracts.membership import (
    BodyFounded,
    SeatAlternateChanged,
    SeatTermEndNoticed,
    SeatVacated,
)
from shared.domain import Aggregate
from shared.errors import NotFound

TERM_END = "term_end"
"""Timer that is due when the next term comes within sixty days of its end."""


class UnknownBody(NotFound):
    """There is no such body."""


class UnknownSeat(NotFound):
    """The body has no such seat."""


class BodyKind(StrEnum):
    """What a body is."""

    EXECUTIVE_BOARD = "executive_board"
    GENERAL_ASSEMBLY = "general_assembly"
    WORKING_GROUP = "working_group"
    SECRETARIAT = "secretariat"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """The end of a term that was noticed.

    Attributes:
        seat_id: The seat.
        city_id: The city that holds it by this term.
        ends_on: Last day of the term.
    """

    seat_id: str
    city_id: str
    ends_on: date


@dataclass(kw_only=True, eq=False)
class Body(Aggregate):
    """A body of the network.

    Attributes:
        name: English name.
        kind: What it is.
        seats: In order of the list.
        carry_over: Whether holders carry on after their terms; ``None`` when they do not.
        noticed: Ends that were noticed and have not passed.
    """

    name: str
    kind: BodyKind
    seats: tuple[Seat, ...]
    carry_over: CarryOver | None = None
    noticed: tuple[Notice, ...] = ()

    @classmethod
    def found(
        cls,
        body_id: str,
        name: str,
        kind: BodyKind,
        seats: tuple[Seat, ...],
        *,
        carry_over: CarryOver | None = None,
        at: datetime,
    ) -> "Body":
        """Found a body with vacant seats; records ``BodyFounded``."""
        body = cls(id=body_id, name=name, kind=kind, seats=seats, carry_over=carry_over)
        body.record(
            BodyFounded(
                body_id=body_id,
                name=name,
                kind=kind,
                seats=tuple(each.id for each in seats),
                bases=tuple(each.basis for each in seats),
                carries_over=carry_over is not None,
                carry_over_days=carry_over.limit_days if carry_over else None,
                occurred_at=at,
            )
        )
        return body

    # -- what was and is ------------------------------------------------------------------------

    def roster_on(self, day: date, *, known_at: datetime | None = None) -> list[RosterEntry]:
        """Return every seat as it is held on a day, in order.

        Args:
            day: The day.
            known_at: By what was known then, UTC; by what is known now when absent.
        """
        return [RosterEntry.of(each, day, self.carry_over, known_at) for each in self.seats]

    # -- who holds a seat -----------------------------------------------------------------------

    def fill_seat(self, seat_id: str, term: SeatTerm, city: City, *, at: datetime) -> None:
        """Give a city a seat for a term; records ``SeatFilled``.

        Raises:
            UnknownSeat: The body has no such seat.
            FollowsPresidency, NotAMember, OverlapsTerm: See ``Seat.filled``.
        """
        seat = self.seat(seat_id)
        self._hold(seat, seat.filled(term, city), at=at)
        self.record(seat_filled(self.id, seat_id, term, at))
        self.notice_ends(at=at)

    def vacate_seat(self, seat_id: str, since: date, *, at: datetime) -> None:
        """End the term by which a seat is held on the day before; records ``SeatVacated``.

        Args:
            seat_id: The seat.
            since: First day on which it is empty.
            at: Now, UTC.

        Raises:
            UnknownSeat: The body has no such seat.
            FollowsPresidency, SeatIsVacant, VacatedTooEarly: See ``Seat.left``.
        """
        seat = self.seat(seat_id)
        self._hold(seat, seat.left(since, self.carry_over), at=at)
        self.record(SeatVacated(body_id=self.id, seat_id=seat_id, since=since, occurred_at=at))
        self.notice_ends(at=at)

    def name_alternate(self, seat_id: str, alternate: Alternate, *, at: datetime) -> None:
        """Have somebody else step in from a day of a term on; records ``SeatAlternateChanged``.

        Raises:
            UnknownSeat: The body has no such seat.
            SeatIsVacant: No term covers that day.
        """
        seat = self.seat(seat_id)
        self._hold(seat, seat.represented(alternate), at=at)
        self.record(
            SeatAlternateChanged(
                body_id=self.id,
                seat_id=seat_id,
                since=alternate.since,
                alternate_id=alternate.person_id,
                occurred_at=at,
            )
        )

    def correct_term(
        self, seat_id: str, starts_on: str, days: Term, city: City, *, at: datetime
    ) -> None:
        """Enter a term with the days that it should have had; records ``SeatTermsCorrected``.

        Args:
            seat_id: The seat.
            starts_on: First day of the term as it was entered, ISO 8601.
            days: As they should have been.
            city: The city that holds the seat by this term.
            at: Now, UTC.

        Raises:
            UnknownSeat: The body has no such seat.
            UnknownTerm: The seat has no term that begins on that day.
            FollowsPresidency, NotAMember, OverlapsTerm: See ``Seat.corrected``.
        """
        seat = self.seat(seat_id)
        self._correct(seat, seat.corrected(seat.term_beginning(starts_on), days, city), at)

    def withdraw_term(self, seat_id: str, starts_on: str, *, at: datetime) -> None:
        """Take back a term that was entered by mistake; records ``SeatTermsCorrected``.

        Raises:
            UnknownSeat: The body has no such seat.
            UnknownTerm: The seat has no term that begins on that day.
            FollowsPresidency: It is held ex officio.
        """
        seat = self.seat(seat_id)
        self._correct(seat, seat.withdrawn(seat.term_beginning(starts_on)), at)

    def seat(self, seat_id: str) -> Seat:
        """Return a seat.

        Raises:
            UnknownSeat: The body has no such seat.
        """
        for seat in self.seats:
            if seat.id == seat_id:
                return seat
        raise UnknownSeat(f"{self.name} has no seat {seat_id!r}.")

    # -- what follows ---------------------------------------------------------------------------

    def follow_presidency(self, presidency: Presidency, *, at: datetime) -> bool:
        """Give the seats held ex officio to those whom the presidency gives them.

        Records ``SeatFilled`` for terms that are new, and ``SeatTermsCorrected`` where what was
        told before is otherwise now.

        Returns:
            Whether that changed anything.
        """
        changed = False
        for seat in self.seats:
            if seat.basis is SeatBasis.ELECTED:
                continue
            before, terms = seat.terms, terms_by_office(seat, presidency)
            if terms == before:
                continue
            changed = True
            if set(before) <= set(terms):
                self._hold(seat, terms, at=at)
                for each in terms:
                    if each not in before:
                        self.record(seat_filled(self.id, seat.id, each, at))
            else:
                self._correct(seat, terms, at)
        return changed

    def notice_ends(self, *, at: datetime) -> None:
        """Notice once that a term ends within sixty days; records ``SeatTermEndNoticed``.

        It sets the timer for the next one. Terms ex officio have a successor by themselves, one
        that was left is known to end, and what has ended is noticed no more.
        """
        today, upcoming = at.date(), []
        self.noticed = tuple(each for each in self.noticed if each.ends_on >= today)
        for notice, term in self._ends():
            early = notice.ends_on - today - ENDS_SOON
            if early > timedelta(0):
                upcoming.append(today + early)
            elif notice.ends_on >= today and notice not in self.noticed:
                self.noticed = (*self.noticed, notice)
                self.record(
                    SeatTermEndNoticed(
                        body_id=self.id,
                        seat_id=notice.seat_id,
                        city_id=term.city_id,
                        starts_on=term.starts_on,
                        ends_on=notice.ends_on,
                        occurred_at=at,
                    )
                )
        if upcoming:
            self.set_timer(TERM_END, datetime.combine(min(upcoming), time.min, UTC))
        else:
            self.cancel_timer(TERM_END)

    def _ends(self) -> Iterator[tuple[Notice, SeatTerm]]:
        for seat in self.seats:
            for term in seat.terms if seat.basis is SeatBasis.ELECTED else ():
                if term.ends_on is not None and not term.vacated:
                    yield Notice(seat_id=seat.id, city_id=term.city_id, ends_on=term.ends_on), term

    def _hold(self, seat: Seat, terms: tuple[SeatTerm, ...], *, at: datetime) -> Seat:
        new = seat.holding(terms, at=at)
        self.seats = tuple(new if each.id == seat.id else each for each in self.seats)
        return new

    def _correct(self, seat: Seat, terms: tuple[SeatTerm, ...], at: datetime) -> None:
        if set(terms) != set(seat.terms):
            self.record(terms_corrected(self.id, self._hold(seat, terms, at=at), at))
            self.notice_ends(at=at)
