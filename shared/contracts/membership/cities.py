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
    """

    city_id: str
    since: date


@dataclass(frozen=True, kw_only=True)
class CityAdmitted(Event):
    """A city became a member.

    Attributes:
        city_id: The city.
        since: First day of membership; the first possible day when it is known less well, the
            last possible one for ``no_later_than``.
        precision: How well ``since`` is known.
    """

    city_id: str
    since: date
    precision: Precision = "day"


@dataclass(frozen=True, kw_only=True)
class CitySuspended(Event):
    """A city lost its vote until it is reinstated.

    Attributes:
        city_id: The city.
        since: First day without a vote.
        reason: Written by the secretariat, shown to delegates.
    """

    city_id: str
    since: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class CityReinstated(Event):
    """A suspended city has its vote again.

    Attributes:
        city_id: The city.
        since: First day with a vote.
    """

    city_id: str
    since: date


@dataclass(frozen=True, kw_only=True)
class CityLeft(Event):
    """A city is no longer a member.

    Attributes:
        city_id: The city.
        since: First day outside.
        reason: Written by the secretariat.
    """

    city_id: str
    since: date
    reason: str = ""
