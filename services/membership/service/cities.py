"""Doors of cities."""

from datetime import date, datetime

from services.membership.domain.city import City
from services.membership.domain.city_as_of import CityAsOf
from services.membership.domain.decision import Decision
from services.membership.domain.description import CityDescription
from services.membership.domain.presidency_rights import Right
from services.membership.domain.standing import StandingChanges, StandingKind
from services.membership.repository import Repositories
from services.membership.schemas.city import (
    AdmitCitySchema,
    ApplyForCitySchema,
    CityHistorySchema,
    CitySchema,
    CorrectStandingSchema,
    DescribeCitySchema,
    GetCitySchema,
    LeaveCitySchema,
    ListCitiesSchema,
    ReinstateCitySchema,
    SuspendCitySchema,
    WithdrawStandingSchema,
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
        self: Repositories,
        city_id: str,
        description: CityDescription,
        since: date | None,
        decision: Decision,
    ) -> City:
        """Take the application of a city that is not known yet, or has left."""
        return cities.apply_for_city(
            self, city_id, description, since=since, decision=decision, at=utc_now()
        )

    @http("GET", "/v1/cities", takes=ListCitiesSchema, lists=CitySchema, allow=NETWORK)
    def list_cities(
        self: Repositories,
        page: PageRequest,
        on: date | None,
        known_at: datetime | None,
        standing: StandingKind | None,
        country: str | None,
        principal: Principal,
    ) -> Page[CityAsOf]:
        """List cities by id, as they were on a day; today (UTC) unless told."""
        check_right(self, principal, Right.READ_NETWORK)
        return cities.list_cities(
            self, page, on=on or today(), known_at=known_at, standing=standing, country=country
        )

    @http("GET", CITY, takes=GetCitySchema, gives=CitySchema, allow=NETWORK)
    def get_city(
        self: Repositories,
        city_id: str,
        on: date | None,
        known_at: datetime | None,
        principal: Principal,
    ) -> City | CityAsOf:
        """Look up a city as it was on a day; today (UTC) unless told."""
        check_right(self, principal, Right.READ_NETWORK, city_id)
        return cities.get_city(self, city_id, on=on, known_at=known_at, today=today())

    @http("GET", f"{CITY}/standings", gives=CityHistorySchema, allow=NETWORK)
    def get_city_history(self: Repositories, city_id: str, principal: Principal) -> City:
        """Look up every standing of a city that was ever recorded, also by mistake."""
        check_right(self, principal, Right.READ_NETWORK, city_id)
        return self.cities.get(city_id)

    @http("PUT", CITY, takes=DescribeCitySchema, gives=CitySchema, allow=ORGANISER)
    def describe_city(self: Repositories, city_id: str, description: CityDescription) -> City:
        """Replace what is known of a city."""
        return cities.describe_city(self, city_id, description, at=utc_now())

    @http("POST", f"{CITY}/admission", takes=AdmitCitySchema, gives=CitySchema, allow=ORGANISER)
    def admit_city(
        self: Repositories, city_id: str, since: date, precision: Precision, decision: Decision
    ) -> City:
        """Make an applicant or an observer a member."""
        return cities.admit_city(
            self, city_id, since=since, precision=precision, decision=decision, at=utc_now()
        )

    @http("POST", f"{CITY}/observership", takes=AdmitCitySchema, gives=CitySchema, allow=ORGANISER)
    def admit_city_as_observer(
        self: Repositories, city_id: str, since: date, precision: Precision, decision: Decision
    ) -> City:
        """Make an applicant an observer, without a vote."""
        return cities.admit_city_as_observer(
            self, city_id, since=since, precision=precision, decision=decision, at=utc_now()
        )

    @http("POST", f"{CITY}/suspension", takes=SuspendCitySchema, gives=CitySchema, allow=ORGANISER)
    def suspend_city(
        self: Repositories, city_id: str, reason: str, since: date | None, decision: Decision
    ) -> City:
        """Take away a member's vote, or an observer's place."""
        return cities.suspend_city(
            self, city_id, reason=reason, since=since, decision=decision, at=utc_now()
        )

    @http(
        "POST",
        f"{CITY}/reinstatement",
        takes=ReinstateCitySchema,
        gives=CitySchema,
        allow=ORGANISER,
    )
    def reinstate_city(
        self: Repositories, city_id: str, since: date | None, decision: Decision
    ) -> City:
        """Make a suspended city what it was before: a member or an observer."""
        return cities.reinstate_city(self, city_id, since=since, decision=decision, at=utc_now())

    @http("POST", f"{CITY}/departure", takes=LeaveCitySchema, gives=CitySchema, allow=ORGANISER)
    def leave_city(
        self: Repositories, city_id: str, reason: str, since: date | None, decision: Decision
    ) -> City:
        """End a city's membership, or its observing."""
        return cities.leave_city(
            self, city_id, reason=reason, since=since, decision=decision, at=utc_now()
        )

    @http(
        "POST",
        f"{CITY}/standings/newest/correction",
        takes=CorrectStandingSchema,
        gives=CitySchema,
        allow=ORGANISER,
    )
    def correct_standing(
        self: Repositories, city_id: str, kind: StandingKind, changes: StandingChanges
    ) -> City:
        """Enter a city's newest standing as it should have been entered."""
        return cities.correct_standing(self, city_id, kind, changes, at=utc_now())

    @http(
        "POST",
        f"{CITY}/standings/newest/withdrawal",
        takes=WithdrawStandingSchema,
        gives=CitySchema,
        allow=ORGANISER,
    )
    def withdraw_standing(self: Repositories, city_id: str, kind: StandingKind) -> City:
        """Take back a city's newest standing, which was recorded by mistake."""
        return cities.withdraw_standing(self, city_id, kind, at=utc_now())
