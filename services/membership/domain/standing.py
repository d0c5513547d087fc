"""Standings: what a city is in the network, and from which day on."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.contracts.membership import (
    CityAdmitted,
    CityApplied,
    CityLeft,
    CityReinstated,
    CitySuspended,
    Precision,
)
from shared.domain import Event
from shared.errors import RuleViolated


class ImpreciseSince(RuleViolated):
    """A day known to the month or to the year is written as the first day of it."""

    rule = "A day known to the month or to the year is written as the first day of it."


class StandingKind(StrEnum):
    """What a city is in the network."""

    APPLICANT = "applicant"
    MEMBER = "member"
    SUSPENDED = "suspended"
    LEFT = "left"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a city is from a day on, until its next standing.

    Attributes:
        kind: What it is.
        since: First day; the first possible one when it is known less well, the last possible one
            when it is only known as ``no_later_than``.
        precision: How well ``since`` is known.
        reason: Why, as written by the secretariat, or empty.

    Raises:
        ImpreciseSince: ``since`` does not fit its precision.
    """

    kind: StandingKind
    since: date
    precision: Precision = "day"
    reason: str = ""

    def __post_init__(self) -> None:
        first_day = {
            "month": self.since.replace(day=1),
            "year": self.since.replace(month=1, day=1),
        }.get(self.precision, self.since)
        if self.since != first_day:
            raise ImpreciseSince(
                f"To the {self.precision}, this is written as {first_day}.", field="since"
            )


def announced(city_id: str, standing: Standing, previous: Standing | None, at: datetime) -> Event:
    """Return the event that a standing is announced by.

    Args:
        city_id: Whose it is.
        standing: What the city has become.
        previous: What it was before, or ``None``; a suspended city becomes a member again.
        at: When that became known here, UTC.
    """
    since, reason = standing.since, standing.reason
    match standing.kind:
        case StandingKind.APPLICANT:
            return CityApplied(city_id=city_id, since=since, occurred_at=at)
        case StandingKind.SUSPENDED:
            return CitySuspended(city_id=city_id, since=since, reason=reason, occurred_at=at)
        case StandingKind.LEFT:
            return CityLeft(city_id=city_id, since=since, reason=reason, occurred_at=at)
        case StandingKind.MEMBER:
            if previous and previous.kind is StandingKind.SUSPENDED:
                return CityReinstated(city_id=city_id, since=since, occurred_at=at)
            return CityAdmitted(
                city_id=city_id, since=since, precision=standing.precision, occurred_at=at
            )
