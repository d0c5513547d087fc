"""What a body that is to be founded looks like."""

from dataclasses import dataclass

from services.membership.domain.body import BodyKind
from services.membership.domain.seat import SeatBasis
from services.membership.domain.seat_term import CarryOver


@dataclass(frozen=True, kw_only=True)
class SeatPlan:
    """A seat that a new body is to have.

    Attributes:
        name: As on lists.
        basis: Why its holder will hold it.
    """

    name: str
    basis: SeatBasis = SeatBasis.ELECTED


@dataclass(frozen=True, kw_only=True)
class BodyPlan:
    """A body that is to be founded.

    Attributes:
        name: English name.
        kind: What it is.
        seats: In order of the list.
        carry_over: Whether holders carry on after their terms; ``None`` when they do not.
    """

    name: str
    kind: BodyKind
    seats: tuple[SeatPlan, ...]
    carry_over: CarryOver | None = None
