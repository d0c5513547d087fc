"""Cities: what they are, and what they are to the network."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.domain import Event

Precision = Literal["day", "month", "year", "no_later_than"]
"""How well a date is known: to the day, the month or the year, or only as an upper bound."""


@dataclass(frozen=True, kw_only=True)
class CityDescribed(Event):
    """What is known of a city, as a whole, whenever any of it changes.

    Attributes:
        city_id: The city; a slug that never changes (``tr-istanbul``).
        name: English name.
        names: Names by language (BCP 47).
        country: ISO 3166-1 alpha-2; ``XK`` for Kosovo.
        zone: IANA zone.
        languages: BCP 47, official first.
        airports: IATA codes, nearest first.
        sample: Invented membership, to be shown as sample data wherever it appears.
    """

    city_id: str
    name: str
    names: dict[str, str]
    country: str
    zone: str
    languages: tuple[str, ...]
    airports: tuple[str, ...] = ()
    sample: bool = False


@dataclass(frozen=True, kw_only=True)
class CityApplied(Event):
    """A city asked to become a member.

    Attributes:
        city_id: The city.
        since: Day of the application.
        precision: How well ``since`` is known.
        reason: Why, written by the secretariat, or empty.
        decision: What it rests upon (``General Assembly, Sofia, item 4``), or empty.
        decided_on: Day of that decision, or ``None``.
    """

    city_id: str
    since: date
    precision: Precision = "day"
    reason: str = ""
    decision: str = ""
    decided_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class CityAdmitted(Event):
    """A city became a member.

    Attributes:
        city_id: The city.
        since: First day of membership; the first possible day when it is known less well, the
            last possible one for ``no_later_than``.
        precision: How well ``since`` is known.
        reason: Why, written by the secretariat, or empty.
        decision: What it rests upon (``General Assembly, Sofia, item 4``), or empty.
        decided_on: Day of that decision, or ``None``.
    """

    city_id: str
    since: date
    precision: Precision = "day"
    reason: str = ""
    decision: str = ""
    decided_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class CityAdmittedAsObserver(Event):
    """A city became an observer: it takes part, and has no vote.

    Attributes:
        city_id: The city.
        since: First day of observing; the first possible day when it is known less well, the
            last possible one for ``no_later_than``.
        precision: How well ``since`` is known.
        reason: Why, written by the secretariat, or empty.
        decision: What it rests upon (``General Assembly, Sofia, item 4``), or empty.
        decided_on: Day of that decision, or ``None``.
    """

    city_id: str
    since: date
    precision: Precision = "day"
    reason: str = ""
    decision: str = ""
    decided_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class CitySuspended(Event):
    """A city lost its vote, or its place as an observer, until it is reinstated.

    Attributes:
        city_id: The city.
        since: First day without it.
        reason: Written by the secretariat, shown to delegates.
        precision: How well ``since`` is known.
        decision: What it rests upon (``General Assembly, Sofia, item 4``), or empty.
        decided_on: Day of that decision, or ``None``.
    """

    city_id: str
    since: date
    reason: str
    precision: Precision = "day"
    decision: str = ""
    decided_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class CityReinstated(Event):
    """A suspended city has its vote again.

    Attributes:
        city_id: The city.
        since: First day with a vote.
        precision: How well ``since`` is known.
        reason: Why, written by the secretariat, or empty.
        decision: What it rests upon (``General Assembly, Sofia, item 4``), or empty.
        decided_on: Day of that decision, or ``None``.
    """

    city_id: str
    since: date
    precision: Precision = "day"
    reason: str = ""
    decision: str = ""
    decided_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class CityReinstatedAsObserver(Event):
    """A suspended observer is an observer again; it has no vote.

    Attributes:
        city_id: The city.
        since: First day as an observer.
        precision: How well ``since`` is known.
        reason: Why, written by the secretariat, or empty.
        decision: What it rests upon (``General Assembly, Sofia, item 4``), or empty.
        decided_on: Day of that decision, or ``None``.
    """

    city_id: str
    since: date
    precision: Precision = "day"
    reason: str = ""
    decision: str = ""
    decided_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class CityLeft(Event):
    """A city is no longer a member or an observer.

    Attributes:
        city_id: The city.
        since: First day outside.
        reason: Written by the secretariat.
        precision: How well ``since`` is known.
        decision: What it rests upon (``General Assembly, Sofia, item 4``), or empty.
        decided_on: Day of that decision, or ``None``.
    """

    city_id: str
    since: date
    reason: str = ""
    precision: Precision = "day"
    decision: str = ""
    decided_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class CityStanding:
    """What a city is from a day on, until its next standing.

    Attributes:
        kind: ``applicant``, ``member``, ``observer``, ``suspended`` or ``left``.
        since: First day; see ``CityAdmitted``.
        precision: How well ``since`` is known.
    """

    kind: str
    since: date
    precision: Precision = "day"


@dataclass(frozen=True, kw_only=True)
class CityStandingsWithdrawn(Event):
    """Standings of a city that were told before this do not count: they were mistakes.

    What the city was and is instead follows as events of their own.

    Attributes:
        city_id: The city.
        standings: Those told before this that still count, oldest first; of two that begin on the
            same day the later one holds.
    """

    city_id: str
    standings: tuple[CityStanding, ...] = ()
