"""Doors of offices."""

from datetime import date, datetime

from services.membership.domain.offices import CityOffices, OfficeTerm
from services.membership.domain.presidency_rights import Right
from services.membership.domain.succession import Succession
from services.membership.repository import Repositories
from services.membership.schemas.offices import (
    AppointOfficeHolderSchema,
    CityOfficesSchema,
    ListOfficeHoldersSchema,
    OfficeHoldersSchema,
    SuccessionSchema,
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
        "POST",
        f"{CITY}/office-successions",
        takes=AppointOfficeHolderSchema,
        gives=SuccessionSchema,
        allow=ORGANISER,
    )
    def succeed_office_holder(self: Repositories, city_id: str, term: OfficeTerm) -> Succession:
        """Have an office of a city pass to somebody, and tell what follows from it."""
        return offices.succeed_office_holder(self, city_id, term, at=utc_now())

    @http(
        "POST",
        f"{CITY}/office-holders/<office>/<first_day>/withdrawal",
        gives=CityOfficesSchema,
        allow=ORGANISER,
    )
    def withdraw_office_term(
        self: Repositories, city_id: str, office: str, first_day: str
    ) -> CityOffices:
        """Take back the term of an office that begins on a day: it was entered by mistake."""
        return offices.withdraw_office_term(self, city_id, office, first_day, at=utc_now())

    @http(
        "GET",
        f"{CITY}/office-holders",
        takes=ListOfficeHoldersSchema,
        gives=OfficeHoldersSchema,
        allow=NETWORK,
    )
    def list_office_holders(
        self: Repositories,
        city_id: str,
        on: date | None,
        known_at: datetime | None,
        principal: Principal,
    ) -> OfficeHolders:
        """Tell who holds the offices of a city on a day; today (UTC) unless told."""
        check_right(self, principal, Right.READ_NETWORK, city_id)
        return offices.list_office_holders(self, city_id, on=on or today(), known_at=known_at)
