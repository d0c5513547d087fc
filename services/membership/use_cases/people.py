"""Load, decide, save: people."""

from collections.abc import Callable
from datetime import date, datetime

from services.membership.domain.affiliation import Affiliation
from services.membership.domain.person import Person
from services.membership.domain.profile import PersonChanges, PersonDetails
from services.membership.domain.public_person import PublicPerson
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


def affiliate_person(
    here: Repositories, person_id: str, affiliation: Affiliation, *, at: datetime
) -> Person:
    """Enter that a person belongs to a city in some days, or moves there."""
    person = here.people.get(person_id)
    city = here.cities.get_named(affiliation.city_id)
    person.join(affiliation, city, at=at)
    here.people.save(person)
    return person


def list_people(
    here: Repositories,
    page: PageRequest,
    *,
    city_id: str | None,
    on: date | None,
    in_full: Callable[[str], bool],
) -> Page[Person | PublicPerson]:
    """Return people by name; those of one city if given, now or on a day.

    Args:
        here: Where they are.
        page: How many, and after whom.
        city_id: Those of one city; all when absent.
        on: Those who belonged to it on that day; those who do now when absent.
        in_full: Tells whether how to reach people of a city is shown.
    """
    found = here.people.page_of(page, city_id=city_id, on=on)
    shown = [each.shown(in_full=in_full(each.city_id)) for each in found.items]
    return Page(shown, found.next_cursor)
