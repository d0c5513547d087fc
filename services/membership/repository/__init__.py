"""Where membership keeps what it knows, one module per aggregate."""

from typing import Protocol

from services.membership.repository.bodies import BodyRepository
from services.membership.repository.cities import CityRepository
from services.membership.repository.imports import ImportRepository
from services.membership.repository.offices import CityOfficesRepository
from services.membership.repository.people import PersonRepository
from services.membership.repository.precedence import PrecedenceRepository, RankingRepository
from services.membership.repository.presidency import (
    PresidencyItemRepository,
    PresidencyRepository,
)

__all__ = [
    "BodyRepository",
    "CityOfficesRepository",
    "CityRepository",
    "ImportRepository",
    "PersonRepository",
    "PrecedenceRepository",
    "PresidencyItemRepository",
    "PresidencyRepository",
    "RankingRepository",
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

    @property
    def precedences(self) -> PrecedenceRepository:
        """The order of precedence, one document."""

    @property
    def rankings(self) -> RankingRepository:
        """The ranking of all cities, one document."""

    @property
    def presidency_items(self) -> PresidencyItemRepository:
        """What the presidency has to see to."""
