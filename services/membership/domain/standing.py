"""Standings: what a city is in the network, and from which day on."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from services.membership.domain.decision import UNDOCUMENTED, Decision
from services.membership.domain.recorded import in_common
from shared.contracts.membership import (
    CityAdmitted,
    CityAdmittedAsObserver,
    CityApplied,
    CityLeft,
    CityReinstated,
    CityReinstatedAsObserver,
    CityStanding,
    CityStandingsWithdrawn,
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
    OBSERVER = "observer"
    SUSPENDED = "suspended"
    LEFT = "left"


_BECAME: dict[StandingKind, type[Event]] = {
    StandingKind.APPLICANT: CityApplied,
    StandingKind.MEMBER: CityAdmitted,
    StandingKind.OBSERVER: CityAdmittedAsObserver,
    StandingKind.SUSPENDED: CitySuspended,
    StandingKind.LEFT: CityLeft,
}
_BACK_AS: dict[StandingKind, type[Event]] = {
    StandingKind.MEMBER: CityReinstated,
    StandingKind.OBSERVER: CityReinstatedAsObserver,
}
"""By what a city is again after a suspension."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a city is from a day on, until its next standing.

    Attributes:
        kind: What it is.
        since: First day; the first possible one when it is known less well, the last possible one
            when it is only known as ``no_later_than``.
        precision: How well ``since`` is known.
        reason: Why, as written by the secretariat, or empty.
        decision: What it rests upon.

    Raises:
        ImpreciseSince: ``since`` does not fit its precision.
    """

    kind: StandingKind
    since: date
    precision: Precision = "day"
    reason: str = ""
    decision: Decision = UNDOCUMENTED

    def __post_init__(self) -> None:
        first_day = {
            "month": self.since.replace(day=1),
            "year": self.since.replace(month=1, day=1),
        }.get(self.precision, self.since)
        if self.since != first_day:
            raise ImpreciseSince(
                f"To the {self.precision}, this is written as {first_day}.", field="since"
            )


@dataclass(frozen=True, kw_only=True)
class StandingChanges:
    """What is to change of a standing; ``None`` stays as it is.

    Attributes:
        since: Its first day.
        precision: How well that is known.
        reason: Why.
        decision: What it rests upon; an empty text takes away the day of the decision as well.
        decided_on: When that was decided.
    """

    since: date | None = None
    precision: Precision | None = None
    reason: str | None = None
    decision: str | None = None
    decided_on: date | None = None

    def applied_to(self, standing: Standing) -> Standing:
        """Return a standing with what is given changed.

        Raises:
            ImpreciseSince: Its first day does not fit its precision.
        """
        text = standing.decision.text if self.decision is None else self.decision
        decided_on = None if self.decision == "" else standing.decision.decided_on
        return Standing(
            kind=standing.kind,
            since=self.since or standing.since,
            precision=self.precision or standing.precision,
            reason=self.reason or standing.reason,
            decision=Decision(text=text, decided_on=self.decided_on or decided_on),
        )


def announced(
    city_id: str, before: tuple[Standing, ...], after: tuple[Standing, ...], at: datetime
) -> list[Event]:
    """Return the events that tell of all that is new about a city's standings, in order.

    Args:
        city_id: Whose they are.
        before: What was told until now, oldest first.
        after: What is true, oldest first.
        at: When that became known here, UTC.
    """
    kept = in_common(before, after)
    events: list[Event] = []
    if kept < len(before):
        remaining = tuple(
            CityStanding(kind=each.kind.value, since=each.since, precision=each.precision)
            for each in before[:kept]
        )
        events.append(CityStandingsWithdrawn(city_id=city_id, standings=remaining, occurred_at=at))
    for place in range(kept, len(after)):
        is_back = place > 0 and after[place - 1].kind is StandingKind.SUSPENDED
        kind = _BACK_AS.get(after[place].kind) if is_back else None
        events.append(_told(kind or _BECAME[after[place].kind], city_id, after[place], at))
    return events


def _told(kind: type[Any], city_id: str, standing: Standing, at: datetime) -> Event:
    facts: dict[str, Any] = {
        "since": standing.since,
        "precision": standing.precision,
        "reason": standing.reason,
        "decision": standing.decision.text,
        "decided_on": standing.decision.decided_on,
    }
    event: Event = kind(city_id=city_id, occurred_at=at, **facts)
    return event
