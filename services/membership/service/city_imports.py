"""Doors of imports of cities."""

from services.membership.domain.city_import import CityImport, CityRow, ImportReport
from services.membership.repository import Repositories
from services.membership.schemas.city_import import CityImportSchema, StartCityImportSchema
from services.membership.use_cases import city_imports
from shared.clock import utc_now
from shared.web.auth import ORGANISER
from shared.web.http import http


class CityImportDoors:
    """What can be asked and done about imports of cities."""

    @http(
        "POST",
        "/v1/city-imports",
        takes=StartCityImportSchema,
        gives=CityImportSchema,
        creates=True,
        allow=ORGANISER,
    )
    def start_city_import(self: Repositories, new_id: str, rows: list[CityRow]) -> CityImport:
        """Take a sheet of cities, which follow row by row."""
        return city_imports.start_city_import(self, new_id, rows, at=utc_now())

    @http("GET", "/v1/city-imports/<import_id>", gives=CityImportSchema, allow=ORGANISER)
    def get_city_import(self: Repositories, import_id: str) -> ImportReport:
        """Tell how far an import has come."""
        return city_imports.report_city_import(self, import_id)
