"""Terms of the presidency, and which of all that was entered is in effect."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from itertools import zip_longest

from services.membership.domain.city import City
from services.membership.domain.decision import check_decided
from services.membership.domain.recorded import Record
from services.membership.domain.references import NotAMember
from services.membership.domain.term import DAY, Term
from shared.errors import RuleViolated

RULES_OF_2022 = "Organisational rules of the B40 Balkan Cities Network, approved 9 February 2022"
"""The city that presides is elected for a year, not twice in a row, and hosts the summit."""


class NoTwoTermsInARow(RuleViolated):
    """The city presides in the year before or after."""

    rule = "No city presides for two terms in a row."
    rule_source = RULES_OF_2022


@dataclass(frozen=True, kw_only=True)
class PresidencyTerm(Term):
    """The term of a presiding city.

    Attributes:
        year: Calendar year that it is counted as.
        city_id: The city.
        taken_over_from: City whose term it is the rest of; ``None`` when the city was elected for
            the year.
        decision: What was decided and by whom, or empty.
        decided_on: Day of the decision, or ``None``.
    """

    year: int
    city_id: str
    ends_on: date = field()  # A presidency is never open, so there is no default.
    taken_over_from: str | None = None
    decision: str = ""
    decided_on: date | None = None

    @classmethod
    def of(
        cls,
        year: int,
        city_id: str,
        starts_on: date | None = None,
        ends_on: date | None = None,
        *,
        decision: str = "",
        decided_on: date | None = None,
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
            decision=decision,
            decided_on=decided_on,
        )

    @property
    def summit_host_city_id(self) -> str:
        """City that hosts a summit in these days: the presiding one.

        Source:
            Organisational rules of the B40 Balkan Cities Network, approved 9 February 2022.
        """
        return self.city_id


@dataclass(frozen=True, kw_only=True)
class Takeover:
    """Another city presides for the rest of a year's term.

    Attributes:
        city_id: The city that takes over.
        since: Its first day.
        reason: Why, as ``The city left the network.``
        decision: What was decided and by whom, or empty.
        decided_on: Day of the decision, or ``None``.
    """

    city_id: str
    since: date
    reason: str
    decision: str = ""
    decided_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Handover:
    """How the presidency came to whoever has it.

    Attributes:
        number: 1 for the first one, then 2, 3 …
        city_id: City that has it since.
        on: First day of its term.
    """

    number: int
    city_id: str
    on: date

    @classmethod
    def after(cls, before: "Handover | None", term: PresidencyTerm) -> "Handover":
        """Return the handover to the city of a term."""
        number = before.number + 1 if before else 1
        return cls(number=number, city_id=term.city_id, on=term.starts_on)


def in_effect(
    records: Iterable[Record[PresidencyTerm]], at: datetime | None
) -> list[Record[PresidencyTerm]]:
    """Return what counted at an instant by first day, each term ended by the next one.

    Of two terms that begin on the same day the one that was entered later counts.

    Args:
        records: All that was entered.
        at: The instant, UTC; now when ``None``.
    """
    entered = sorted(
        (each for each in records if each.is_known_at(at)), key=lambda each: each.recorded_at
    )
    by_day = {each.fact.starts_on: each for each in entered}
    days = sorted(by_day)
    return [_ended_before(by_day[day], following) for day, following in zip_longest(days, days[1:])]


def check_entered(term: PresidencyTerm, city: City, *, at: datetime) -> None:
    """Refuse a term that cannot be entered.

    Raises:
        NotDecidedYet: The day of the decision lies ahead.
        NotAMember: The city is no member with a vote on the first day.
    """
    check_decided(term.decided_on, today=at.date())
    if not city.is_member_on(term.starts_on):
        raise NotAMember(
            f"{city.description.name} is no member on {term.starts_on}.", field="city_id"
        )


def check_not_in_a_row(terms: Iterable[PresidencyTerm]) -> None:
    """Refuse terms of which two in a row are one city's.

    Raises:
        NoTwoTermsInARow: They are.
    """
    presiding = {(each.year, each.city_id) for each in terms}
    for year, city_id in sorted(presiding):
        if (year + 1, city_id) in presiding:
            raise NoTwoTermsInARow(
                f"{city_id} would preside in {year} and in {year + 1}.", field="city_id"
            )


def midnight(day: date) -> datetime:
    """Return when a day of the network begins, UTC."""
    return datetime.combine(day, time.min, UTC)


def _ended_before(record: Record[PresidencyTerm], following: date | None) -> Record[PresidencyTerm]:
    term = record.fact
    if following is None or term.ends_on < following:
        return record
    return replace(record, fact=replace(term, ends_on=following - DAY))
