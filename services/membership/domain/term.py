"""Terms: from a first day to a last one."""

from dataclasses import dataclass
from datetime import date, timedelta

from shared.errors import RuleViolated

DAY = timedelta(days=1)


class EndsBeforeItStarts(RuleViolated):
    """The last day lies before the first."""

    rule = "A term does not end before it starts."


@dataclass(frozen=True, kw_only=True)
class Term:
    """Days in which somebody holds something.

    Attributes:
        starts_on: First day.
        ends_on: Last day, or ``None`` while the term is open.

    Raises:
        EndsBeforeItStarts: The last day lies before the first.
    """

    starts_on: date
    ends_on: date | None = None

    def __post_init__(self) -> None:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise EndsBeforeItStarts("A term cannot end before it starts.", field="ends_on")

    def covers(self, day: date) -> bool:
        """Tell whether that day lies within the term."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def overlaps(self, other: "Term") -> bool:
        """Tell whether both terms have a day in common."""
        return self.covers(other.starts_on) or other.covers(self.starts_on)
