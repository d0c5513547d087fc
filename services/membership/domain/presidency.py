"""The presidency: one city a year, and never the same one twice in a row."""

from dataclasses import dataclass, field
from datetime import date, datetime

from services.membership.domain.city import City
from services.membership.domain.references import NotAMember
from services.membership.domain.term import Term
from shared.contracts.membership import PresidencyElected
from shared.domain import Aggregate
from shared.errors import Conflict, RuleViolated

PRESIDENCY = "presidency"
"""Id of the one aggregate: its rules look from year to year."""
RULES_OF_2022 = "Organisational rules of the B40 Balkan Cities Network, approved 9 February 2022"
"""The city that presides is elected for a year, not twice in a row, and hosts the summit."""


class YearTaken(Conflict):
    """A city was elected for that year before."""

    rule = "One city presides in a year."


class NoTwoTermsInARow(RuleViolated):
    """The city presides in the year before or after."""

    rule = "No city presides for two terms in a row."
    rule_source = RULES_OF_2022


class OverlapsTerm(RuleViolated):
    """Another city presides in some of these days."""

    rule = "One city presides on a day."


@dataclass(frozen=True, kw_only=True)
class PresidencyTerm(Term):
    """The term of a presiding city.

    Attributes:
        year: Calendar year that it is counted as.
        city_id: The city.
    """

    year: int
    city_id: str
    ends_on: date = field()  # A presidency is never open, so there is no default.

    @classmethod
    def of(
        cls, year: int, city_id: str, starts_on: date | None = None, ends_on: date | None = None
    ) -> "PresidencyTerm":
        """Return the term of a year; it lasts from 1 January to 31 December unless told.

        Raises:
            EndsBeforeItStarts: The last day lies before the first.
        """
        return cls(
            year=year,
            city_id=city_id,
            starts_on=starts_on or date(year, 1, 1),
            ends_on=ends_on or date(year, 12, 31),
        )

    @property
    def summit_host_city_id(self) -> str:
        """City that hosts the year's summit: the presiding one.

        Source:
            Organisational rules of the B40 Balkan Cities Network, approved 9 February 2022.
        """
        return self.city_id


@dataclass(kw_only=True, eq=False)
class Presidency(Aggregate):
    """All terms of the presidency.

    Attributes:
        terms: By year; they do not overlap.
    """

    terms: tuple[PresidencyTerm, ...] = ()

    def term_of(self, year: int) -> PresidencyTerm | None:
        """Return the term of a year; ``None`` when nobody is elected."""
        return next((each for each in self.terms if each.year == year), None)

    def host_of(self, year: int) -> str | None:
        """Return the city that hosts the year's summit; ``None`` when nobody is elected."""
        term = self.term_of(year)
        return term.summit_host_city_id if term else None

    def elect(self, term: PresidencyTerm, city: City, *, at: datetime) -> None:
        """Elect a city for a year; records ``PresidencyElected``.

        Args:
            term: Its year and days.
            city: The city.
            at: Now, UTC.

        Raises:
            YearTaken: A city was elected for that year before.
            NoTwoTermsInARow: The city presides in the year before or after.
            NotAMember: The city is no member with a vote on the first day.
            OverlapsTerm: Another city presides in some of these days.
        """
        if self.term_of(term.year) is not None:
            raise YearTaken(f"The presidency of {term.year} is taken.", year=term.year)
        if city.id in (self.host_of(term.year - 1), self.host_of(term.year + 1)):
            raise NoTwoTermsInARow(
                f"{city.description.name} presides in the year before or after.", field="city_id"
            )
        if not city.is_member_on(term.starts_on):
            raise NotAMember(
                f"{city.description.name} is no member on {term.starts_on}.", field="city_id"
            )
        for each in self.terms:
            if each.overlaps(term):
                raise OverlapsTerm(f"It overlaps the term of {each.year}.", field="starts_on")
        self.terms = tuple(sorted((*self.terms, term), key=lambda each: each.year))
        self.record(
            PresidencyElected(
                year=term.year,
                city_id=city.id,
                starts_on=term.starts_on,
                ends_on=term.ends_on,
                occurred_at=at,
            )
        )
