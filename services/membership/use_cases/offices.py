"""Load, decide, save: offices of cities."""

from dataclasses import dataclass
from datetime import date, datetime

from services.membership.domain.offices import CityOffices, OfficeTerm
from services.membership.repository import Repositories


@dataclass(frozen=True, kw_only=True)
class OfficeHolders:
    """Who holds the offices of a city on a day.

    Attributes:
        city_id: The city.
        on: The day.
        holders: Their terms, by office.
    """

    city_id: str
    on: date
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


def list_office_holders(here: Repositories, city_id: str, *, on: date) -> OfficeHolders:
    """Tell who holds the offices of a city on a day."""
    here.cities.get(city_id)
    held = here.offices.of_city(city_id).held_on(on)
    return OfficeHolders(city_id=city_id, on=on, holders=held)
