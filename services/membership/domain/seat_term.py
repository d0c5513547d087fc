"""Terms of seats: which city holds one from when to when, and who steps in for it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from services.membership.domain.term import Term

ENDS_SOON = timedelta(days=60)
"""How long before its end a term is shown as ending soon, so that a successor can be found."""


class SeatState(StrEnum):
    """How a seat is held on a day."""

    FILLED = "filled"
    ENDS_SOON = "ends_soon"
    CARRIED_OVER = "carried_over"
    VACANT = "vacant"


@dataclass(frozen=True, kw_only=True)
class Alternate:
    """Somebody else steps in from a day on.

    Attributes:
        since: First day, within the term.
        person_id: The person; ``None`` when nobody does.
    """

    since: date
    person_id: str | None


@dataclass(frozen=True, kw_only=True)
class CarryOver:
    """Whoever was elected to a seat carries on after the term, until a successor's term begins.

    Attributes:
        limit_days: For how many days at most; without a limit when ``None``.
    """

    limit_days: int | None = None

    def covers(self, term: Term, day: date) -> bool:
        """Tell whether the holder of a term that has ended carries on on a later day."""
        if term.ends_on is None or self.limit_days is None:
            return True
        return day - term.ends_on <= timedelta(days=self.limit_days)


@dataclass(frozen=True, kw_only=True)
class SeatTerm(Term):
    """Days in which a city holds a seat.

    Attributes:
        city_id: The city.
        alternate_id: Person who steps in from the first day on when the office holder declines, or
            ``None``.
        alternates: Who does so from a later day on, by that day.
        vacated: The seat was left, so that nobody carries on.
        sample: Invented, to be shown as sample data.
    """

    city_id: str
    alternate_id: str | None = None
    alternates: tuple[Alternate, ...] = ()
    vacated: bool = False
    sample: bool = False

    def alternate_on(self, day: date) -> str | None:
        """Return the person who steps in on a day, or ``None``."""
        begun = [each.person_id for each in self.alternates if each.since <= day]
        return begun[-1] if begun else self.alternate_id

    def with_alternate(self, alternate: Alternate) -> "SeatTerm":
        """Return the term with somebody else stepping in from a day on, until the next change."""
        if alternate.since == self.starts_on:
            return replace(self, alternate_id=alternate.person_id)
        others = (each for each in self.alternates if each.since != alternate.since)
        by_day = sorted((*others, alternate), key=lambda each: each.since)
        return replace(self, alternates=tuple(by_day))

    def within(self, starts_on: date, ends_on: date | None, *, vacated: bool) -> "SeatTerm":
        """Return the term with other days; who would step in outside of them does not."""
        days = Term(starts_on=starts_on, ends_on=ends_on)
        later = (each for each in self.alternates if each.since > starts_on)
        return replace(
            self,
            starts_on=starts_on,
            ends_on=ends_on,
            alternate_id=self.alternate_on(starts_on),
            alternates=tuple(each for each in later if days.covers(each.since)),
            vacated=vacated,
        )


def state_of(term: SeatTerm | None, day: date) -> SeatState:
    """Return how a seat is held on a day by a term; vacant when by none."""
    if term is None:
        return SeatState.VACANT
    if not term.covers(day):
        return SeatState.CARRIED_OVER
    if term.ends_on is not None and term.ends_on - day <= ENDS_SOON:
        return SeatState.ENDS_SOON
    return SeatState.FILLED
