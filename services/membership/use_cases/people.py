"""Load, decide, save: people and the offices that they hold."""

from dataclasses import dataclass
from datetime import date, datetime

from services.membership.domain.offices import CityOffices, OfficeTerm
from services.membership.domain.person import Person, PersonChanges, PersonDetails, PublicPerson
from services.membership.repository import CityOfficesRepository, CityRepository, PersonRepository
from shared.web.paging import Page, PageRequest


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


def register_person(
    people: PersonRepository,
    cities: CityRepository,
    person_id: str,
    city_id: str,
    details: PersonDetails,
    *,
    at: datetime,
) -> Person:
    """Enter a person of a city."""
    cities.get_named(city_id)
    person = Person.register(person_id, city_id, details, at=at)
    people.save(person)
    return person


def change_person(
    people: PersonRepository, person_id: str, changes: PersonChanges, *, at: datetime
) -> Person:
    """Correct what is known of a person."""
    person = people.get(person_id)
    person.change(changes, at=at)
    people.save(person)
    return person


def list_people(
    people: PersonRepository, page: PageRequest, *, city_id: str | None, in_full: bool
) -> Page[Person | PublicPerson]:
    """Return people by name; those of one city if given."""
    found = people.page_of(page, city_id=city_id)
    return Page([each.shown(in_full=in_full) for each in found.items], found.next_cursor)


def appoint_office_holder(
    offices: CityOfficesRepository,
    cities: CityRepository,
    people: PersonRepository,
    city_id: str,
    term: OfficeTerm,
    *,
    at: datetime,
) -> CityOffices:
    """Enter who holds an office of a city, and from when on."""
    cities.get(city_id)
    named = people.get_named(person_id=term.person_id, represented_by=term.represented_by)
    held = offices.of_city(city_id)
    held.appoint(term, named, at=at)
    offices.save(held)
    return held


def list_office_holders(
    offices: CityOfficesRepository, cities: CityRepository, city_id: str, *, on: date
) -> OfficeHolders:
    """Tell who holds the offices of a city on a day."""
    cities.get(city_id)
    return OfficeHolders(city_id=city_id, on=on, holders=offices.of_city(city_id).held_on(on))
