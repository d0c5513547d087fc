"""Load, decide, save: people."""

from datetime import datetime

from services.membership.domain.person import Person, PersonChanges, PersonDetails, PublicPerson
from services.membership.repository import Repositories
from shared.web.paging import Page, PageRequest


def register_person(
    here: Repositories, person_id: str, city_id: str, details: PersonDetails, *, at: datetime
) -> Person:
    """Enter a person of a city."""
    here.cities.get_named(city_id)
    person = Person.register(person_id, city_id, details, at=at)
    here.people.save(person)
    return person


def change_person(
    here: Repositories, person_id: str, changes: PersonChanges, *, at: datetime
) -> Person:
    """Correct what is known of a person."""
    person = here.people.get(person_id)
    person.change(changes, at=at)
    here.people.save(person)
    return person


def list_people(
    here: Repositories, page: PageRequest, *, city_id: str | None, in_full: bool
) -> Page[Person | PublicPerson]:
    """Return people by name; those of one city if given."""
    found = here.people.page_of(page, city_id=city_id)
    return Page([each.shown(in_full=in_full) for each in found.items], found.next_cursor)
