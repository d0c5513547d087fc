"""Load, decide, save: bodies and who sits in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.membership.domain.body import Body, BodyKind, RosterEntry, Seat, SeatTerm
from services.membership.repository import Repositories
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
    here: Repositories,
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
    here.bodies.save(body)
    return body


def fill_seat(
    here: Repositories, body_id: str, seat_id: str, term: SeatTerm, *, at: datetime
) -> Body:
    """Give a city a seat for a term."""
    body = here.bodies.get(body_id)
    city = here.cities.get_named(term.city_id)
    here.people.get_named(alternate_id=term.alternate_id)
    body.fill_seat(seat_id, term, city, at=at)
    here.bodies.save(body)
    return body


def vacate_seat(
    here: Repositories, body_id: str, seat_id: str, *, since: date, at: datetime
) -> Body:
    """End the term of whoever holds a seat."""
    body = here.bodies.get(body_id)
    body.vacate_seat(seat_id, since, at=at)
    here.bodies.save(body)
    return body


def get_roster(here: Repositories, body_id: str, *, on: date) -> Roster:
    """Tell who sits in a body on a day."""
    body = here.bodies.get(body_id)
    return Roster(body_id=body.id, name=body.name, on=on, seats=body.roster_on(on))
