"""Where the offices of cities are kept."""

from services.membership.domain.offices import CityOffices
from services.membership.domain.recorded import ALWAYS
from shared.persistence import Repository
from shared.persistence.document import Document


class CityOfficesRepository(Repository[CityOffices]):
    """Offices, all of a city in one."""

    collection = "offices"
    aggregate = CityOffices
    schema = 2

    def of_city(self, city_id: str) -> CityOffices:
        """Return a city's offices; none are held when nothing was entered yet."""
        return self.find(city_id) or CityOffices(id=city_id)

    @staticmethod
    def upcast(document: Document, schema: int) -> Document:
        """Make records of the terms of schema 1, which did not say when they were entered."""
        if schema != 1:
            return Repository.upcast(document, schema)
        records = [
            {"fact": each, "recorded_at": ALWAYS, "replaced_at": None}
            for each in document.pop("terms")
        ]
        return {**document, "records": records}
