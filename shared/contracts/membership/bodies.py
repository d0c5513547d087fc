"""Bodies of the network: who sits in them."""

from dataclasses import dataclass
from datetime import date

from shared.domain import Event


@dataclass(frozen=True, kw_only=True)
class BodyFounded(Event):
    """A body of the network exists.

    Attributes:
        body_id: The body.
        name: English name.
        kind: ``executive_board``, ``general_assembly``, ``working_group`` or ``secretariat``.
        seats: Ids of its seats, in order.
    """

    body_id: str
    name: str
    kind: str
    seats: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SeatFilled(Event):
    """A city holds a seat for a term.

    Attributes:
        body_id: The body.
        seat_id: The seat.
        city_id: The city.
        starts_on: First day of the term.
        ends_on: Last day of the term, or ``None`` when it is open.
        alternate_id: Person who steps in when the office holder declines, or ``None``.
        sample: Invented, to be shown as sample data.
    """

    body_id: str
    seat_id: str
    city_id: str
    starts_on: date
    ends_on: date | None = None
    alternate_id: str | None = None
    sample: bool = False


@dataclass(frozen=True, kw_only=True)
class SeatVacated(Event):
    """A seat is held by nobody from a day on.

    Attributes:
        body_id: The body.
        seat_id: The seat.
        since: First day it is empty.
    """

    body_id: str
    seat_id: str
    since: date
