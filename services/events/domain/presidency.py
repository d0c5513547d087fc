"""Presidency: the copy of which city presides when."""

from dataclasses import dataclass
from datetime import date

from services.events.domain.as_of import Change, in_force, noted
from shared.contracts.membership import PresidencyElected
from shared.domain import Aggregate

PRESIDENCY = "presidency"
"""Id of the one presidency, here as in membership."""


@dataclass(frozen=True, kw_only=True)
class PresidencyTerm(Change):
    """A city presides from a day on.

    Attributes:
        city_id: The city.
    """

    city_id: str


@dataclass(kw_only=True, eq=False)
class Presidency(Aggregate):
    """Which city presides, as membership says; there is one, called ``presidency``.

    Attributes:
        terms: In the order in which membership told of them.
    """

    terms: tuple[PresidencyTerm, ...] = ()

    def elect(self, event: PresidencyElected) -> None:
        """Note which city presides from a day to another."""
        term = PresidencyTerm(
            sequence=event.sequence,
            since=event.starts_on,
            until=event.ends_on,
            city_id=event.city_id,
        )
        self.terms = noted(self.terms, term)

    def city_on(self, on: date) -> str | None:
        """Return the city that presides on a day, or ``None``."""
        term = in_force(self.terms, on)
        return term.city_id if term else None
