"""The doors of membership, by what they are about."""

from services.membership.repository import (
    BodyRepository,
    CityImportRepository,
    CityOfficesRepository,
    CityRepository,
    PersonRepository,
    PresidencyRepository,
)
from services.membership.service.bodies import BodyDoors
from services.membership.service.cities import CityDoors
from services.membership.service.city_imports import CityImportDoors
from services.membership.service.duplicates import DuplicateDoors
from services.membership.service.exports import ExportDoors
from services.membership.service.offices import OfficeDoors
from services.membership.service.people import PersonDoors
from services.membership.service.presidency import PresidencyDoors
from shared.persistence import Mongo
from shared.service import Service


class MembershipService(
    CityDoors,
    CityImportDoors,
    PersonDoors,
    DuplicateDoors,
    OfficeDoors,
    BodyDoors,
    PresidencyDoors,
    ExportDoors,
    Service,
):
    """Which cities belong to the network, with which standing, and who speaks for them."""

    name = "membership"
    port = 8001

    cities = Mongo(CityRepository)
    imports = Mongo(CityImportRepository)
    people = Mongo(PersonRepository)
    offices = Mongo(CityOfficesRepository)
    bodies = Mongo(BodyRepository)
    presidencies = Mongo(PresidencyRepository)
