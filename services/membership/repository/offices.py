"""Where the offices of cities are kept."""

from services.membership.domain.offices import CityOffices
from shared.persistence import Repository


class CityOfficesRepository(Repository[CityOffices]):
    """Offices, all of a city in one."""

    collection = "offices"
    aggregate = CityOffices

    def of_city(self, city_id: str) -> CityOffices:
        """Return a city's offices; none are held when nothing was entered yet."""
        return self.find(city_id) or CityOffices(id=city_id)
