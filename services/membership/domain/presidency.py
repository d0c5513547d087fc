"""The presidency: one city a year, never the same one twice in a row, handed over on a day."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.membership.domain.city import City
from services.membership.domain.presidency_term import (
    Handover,
    PresidencyTerm,
    Takeover,
    check_entered,
    check_not_in_a_row,
    in_effect,
    midnight,
)
from services.membership.domain.recorded import Record, known, revised
from services.membership.domain.term import DAY
from shared.contracts.membership import (
    PresidencyElected,
    PresidencyHandedOver,
    PresidencyTakenOver,
    PresidencyWithdrawn,
)
from shared.domain import Aggregate
from shared.errors import Conflict, NotFound, RuleViolated

PRESIDENCY = "presidency"
"""Id of the one aggregate: its rules look from year to year."""
HANDOVER = "handover"
"""Timer that is due when the next term begins."""


class NobodyElected(NotFound):
    """No city was elected for that year."""


class YearTaken(Conflict):
    """A city was elected for that year before."""

    rule = "One city presides in a year."


class TermHasBegun(Conflict):
    """The term has begun; from then on it can only be taken over."""

    rule = "An election can be withdrawn until its term begins."


class OverlapsTerm(RuleViolated):
    """Another city presides in some of these days."""

    rule = "One city presides on a day."


class NotInTerm(RuleViolated):
    """The year's term does not cover that day."""

    rule = "A presidency is taken over on a day of its term."


class AlreadyPresides(RuleViolated):
    """The city presides on that day itself."""

    rule = "A presidency is taken over by another city."


@dataclass(kw_only=True, eq=False)
class Presidency(Aggregate):
    """All terms of the presidency.

    A term that is taken over stays as it was elected: the one that begins later ends it, and when
    that one is withdrawn it lasts to its own end again.

    Attributes:
        records: Every term that was entered, those that were withdrawn included.
        handed_over: The last handover, or ``None`` before the first.
        handed_over_before: The handovers before it, in order.
    """

    records: tuple[Record[PresidencyTerm], ...] = ()
    handed_over: Handover | None = None
    handed_over_before: tuple[Handover, ...] = ()

    @property
    def handovers(self) -> tuple[Handover, ...]:
        """All handovers, in order."""
        return (*self.handed_over_before, self.handed_over) if self.handed_over else ()

    @property
    def terms(self) -> tuple[PresidencyTerm, ...]:
        """The terms by first day, as they are known now; they do not overlap."""
        return self.terms_known_at(None)

    def terms_known_at(self, at: datetime | None) -> tuple[PresidencyTerm, ...]:
        """Return the terms by first day, as they were known at an instant; now when ``None``."""
        return tuple(each.fact for each in in_effect(self.records, at))

    def term_of(self, year: int) -> PresidencyTerm | None:
        """Return the term of a year, the last one if it was taken over; else ``None``."""
        return next((each for each in reversed(self.terms) if each.year == year), None)

    def term_on(self, day: date) -> PresidencyTerm | None:
        """Return the term that covers a day; ``None`` when nobody presides."""
        return next((each for each in self.terms if each.covers(day)), None)

    def host_of(self, year: int) -> str | None:
        """Return the city that hosts the year's summit; ``None`` when nobody is elected."""
        term = self.term_of(year)
        return term.summit_host_city_id if term else None

    def presiding_at(self, at: datetime) -> Record[PresidencyTerm] | None:
        """Return the term of an instant (UTC), as it was known at that instant, or ``None``.

        Later knowledge changes nothing about it: this is what rights are decided by.
        """
        day = at.date()
        return next((each for each in in_effect(self.records, at) if each.fact.covers(day)), None)

    def turns(self) -> list[datetime]:
        """Return, in order, every instant at which ``presiding_at`` may change its answer."""
        instants = set()
        for each in self.records:
            instants |= {each.recorded_at, each.replaced_at}
            instants |= {midnight(each.fact.starts_on), midnight(each.fact.ends_on + DAY)}
        return sorted(each for each in instants if each is not None)

    def elect(self, term: PresidencyTerm, city: City, *, at: datetime) -> None:
        """Elect a city for a year; records ``PresidencyElected``.

        Args:
            term: Its year and days.
            city: The city.
            at: Now, UTC.

        Raises:
            YearTaken: A city was elected for that year before.
            NotDecidedYet: The day of the decision lies ahead.
            NotAMember: The city is no member with a vote on the first day.
            OverlapsTerm: Another city presides in some of these days.
            NoTwoTermsInARow: The city presides in the year before or after.
        """
        if self.term_of(term.year) is not None:
            raise YearTaken(f"The presidency of {term.year} is taken.", year=term.year)
        check_entered(term, city, at=at)
        for each in known(self.records):
            if each.overlaps(term):
                raise OverlapsTerm(f"It overlaps the term of {each.year}.", field="starts_on")
        self._revise((*known(self.records), term), at=at)
        self.record(
            PresidencyElected(
                year=term.year,
                city_id=city.id,
                starts_on=term.starts_on,
                ends_on=term.ends_on,
                decision=term.decision,
                decided_on=term.decided_on,
                occurred_at=at,
            )
        )

    def take_over(
        self, year: int, takeover: Takeover, city: City, *, at: datetime
    ) -> PresidencyTerm:
        """Have another city preside for the rest of a year's term; records ``PresidencyTakenOver``.

        From the first day of the term on, it corrects who was elected.

        Raises:
            NobodyElected: No city was elected for that year.
            NotInTerm: The year's term does not cover the day.
            AlreadyPresides: The city presides on that day itself.
            NotDecidedYet: The day of the decision lies ahead.
            NotAMember: The city is no member with a vote on that day.
            NoTwoTermsInARow: The city presides in the year before or after.
        """
        last = self._last(year)
        before = self.term_on(takeover.since)
        if before is None or before.year != year:
            raise NotInTerm(f"{takeover.since} is no day of the term of {year}.", field="since")
        if before.city_id == city.id:
            raise AlreadyPresides(f"{city.description.name} presides itself.", field="city_id")
        term = PresidencyTerm(
            year=year,
            city_id=city.id,
            starts_on=takeover.since,
            ends_on=last.ends_on,
            taken_over_from=before.city_id,
            decision=takeover.decision,
            decided_on=takeover.decided_on,
        )
        check_entered(term, city, at=at)
        self._revise((*known(self.records), term), at=at)
        self.record(
            PresidencyTakenOver(
                year=year,
                from_city_id=before.city_id,
                city_id=city.id,
                starts_on=term.starts_on,
                ends_on=term.ends_on,
                reason=takeover.reason,
                decision=term.decision,
                decided_on=term.decided_on,
                occurred_at=at,
            )
        )
        return term

    def withdraw(self, year: int, *, reason: str, at: datetime) -> PresidencyTerm:
        """Withdraw the last term of a year; records ``PresidencyWithdrawn``.

        If it was taken over, whoever had it before keeps it.

        Raises:
            NobodyElected: No city was elected for that year.
            TermHasBegun: Its term has begun.
            NoTwoTermsInARow: The city that would preside again does so in the year before or after.
        """
        term = self._last(year)
        if term.starts_on <= at.date():
            raise TermHasBegun(f"The term has begun on {term.starts_on}.", year=year)
        self._revise((each for each in known(self.records) if each != term), at=at)
        self.record(
            PresidencyWithdrawn(
                year=year,
                city_id=term.city_id,
                starts_on=term.starts_on,
                reason=reason,
                occurred_at=at,
            )
        )
        return term

    def hand_over(self, *, at: datetime) -> None:
        """Hand the presidency to those whose terms have begun; records ``PresidencyHandedOver``.

        A term that was over when it was entered, or that is older than the last handover, is
        history: nothing is handed over for it.
        """
        for term in self._upcoming():
            if term.starts_on > at.date():
                break
            before = self.handed_over
            if before is not None and before.city_id == term.city_id:
                self.handed_over = replace(before, on=term.starts_on)
                continue
            now = Handover.after(before, term)
            if before is not None:
                self.handed_over_before = (*self.handed_over_before, before)
            self.handed_over = now
            self.record(
                PresidencyHandedOver(
                    handover=now.number,
                    year=term.year,
                    from_city_id=before.city_id if before else None,
                    to_city_id=term.city_id,
                    on=term.starts_on,
                    occurred_at=at,
                )
            )
        self._set_timer()

    def _last(self, year: int) -> PresidencyTerm:
        term = self.term_of(year)
        if term is None:
            raise NobodyElected(f"Nobody is elected for {year}.", year=year)
        return term

    def _revise(self, facts: Iterable[PresidencyTerm], *, at: datetime) -> None:
        changed = Presidency(id=self.id, records=revised(self.records, facts, at=at))
        check_not_in_a_row(changed.terms)
        self.records = changed.records
        self._set_timer()

    def _upcoming(self) -> list[PresidencyTerm]:
        """Return the terms that are to be handed over to, by first day."""
        last = self.handed_over
        return [
            each.fact
            for each in in_effect(self.records, None)
            if each.fact.ends_on >= each.recorded_at.date()
            if last is None
            or each.fact.starts_on > last.on
            or (each.fact.starts_on == last.on and each.fact.city_id != last.city_id)
        ]

    def _set_timer(self) -> None:
        upcoming = self._upcoming()
        if upcoming:
            self.set_timer(HANDOVER, midnight(upcoming[0].starts_on))
        else:
            self.cancel_timer(HANDOVER)
