"""Load, decide, save: imports of cities."""

from collections.abc import Iterable
from datetime import datetime

from services.membership.domain.city import City
from services.membership.domain.city_import import CityImport, CityRow, ImportReport
from services.membership.domain.description import CityDescription
from services.membership.repository import Repositories
from shared.contracts.membership import CityRowAccepted


def start_city_import(
    here: Repositories, import_id: str, rows: Iterable[CityRow], *, at: datetime
) -> CityImport:
    """Take a sheet of cities, which follow row by row."""
    started = CityImport.start(import_id, rows, at=at)
    here.imports.save(started)
    return started


def report_city_import(here: Repositories, import_id: str) -> ImportReport:
    """Tell how far an import has come."""
    city_import = here.imports.get(import_id)
    return ImportReport(city_import=city_import, outcomes=here.cities.outcomes_of(import_id))


def follow_row(here: Repositories, row: CityRowAccepted) -> None:
    """Have a city take over what an import's row says."""
    known = CityDescription.of_row(row)
    city = here.cities.find(row.city_id) or City.unknown(row.city_id, known, at=row.occurred_at)
    city.follow(row)
    here.cities.save(city)
