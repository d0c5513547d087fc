"""Where membership keeps what it knows, one module per aggregate."""

from typing import Protocol

from services.membership.repository.bodies import BodyRepository
from services.membership.repository.cities import CityRepository
from services.membership.repository.imports import ImportRepository
from services.membership.repository.offices import CityOfficesRepository
from services.membership.repository.people import PersonRepository
from services.membership.repository.presidency import PresidencyRepository

__all__ = [
    "BodyRepository",
    "CityOfficesRepository",
    "CityRepository",
    "ImportRepository",
    "PersonRepository",
    "PresidencyRepository",
    "Repositories",
]


class Repositories(Protocol):
    """What use cases work with; the service is one."""

    @property
    def cities(self) -> CityRepository:
        """Cities."""

    @property
    def imports(self) -> ImportRepository:
        """Imports."""

    @property
    def people(self) -> PersonRepository:
        """People."""

    @property
    def offices(self) -> CityOfficesRepository:
        """Offices, all of a city in one."""

    @property
    def bodies(self) -> BodyRepository:
        """Bodies."""

    @property
    def presidencies(self) -> PresidencyRepository:
        """The presidency, one document."""
