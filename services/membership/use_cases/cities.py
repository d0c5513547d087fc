"""Load, decide, save: cities."""

from datetime import date, datetime

from services.membership.domain.city import City
from services.membership.domain.city_as_of import CityAsOf
from services.membership.domain.decision import Decision
from services.membership.domain.description import CityDescription
from services.membership.domain.standing import StandingChanges, StandingKind
from services.membership.repository import Repositories
from shared.contracts.membership import Precision
from shared.web.paging import Page, PageRequest


def apply_for_city(
    here: Repositories,
    city_id: str,
    description: CityDescription,
    *,
    since: date | None,
    decision: Decision,
    at: datetime,
) -> City:
    """Take the application of a city that is not known yet, or has left."""
    city = here.cities.find(city_id) or City.unknown(city_id, description, at=at)
    city.apply(description, since=since, decision=decision, at=at)
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
    here: Repositories,
    city_id: str,
    *,
    since: date,
    precision: Precision,
    decision: Decision,
    at: datetime,
) -> City:
    """Make an applicant or an observer a member."""
    city = here.cities.get(city_id)
    city.admit(since=since, precision=precision, decision=decision, at=at)
    here.cities.save(city)
    return city


def admit_city_as_observer(
    here: Repositories,
    city_id: str,
    *,
    since: date,
    precision: Precision,
    decision: Decision,
    at: datetime,
) -> City:
    """Make an applicant an observer."""
    city = here.cities.get(city_id)
    city.admit_as_observer(since=since, precision=precision, decision=decision, at=at)
    here.cities.save(city)
    return city


def suspend_city(
    here: Repositories,
    city_id: str,
    *,
    reason: str,
    since: date | None,
    decision: Decision,
    at: datetime,
) -> City:
    """Take away a member's vote, or an observer's place."""
    city = here.cities.get(city_id)
    city.suspend(reason=reason, since=since, decision=decision, at=at)
    here.cities.save(city)
    return city


def reinstate_city(
    here: Repositories, city_id: str, *, since: date | None, decision: Decision, at: datetime
) -> City:
    """Make a suspended city what it was before."""
    city = here.cities.get(city_id)
    city.reinstate(since=since, decision=decision, at=at)
    here.cities.save(city)
    return city


def leave_city(
    here: Repositories,
    city_id: str,
    *,
    reason: str,
    since: date | None,
    decision: Decision,
    at: datetime,
) -> City:
    """End a city's membership, or its observing."""
    city = here.cities.get(city_id)
    city.leave(reason=reason, since=since, decision=decision, at=at)
    here.cities.save(city)
    return city


def correct_standing(
    here: Repositories,
    city_id: str,
    kind: StandingKind,
    changes: StandingChanges,
    *,
    at: datetime,
) -> City:
    """Enter a city's newest standing as it should have been entered."""
    city = here.cities.get(city_id)
    city.correct_standing(kind, changes, at=at)
    here.cities.save(city)
    return city


def withdraw_standing(
    here: Repositories, city_id: str, kind: StandingKind, *, at: datetime
) -> City:
    """Take back a city's newest standing."""
    city = here.cities.get(city_id)
    city.withdraw_standing(kind, at=at)
    here.cities.save(city)
    return city


def get_city(
    here: Repositories, city_id: str, *, on: date | None, known_at: datetime | None, today: date
) -> City | CityAsOf:
    """Return a city, or as it was on a day, by what was known at an instant, if either is given.

    Only the city itself is what an edit replaces, and has an ETag.
    """
    city = here.cities.get(city_id)
    if on is None and known_at is None:
        return city
    return CityAsOf(city=city, on=on or today, known_at=known_at)


def list_cities(
    here: Repositories,
    page: PageRequest,
    *,
    on: date,
    known_at: datetime | None,
    standing: StandingKind | None,
    country: str | None,
) -> Page[CityAsOf]:
    """Return cities as they were on a day, by what was known at an instant."""
    found = here.cities.page_of(page, on=on, known_at=known_at, standing=standing, country=country)
    shown = [CityAsOf(city=city, on=on, known_at=known_at) for city in found.items]
    return Page(shown, found.next_cursor)
