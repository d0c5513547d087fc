"""Where imports of cities are kept."""

from services.membership.domain.city_import import CityImport, UnknownImport
from shared.persistence import Repository


class CityImportRepository(Repository[CityImport]):
    """Imports of cities."""

    collection = "city_imports"
    aggregate = CityImport
    not_found = UnknownImport
