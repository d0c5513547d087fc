"""What is wished for a direction of a trip, and what is booked."""

from dataclasses import dataclass
from datetime import datetime

from services.travel.domain.journey import Journey
from shared.errors import RuleViolated
from shared.local_time import LocalTime


class WishCannotBeMet(RuleViolated):
    """Nobody can arrive before they have departed."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How a delegate would like to travel; what is booked is another matter.

    Attributes:
        text: In the delegate's own words.
        departs_after: Not to leave before, or ``None``.
        arrives_before: Not to arrive after, or ``None``.

    Raises:
        WishCannotBeMet: ``arrives_before`` is not after ``departs_after``, in true time.
    """

    text: str
    departs_after: LocalTime | None = None
    arrives_before: LocalTime | None = None

    def __post_init__(self) -> None:
        if (
            self.departs_after is not None
            and self.arrives_before is not None
            and self.arrives_before.at <= self.departs_after.at
        ):
            raise WishCannotBeMet("It ends before it begins, in true time.", field="arrives_before")


@dataclass(frozen=True, kw_only=True)
class Booking:
    """What is booked for one direction.

    Attributes:
        number: Bookings of this direction heard of so far, outdated ones included; it rises.
        journey: By which legs.
        booked_at: When it was booked, UTC; of bookings made at two places the later one counts.
        party_id: Party it travels with, or ``None``.
    """

    number: int
    journey: Journey
    booked_at: datetime
    party_id: str | None = None
