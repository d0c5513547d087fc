"""Use cases of the copies: what membership tells is noted, in whatever order it comes."""

from datetime import datetime

from services.events.domain.body import Body
from services.events.domain.member import Member, StandingChanged
from services.events.domain.person import Person
from services.events.domain.presidency import PRESIDENCY, Presidency
from services.events.repository import Repositories
from shared.contracts.membership import (
    BodyFounded,
    CityDescribed,
    CityStandingsWithdrawn,
    OfficeHolderChanged,
    OfficeTermWithdrawn,
    PersonDescribed,
    PresidencyElected,
    PresidencyTakenOver,
    PresidencyWithdrawn,
    SeatAlternateChanged,
    SeatFilled,
    SeatTermsCorrected,
    SeatVacated,
)


def describe_member(here: Repositories, event: CityDescribed) -> None:
    """Note what a city is called and where it lies."""
    member = _member(here, event.city_id)
    member.describe(event)
    here.members.save(member)


def note_standing(here: Repositories, event: StandingChanged) -> None:
    """Note that a city has another standing from a day on."""
    member = _member(here, event.city_id)
    member.note_standing(event)
    here.members.save(member)


def withdraw_standings(here: Repositories, event: CityStandingsWithdrawn) -> None:
    """Note which standings of a city count, of all that were told so far."""
    member = _member(here, event.city_id)
    member.withdraw_standings(event)
    here.members.save(member)


def note_office(here: Repositories, event: OfficeHolderChanged, *, at: datetime) -> None:
    """Note who holds an office of a city from a day on."""
    member = _member(here, event.city_id)
    member.note_office(event, at=at)
    here.members.save(member)


def withdraw_office(here: Repositories, event: OfficeTermWithdrawn, *, at: datetime) -> None:
    """Note that what was told of an office from a day on was a mistake."""
    member = _member(here, event.city_id)
    member.withdraw_office(event, at=at)
    here.members.save(member)


def describe_person(here: Repositories, event: PersonDescribed) -> None:
    """Note what a person is called and which city they belong to."""
    person = here.people.find(event.person_id) or Person(id=event.person_id, city_id="", name="")
    person.describe(event)
    here.people.save(person)


def found_body(here: Repositories, event: BodyFounded) -> None:
    """Note that a body exists."""
    body = _body(here, event.body_id)
    body.found(event)
    here.bodies.save(body)


def fill_seat(here: Repositories, event: SeatFilled) -> None:
    """Note that a city holds a seat from a day on."""
    body = _body(here, event.body_id)
    body.fill_seat(event)
    here.bodies.save(body)


def vacate_seat(here: Repositories, event: SeatVacated) -> None:
    """Note that nobody holds a seat from a day on."""
    body = _body(here, event.body_id)
    body.vacate_seat(event)
    here.bodies.save(body)


def change_alternate(here: Repositories, event: SeatAlternateChanged) -> None:
    """Note who else steps in for the holder of a seat from a day on."""
    body = _body(here, event.body_id)
    body.change_alternate(event)
    here.bodies.save(body)


def correct_terms(here: Repositories, event: SeatTermsCorrected) -> None:
    """Note all terms of a seat instead of what was told before."""
    body = _body(here, event.body_id)
    body.correct_terms(event)
    here.bodies.save(body)


def elect_president(here: Repositories, event: PresidencyElected | PresidencyTakenOver) -> None:
    """Note which city presides from a day on."""
    presidency = _presidency(here)
    presidency.elect(event)
    here.presidencies.save(presidency)


def withdraw_president(here: Repositories, event: PresidencyWithdrawn) -> None:
    """Note that a city does not preside from a day on after all."""
    presidency = _presidency(here)
    presidency.withdraw(event)
    here.presidencies.save(presidency)


def _member(here: Repositories, city_id: str) -> Member:
    return here.members.find(city_id) or Member.heard_of(city_id)


def _body(here: Repositories, body_id: str) -> Body:
    return here.bodies.find(body_id) or Body.heard_of(body_id)


def _presidency(here: Repositories) -> Presidency:
    return here.presidencies.find(PRESIDENCY) or Presidency(id=PRESIDENCY)
