"""Look up how to reach office holders."""

from collections.abc import Iterable
from datetime import date

from services.membership.domain.city import City
from services.membership.domain.contacts import (
    CityContacts,
    PresidencyContacts,
    named_by,
    term_covering,
)
from services.membership.domain.presidency_term import PresidencyTerm
from services.membership.domain.standing import StandingKind
from services.membership.repository import Repositories
from shared.web.paging import Page, PageRequest


def presiding_term(here: Repositories, *, on: date) -> PresidencyTerm:
    """Return the term of the presidency that covers a day."""
    return term_covering(here.presidencies.the_one(), on)


def presidency_contacts(
    here: Repositories, term: PresidencyTerm, *, on: date
) -> PresidencyContacts:
    """Return how to reach the office holders of the presiding city on a day of its term."""
    (of_city,) = _contacts_of(here, [here.cities.get(term.city_id)], on)
    return PresidencyContacts(on=on, term=term, of_city=of_city)


def network_contacts(here: Repositories, page: PageRequest, *, on: date) -> Page[CityContacts]:
    """Return how to reach the office holders of all member cities on a day, by city id."""
    found = here.cities.page_of(
        page, on=on, known_at=None, standing=StandingKind.MEMBER, country=None
    )
    return Page(_contacts_of(here, found.items, on), found.next_cursor)


def _contacts_of(here: Repositories, cities: Iterable[City], on: date) -> list[CityContacts]:
    offices = here.offices.find_many(each.id for each in cities)
    held = {city_id: each.held_on(on) for city_id, each in offices.items()}
    terms = [term for each in held.values() for term in each]
    people = here.people.find_many(each for term in terms for each in named_by(term))
    return [CityContacts.of(each, held.get(each.id, ()), people) for each in cities]
