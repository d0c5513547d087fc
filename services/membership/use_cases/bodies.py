"""Load, decide, save: bodies and who sits in them."""

from dataclasses import dataclass
from datetime import date, datetime

from services.membership.domain.body import Body
from services.membership.domain.body_plan import BodyPlan
from services.membership.domain.composition import Composition
from services.membership.domain.roster import RosterEntry
from services.membership.domain.seat import Seat
from services.membership.domain.seat_term import Alternate, SeatTerm
from services.membership.domain.term import Term
from services.membership.repository import Repositories
from shared.ids import derived_id


@dataclass(frozen=True, kw_only=True)
class Roster:
    """Who sits in a body on a day.

    Attributes:
        body_id: The body.
        name: Its name.
        on: The day.
        known_at: By what was known then, UTC; by what is known now when ``None``.
        seats: Every seat, in order.
    """

    body_id: str
    name: str
    on: date
    known_at: datetime | None
    seats: list[RosterEntry]


def found_body(here: Repositories, body_id: str, plan: BodyPlan, *, at: datetime) -> Body:
    """Found a body with vacant seats."""
    seats = tuple(
        Seat(
            id=derived_id("membership.seat", body_id, str(number)), name=each.name, basis=each.basis
        )
        for number, each in enumerate(plan.seats, start=1)
    )
    body = Body.found(body_id, plan.name, plan.kind, seats, carry_over=plan.carry_over, at=at)
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


def name_alternate(
    here: Repositories, body_id: str, seat_id: str, alternate: Alternate, *, at: datetime
) -> Body:
    """Have somebody else step in for the holder of a seat."""
    body = here.bodies.get(body_id)
    here.people.get_named(alternate_id=alternate.person_id)
    body.name_alternate(seat_id, alternate, at=at)
    here.bodies.save(body)
    return body


def correct_term(
    here: Repositories, body_id: str, seat_id: str, starts_on: str, days: Term, *, at: datetime
) -> Body:
    """Correct the days of a term."""
    body = here.bodies.get(body_id)
    city = here.cities.get(body.seat(seat_id).term_beginning(starts_on).city_id)
    body.correct_term(seat_id, starts_on, days, city, at=at)
    here.bodies.save(body)
    return body


def withdraw_term(
    here: Repositories, body_id: str, seat_id: str, starts_on: str, *, at: datetime
) -> Body:
    """Take back a term that was entered by mistake."""
    body = here.bodies.get(body_id)
    body.withdraw_term(seat_id, starts_on, at=at)
    here.bodies.save(body)
    return body


def notice_ends(here: Repositories, body_id: str, *, at: datetime) -> None:
    """Notice which terms of a body end soon."""
    body = here.bodies.get(body_id)
    body.notice_ends(at=at)
    here.bodies.save(body)


def follow_presidency(here: Repositories, *, at: datetime) -> None:
    """Give all seats held ex officio to those whom the presidency gives them.

    The bodies are read before the presidency: whoever saves a body with what an older presidency
    said has then read that body before the one who knows the newer, and loses to him.
    """
    bodies = here.bodies.held_ex_officio()
    presidency = here.presidencies.the_one()
    for body in bodies:
        if body.follow_presidency(presidency, at=at):
            here.bodies.save(body)


def get_roster(
    here: Repositories, body_id: str, *, on: date, known_at: datetime | None = None
) -> Roster:
    """Tell who sits in a body on a day."""
    body = here.bodies.get_as_of(body_id, on, known_at)
    return Roster(
        body_id=body.id,
        name=body.name,
        on=on,
        known_at=known_at,
        seats=body.roster_on(on, known_at=known_at),
    )


def get_composition(here: Repositories, body_id: str, *, on: date) -> Composition:
    """Tell whether a board fits its rule on a day."""
    return Composition.of(here.bodies.get(body_id), here.presidencies.the_one(), on)
