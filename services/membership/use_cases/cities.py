"""Load, decide, save: cities and their imports."""

from collections.abc import Iterable
from datetime import date, datetime

from services.membership.domain.city import City
from services.membership.domain.city_as_of import CityAsOf
from services.membership.domain.city_import import CityImport, CityRow, ImportReport
from services.membership.domain.description import CityDescription
from services.membership.domain.standing import StandingKind
from services.membership.repository import CityImportRepository, CityRepository
from shared.contracts.membership import CityRowAccepted, Precision
from shared.web.paging import Page, PageRequest


def apply_for_city(
    cities: CityRepository,
    city_id: str,
    description: CityDescription,
    *,
    since: date | None,
    at: datetime,
) -> City:
    """Take the application of a city that is not known yet, or has left."""
    city = cities.find(city_id) or City.unknown(city_id, description, at=at)
    city.apply(description, since=since, at=at)
    cities.save(city)
    return city


def describe_city(
    cities: CityRepository, city_id: str, description: CityDescription, *, at: datetime
) -> City:
    """Replace what is known of a city."""
    city = cities.get(city_id)
    city.describe(description, at=at)
    cities.save(city)
    return city


def admit_city(
    cities: CityRepository, city_id: str, *, since: date, precision: Precision, at: datetime
) -> City:
    """Make an applicant a member."""
    city = cities.get(city_id)
    city.admit(since=since, precision=precision, at=at)
    cities.save(city)
    return city


def suspend_city(
    cities: CityRepository, city_id: str, *, reason: str, since: date | None, at: datetime
) -> City:
    """Take away a member's vote."""
    city = cities.get(city_id)
    city.suspend(reason=reason, since=since, at=at)
    cities.save(city)
    return city


def reinstate_city(
    cities: CityRepository, city_id: str, *, since: date | None, at: datetime
) -> City:
    """Give a suspended city its vote back."""
    city = cities.get(city_id)
    city.reinstate(since=since, at=at)
    cities.save(city)
    return city


def leave_city(
    cities: CityRepository, city_id: str, *, reason: str, since: date | None, at: datetime
) -> City:
    """End a city's membership."""
    city = cities.get(city_id)
    city.leave(reason=reason, since=since, at=at)
    cities.save(city)
    return city


def list_cities(
    cities: CityRepository,
    page: PageRequest,
    *,
    on: date,
    standing: StandingKind | None,
    country: str | None,
) -> Page[CityAsOf]:
    """Return cities as they were on a day."""
    found = cities.page_of(page, on=on, standing=standing, country=country)
    return Page([CityAsOf(city=city, on=on) for city in found.items], found.next_cursor)


def start_city_import(
    imports: CityImportRepository, import_id: str, rows: Iterable[CityRow], *, at: datetime
) -> CityImport:
    """Take a sheet of cities, which follow row by row."""
    started = CityImport.start(import_id, rows, at=at)
    imports.save(started)
    return started


def report_city_import(
    imports: CityImportRepository, cities: CityRepository, import_id: str
) -> ImportReport:
    """Tell how far an import has come."""
    city_import = imports.get(import_id)
    return ImportReport(city_import=city_import, outcomes=cities.outcomes_of(import_id))


def follow_row(cities: CityRepository, row: CityRowAccepted) -> None:
    """Have a city take over what an import's row says."""
    known = CityDescription.of_row(row)
    city = cities.find(row.city_id) or City.unknown(row.city_id, known, at=row.occurred_at)
    city.follow(row)
    cities.save(city)
