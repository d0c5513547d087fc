"""Presidency: the copy of which city presides when."""

from dataclasses import dataclass
from datetime import date

from services.events.domain.as_of import Change, in_force, noted
from shared.contracts.membership import (
    PresidencyElected,
    PresidencyTakenOver,
    PresidencyWithdrawn,
)
from shared.domain import Aggregate

PRESIDENCY = "presidency"
"""Id of the one presidency, here as in membership."""


@dataclass(frozen=True, kw_only=True)
class PresidencyTerm(Change):
    """A city presides from a day on, or does not after all.

    Attributes:
        city_id: The city.
        withdrawn: What was told last of this first day was a mistake.
    """

    city_id: str
    withdrawn: bool = False


@dataclass(kw_only=True, eq=False)
class Presidency(Aggregate):
    """Which city presides, as membership says; there is one, called ``presidency``.

    Attributes:
        terms: In the order in which membership told of them.
    """

    terms: tuple[PresidencyTerm, ...] = ()

    def elect(self, event: PresidencyElected | PresidencyTakenOver) -> None:
        """Note which city presides from a day to another."""
        term = PresidencyTerm(
            sequence=event.sequence,
            since=event.starts_on,
            until=event.ends_on,
            city_id=event.city_id,
        )
        self.terms = noted(self.terms, term)

    def withdraw(self, event: PresidencyWithdrawn) -> None:
        """Note that a city does not preside from a day on after all."""
        term = PresidencyTerm(
            sequence=event.sequence, since=event.starts_on, city_id=event.city_id, withdrawn=True
        )
        self.terms = noted(self.terms, term)

    def city_on(self, on: date) -> str | None:
        """Return the city that presides on a day, or ``None``."""
        term = in_force(self._counting(), on)
        return term.city_id if term else None

    def _counting(self) -> list[PresidencyTerm]:
        """Return what was told and not withdrawn: a withdrawal takes back the newest before it."""
        counting: list[PresidencyTerm] = []
        for term in self.terms:
            if not term.withdrawn:
                counting.append(term)
            elif mistakes := [each for each in counting if each.since == term.since]:
                counting.remove(mistakes[-1])
        return counting
