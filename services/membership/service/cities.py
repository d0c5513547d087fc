"""Doors of cities."""

from datetime import date

from services.membership.domain.city import City
from services.membership.domain.city_as_of import CityAsOf
from services.membership.domain.description import CityDescription
from services.membership.domain.presidency_rights import Right
from services.membership.domain.standing import StandingKind
from services.membership.repository import Repositories
from services.membership.schemas.city import (
    AdmitCitySchema,
    ApplyForCitySchema,
    CitySchema,
    DescribeCitySchema,
    LeaveCitySchema,
    ListCitiesSchema,
    ReinstateCitySchema,
    SuspendCitySchema,
)
from services.membership.service.access import CITY, NETWORK, check_right, today
from services.membership.use_cases import cities
from shared.clock import utc_now
from shared.contracts.membership import Precision
from shared.web.auth import ORGANISER, Principal
from shared.web.http import http
from shared.web.paging import Page, PageRequest


class CityDoors:
    """What can be asked and done about cities."""

    @http(
        "POST",
        "/v1/cities",
        takes=ApplyForCitySchema,
        gives=CitySchema,
        status=201,
        allow=ORGANISER,
    )
    def apply_for_city(
        self: Repositories, city_id: str, description: CityDescription, since: date | None
    ) -> City:
        """Take the application of a city that is not known yet, or has left."""
        return cities.apply_for_city(self, city_id, description, since=since, at=utc_now())

    @http("GET", "/v1/cities", takes=ListCitiesSchema, lists=CitySchema, allow=NETWORK)
    def list_cities(
        self: Repositories,
        page: PageRequest,
        on: date | None,
        standing: StandingKind | None,
        country: str | None,
        principal: Principal,
    ) -> Page[CityAsOf]:
        """List cities by id, as they were on a day; today (UTC) unless told."""
        check_right(self, principal, Right.READ_NETWORK)
        return cities.list_cities(self, page, on=on or today(), standing=standing, country=country)

    @http("GET", CITY, gives=CitySchema, allow=NETWORK)
    def get_city(self: Repositories, city_id: str, principal: Principal) -> City:
        """Look up a city."""
        check_right(self, principal, Right.READ_NETWORK, city_id)
        return self.cities.get(city_id)

    @http("PUT", CITY, takes=DescribeCitySchema, gives=CitySchema, allow=ORGANISER)
    def describe_city(self: Repositories, city_id: str, description: CityDescription) -> City:
        """Replace what is known of a city."""
        return cities.describe_city(self, city_id, description, at=utc_now())

    @http("POST", f"{CITY}/admission", takes=AdmitCitySchema, gives=CitySchema, allow=ORGANISER)
    def admit_city(self: Repositories, city_id: str, since: date, precision: Precision) -> City:
        """Make an applicant a member."""
        return cities.admit_city(self, city_id, since=since, precision=precision, at=utc_now())

    @http("POST", f"{CITY}/suspension", takes=SuspendCitySchema, gives=CitySchema, allow=ORGANISER)
    def suspend_city(self: Repositories, city_id: str, reason: str, since: date | None) -> City:
        """Take away a member's vote."""
        return cities.suspend_city(self, city_id, reason=reason, since=since, at=utc_now())

    @http(
        "POST",
        f"{CITY}/reinstatement",
        takes=ReinstateCitySchema,
        gives=CitySchema,
        allow=ORGANISER,
    )
    def reinstate_city(self: Repositories, city_id: str, since: date | None) -> City:
        """Give a suspended city its vote back."""
        return cities.reinstate_city(self, city_id, since=since, at=utc_now())

    @http("POST", f"{CITY}/departure", takes=LeaveCitySchema, gives=CitySchema, allow=ORGANISER)
    def leave_city(self: Repositories, city_id: str, reason: str, since: date | None) -> City:
        """End a city's membership."""
        return cities.leave_city(self, city_id, reason=reason, since=since, at=utc_now())
