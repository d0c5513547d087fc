"""A city as it was on a day."""

from dataclasses import dataclass
from datetime import date

from services.membership.domain.city import City
from services.membership.domain.standing import Standing


@dataclass(frozen=True, kw_only=True)
class CityAsOf:
    """A city, looked at from a day.

    Attributes:
        city: The city.
        on: The day.
    """

    city: City
    on: date

    @property
    def standing(self) -> Standing | None:
        """What the city was on that day; ``None`` before it was anything."""
        return self.city.standing_on(self.on)
