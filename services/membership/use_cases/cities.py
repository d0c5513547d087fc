"""Load, decide, save: cities."""

from datetime import date, datetime

from services.membership.domain.city import City
from services.membership.domain.city_as_of import CityAsOf
from services.membership.domain.description import CityDescription
from services.membership.domain.standing import StandingKind
from services.membership.repository import Repositories
from shared.contracts.membership import Precision
from shared.web.paging import Page, PageRequest


def apply_for_city(
    here: Repositories,
    city_id: str,
    description: CityDescription,
    *,
    since: date | None,
    at: datetime,
) -> City:
    """Take the application of a city that is not known yet, or has left."""
    city = here.cities.find(city_id) or City.unknown(city_id, description, at=at)
    city.apply(description, since=since, at=at)
    here.cities.save(city)
    return city


def describe_city(
    here: Repositories, city_id: str, description: CityDescription, *, at: datetime
) -> City:
    """Replace what is known of a city."""
    city = here.cities.get(city_id)
    city.describe(description, at=at)
    here.cities.save(city)
    return city


def admit_city(
    here: Repositories, city_id: str, *, since: date, precision: Precision, at: datetime
) -> City:
    """Make an applicant a member."""
    city = here.cities.get(city_id)
    city.admit(since=since, precision=precision, at=at)
    here.cities.save(city)
    return city


def suspend_city(
    here: Repositories, city_id: str, *, reason: str, since: date | None, at: datetime
) -> City:
    """Take away a member's vote."""
    city = here.cities.get(city_id)
    city.suspend(reason=reason, since=since, at=at)
    here.cities.save(city)
    return city


def reinstate_city(here: Repositories, city_id: str, *, since: date | None, at: datetime) -> City:
    """Give a suspended city its vote back."""
    city = here.cities.get(city_id)
    city.reinstate(since=since, at=at)
    here.cities.save(city)
    return city


def leave_city(
    here: Repositories, city_id: str, *, reason: str, since: date | None, at: datetime
) -> City:
    """End a city's membership."""
    city = here.cities.get(city_id)
    city.leave(reason=reason, since=since, at=at)
    here.cities.save(city)
    return city


def list_cities(
    here: Repositories,
    page: PageRequest,
    *,
    on: date,
    standing: StandingKind | None,
    country: str | None,
) -> Page[CityAsOf]:
    """Return cities as they were on a day."""
    found = here.cities.page_of(page, on=on, standing=standing, country=country)
    return Page([CityAsOf(city=city, on=on) for city in found.items], found.next_cursor)
