"""Doors of offices."""

from datetime import date

from services.membership.domain.offices import CityOffices, OfficeTerm
from services.membership.repository import Repositories
from services.membership.schemas.offices import (
    AppointOfficeHolderSchema,
    CityOfficesSchema,
    ListOfficeHoldersSchema,
    OfficeHoldersSchema,
)
from services.membership.service.access import CITY, READERS, today
from services.membership.use_cases import offices
from services.membership.use_cases.offices import OfficeHolders
from shared.clock import utc_now
from shared.web.auth import ORGANISER
from shared.web.http import http


class OfficeDoors:
    """What can be asked and done about offices."""

    @http(
        "POST",
        f"{CITY}/office-holders",
        takes=AppointOfficeHolderSchema,
        gives=CityOfficesSchema,
        allow=ORGANISER,
    )
    def appoint_office_holder(self: Repositories, city_id: str, term: OfficeTerm) -> CityOffices:
        """Enter who holds an office of a city, and from when on."""
        return offices.appoint_office_holder(self, city_id, term, at=utc_now())

    @http(
        "GET",
        f"{CITY}/office-holders",
        takes=ListOfficeHoldersSchema,
        gives=OfficeHoldersSchema,
        allow=READERS,
    )
    def list_office_holders(self: Repositories, city_id: str, on: date | None) -> OfficeHolders:
        """Tell who holds the offices of a city on a day; today (UTC) unless told."""
        return offices.list_office_holders(self, city_id, on=on or today())
