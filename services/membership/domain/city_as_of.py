"""A city as it was on a day, by what was known at an instant."""

from dataclasses import dataclass
from datetime import date, datetime

from services.membership.domain.city import City
from services.membership.domain.standing import Standing


@dataclass(frozen=True, kw_only=True)
class CityAsOf:
    """A city, looked at from a day.

    Attributes:
        city: The city.
        on: The day.
        known_at: What was recorded later than that does not count, nor what was withdrawn later,
            UTC; ``None`` for what is known now.
    """

    city: City
    on: date
    known_at: datetime | None = None

    @property
    def standing(self) -> Standing | None:
        """What the city was on that day; ``None`` before it was anything."""
        return self.city.standing_on(self.on, known_at=self.known_at)

    @property
    def standings(self) -> tuple[Standing, ...]:
        """What it was and is, and will be as far as that is decided, oldest first."""
        return self.city.standings_known(self.known_at)
