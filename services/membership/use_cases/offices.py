"""Load, decide, save: offices of cities."""

from dataclasses import dataclass
from datetime import date, datetime

from services.membership.domain.offices import CityOffices, OfficeTerm
from services.membership.domain.succession import Succession
from services.membership.repository import Repositories


@dataclass(frozen=True, kw_only=True)
class OfficeHolders:
    """Who holds the offices of a city on a day.

    Attributes:
        city_id: The city.
        on: The day.
        known_at: By what was known then, UTC; by what is known now when ``None``.
        holders: Their terms, by office.
    """

    city_id: str
    on: date
    known_at: datetime | None
    holders: list[OfficeTerm]


def appoint_office_holder(
    here: Repositories, city_id: str, term: OfficeTerm, *, at: datetime
) -> CityOffices:
    """Enter who holds an office of a city, and from when on."""
    here.cities.get(city_id)
    named = here.people.get_named(person_id=term.person_id, represented_by=term.represented_by)
    held = here.offices.of_city(city_id)
    held.appoint(term, named, at=at)
    here.offices.save(held)
    return held


def succeed_office_holder(
    here: Repositories, city_id: str, term: OfficeTerm, *, at: datetime
) -> Succession:
    """Have an office of a city pass to somebody, and tell what follows from it."""
    here.cities.get(city_id)
    named = here.people.get_named(person_id=term.person_id, represented_by=term.represented_by)
    held = here.offices.of_city(city_id)
    predecessor = held.succeed(term, named, at=at)
    here.offices.save(held)
    bodies, presidency = here.bodies.everyone(), here.presidencies.the_one()
    return Succession.of(predecessor, term, held, bodies, presidency)


def withdraw_office_term(
    here: Repositories, city_id: str, office: str, starts_on: str, *, at: datetime
) -> CityOffices:
    """Take back a term of an office that was entered by mistake."""
    here.cities.get(city_id)
    held = here.offices.of_city(city_id)
    held.withdraw(office, starts_on, at=at)
    here.offices.save(held)
    return held


def list_office_holders(
    here: Repositories, city_id: str, *, on: date, known_at: datetime | None
) -> OfficeHolders:
    """Tell who holds the offices of a city on a day."""
    here.cities.get(city_id)
    held = here.offices.of_city(city_id).held_on(on, known_at=known_at)
    return OfficeHolders(city_id=city_id, on=on, known_at=known_at, holders=held)
