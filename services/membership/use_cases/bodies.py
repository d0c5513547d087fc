"""Load, decide, save: bodies and the presidency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.membership.domain.body import Body, BodyKind, RosterEntry, Seat, SeatTerm
from services.membership.domain.presidency import PresidencyTerm
from services.membership.repository import (
    BodyRepository,
    CityRepository,
    PersonRepository,
    PresidencyRepository,
)
from shared.ids import derived_id


@dataclass(frozen=True, kw_only=True)
class Roster:
    """Who sits in a body on a day.

    Attributes:
        body_id: The body.
        name: Its name.
        on: The day.
        seats: Every seat, in order.
    """

    body_id: str
    name: str
    on: date
    seats: list[RosterEntry]


def found_body(
    bodies: BodyRepository,
    body_id: str,
    name: str,
    kind: BodyKind,
    seat_names: Sequence[str],
    *,
    at: datetime,
) -> Body:
    """Found a body with vacant seats."""
    seats = tuple(
        Seat(id=derived_id("membership.seat", body_id, str(number)), name=seat_name)
        for number, seat_name in enumerate(seat_names, start=1)
    )
    body = Body.found(body_id, name, kind, seats, at=at)
    bodies.save(body)
    return body


def fill_seat(  # noqa: PLR0913 - it looks at cities and people, and a seat has two ids
    bodies: BodyRepository,
    cities: CityRepository,
    people: PersonRepository,
    body_id: str,
    seat_id: str,
    term: SeatTerm,
    *,
    at: datetime,
) -> Body:
    """Give a city a seat for a term."""
    body = bodies.get(body_id)
    city = cities.get_named(term.city_id)
    people.get_named(alternate_id=term.alternate_id)
    body.fill_seat(seat_id, term, city, at=at)
    bodies.save(body)
    return body


def vacate_seat(
    bodies: BodyRepository, body_id: str, seat_id: str, *, since: date, at: datetime
) -> Body:
    """End the term of whoever holds a seat."""
    body = bodies.get(body_id)
    body.vacate_seat(seat_id, since, at=at)
    bodies.save(body)
    return body


def get_roster(bodies: BodyRepository, body_id: str, *, on: date) -> Roster:
    """Tell who sits in a body on a day."""
    body = bodies.get(body_id)
    return Roster(body_id=body.id, name=body.name, on=on, seats=body.roster_on(on))


def elect_presidency(
    presidencies: PresidencyRepository,
    cities: CityRepository,
    term: PresidencyTerm,
    *,
    at: datetime,
) -> PresidencyTerm:
    """Elect a city for a year."""
    city = cities.get_named(term.city_id)
    presidency = presidencies.the_one()
    presidency.elect(term, city, at=at)
    presidencies.save(presidency)
    return term
