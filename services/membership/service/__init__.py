"""The doors of membership, by what they are about."""

from services.membership.repository import (
    BodyRepository,
    CityOfficesRepository,
    CityRepository,
    ImportRepository,
    PersonRepository,
    PrecedenceRepository,
    PresidencyItemRepository,
    PresidencyRepository,
    RankingRepository,
)
from services.membership.service.bodies import BodyDoors
from services.membership.service.cities import CityDoors
from services.membership.service.consequences import Consequences
from services.membership.service.contacts import ContactDoors
from services.membership.service.duplicates import DuplicateDoors
from services.membership.service.exports import ExportDoors
from services.membership.service.imports import ImportDoors
from services.membership.service.offices import OfficeDoors
from services.membership.service.people import PersonDoors
from services.membership.service.precedence import PrecedenceDoors
from services.membership.service.presidency import PresidencyDoors
from services.membership.service.presidency_items import PresidencyItemDoors
from shared.persistence import Mongo
from shared.service import Service


class MembershipService(
    CityDoors,
    ImportDoors,
    PersonDoors,
    DuplicateDoors,
    OfficeDoors,
    BodyDoors,
    PresidencyDoors,
    PresidencyItemDoors,
    ContactDoors,
    PrecedenceDoors,
    ExportDoors,
    Consequences,
    Service,
):
    """Which cities belong to the network, with which standing, and who speaks for them."""

    name = "membership"
    port = 8001

    cities = Mongo(CityRepository)
    imports = Mongo(ImportRepository)
    people = Mongo(PersonRepository)
    offices = Mongo(CityOfficesRepository)
    bodies = Mongo(BodyRepository)
    presidencies = Mongo(PresidencyRepository)
    precedences = Mongo(PrecedenceRepository)
    rankings = Mongo(RankingRepository)
    presidency_items = Mongo(PresidencyItemRepository)
