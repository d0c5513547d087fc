"""Doors of offices."""

from datetime import date

from services.membership.domain.offices import CityOffices, OfficeTerm
from services.membership.domain.presidency_rights import Right
from services.membership.repository import Repositories
from services.membership.schemas.offices import (
    AppointOfficeHolderSchema,
    CityOfficesSchema,
    ListOfficeHoldersSchema,
    OfficeHoldersSchema,
)
from services.membership.service.access import CITY, NETWORK, check_right, today
from services.membership.use_cases import offices
from services.membership.use_cases.offices import OfficeHolders
from shared.clock import utc_now
from shared.web.auth import ORGANISER, Principal
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
        allow=NETWORK,
    )
    def list_office_holders(
        self: Repositories, city_id: str, on: date | None, principal: Principal
    ) -> OfficeHolders:
        """Tell who holds the offices of a city on a day; today (UTC) unless told."""
        check_right(self, principal, Right.READ_NETWORK, city_id)
        return offices.list_office_holders(self, city_id, on=on or today())
