"""The presidency: who presides when."""

from dataclasses import dataclass
from datetime import date

from shared.domain import Event


@dataclass(frozen=True, kw_only=True)
class PresidencyElected(Event):
    """A city presides for a year, and hosts that year's summit.

    Attributes:
        year: Calendar year of the term.
        city_id: The city.
        starts_on: First day of the term.
        ends_on: Last day of the term.
    """

    year: int
    city_id: str
    starts_on: date
    ends_on: date
