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
        bases: Why each of them is held, in the same order: ``elected``, or ex officio
            ``presidency_current``, ``presidency_previous`` or ``presidency_next``; empty when all
            are elected.
        carries_over: Whoever was elected carries on after the term, until a successor's begins.
        carry_over_days: For how many days at most, or ``None`` when there is no limit.
    """

    body_id: str
    name: str
    kind: str
    seats: tuple[str, ...]
    bases: tuple[str, ...] = ()
    carries_over: bool = False
    carry_over_days: int | None = None


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


@dataclass(frozen=True, kw_only=True)
class SeatAlternateChanged(Event):
    """Somebody else steps in for the holder of a seat, from a day until the next such change.

    Attributes:
        body_id: The body.
        seat_id: The seat.
        since: First day; it lies in a term of the seat.
        alternate_id: Person who steps in when the office holder declines, or ``None``.
    """

    body_id: str
    seat_id: str
    since: date
    alternate_id: str | None


@dataclass(frozen=True, kw_only=True)
class AlternateSince:
    """Somebody else steps in from a day of a term on.

    Attributes:
        since: First day.
        person_id: The person, or ``None``.
    """

    since: date
    person_id: str | None


@dataclass(frozen=True, kw_only=True)
class HeldTerm:
    """A term of a seat.

    Attributes:
        city_id: The city that holds the seat.
        starts_on: First day.
        ends_on: Last day, or ``None`` when it is open.
        alternate_id: Person who steps in from the first day on, or ``None``.
        alternates: Who does so from later days on, by day.
        vacated: The seat was left, so that nobody carries on after the last day.
        sample: Invented, to be shown as sample data.
    """

    city_id: str
    starts_on: date
    ends_on: date | None = None
    alternate_id: str | None = None
    alternates: tuple[AlternateSince, ...] = ()
    vacated: bool = False
    sample: bool = False


@dataclass(frozen=True, kw_only=True)
class SeatTermsCorrected(Event):
    """What was told of the terms of a seat until now was a mistake; these are all of them.

    Attributes:
        body_id: The body.
        seat_id: The seat.
        terms: By first day; none when nobody ever held the seat.
    """

    body_id: str
    seat_id: str
    terms: tuple[HeldTerm, ...]


@dataclass(frozen=True, kw_only=True)
class SeatTermEndNoticed(Event):
    """The term of an elected seat ends in sixty days or less; told once for each end.

    Attributes:
        body_id: The body.
        seat_id: The seat.
        city_id: The city that holds it.
        starts_on: First day of the term.
        ends_on: Last day of the term.
    """

    body_id: str
    seat_id: str
    city_id: str
    starts_on: date
    ends_on: date
