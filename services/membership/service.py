"""The doors of membership."""

from datetime import date

from services.membership import use_cases
from services.membership.domain.body import Body, BodyKind, SeatTerm
from services.membership.domain.city import City
from services.membership.domain.city_as_of import CityAsOf
from services.membership.domain.city_import import CityImport, CityRow, ImportReport
from services.membership.domain.description import CityDescription
from services.membership.domain.offices import CityOffices, OfficeTerm
from services.membership.domain.person import Person, PersonChanges, PersonDetails, PublicPerson
from services.membership.domain.presidency import PresidencyTerm
from services.membership.domain.standing import StandingKind
from services.membership.repository import (
    BodyRepository,
    CityImportRepository,
    CityOfficesRepository,
    CityRepository,
    PersonRepository,
    PresidencyRepository,
)
from services.membership.schemas import (
    AdmitCitySchema,
    ApplyForCitySchema,
    AppointOfficeHolderSchema,
    BodySchema,
    ChangePersonSchema,
    CityImportSchema,
    CityOfficesSchema,
    CitySchema,
    DescribeCitySchema,
    ElectPresidencySchema,
    FillSeatSchema,
    FoundBodySchema,
    GetRosterSchema,
    LeaveCitySchema,
    ListCitiesSchema,
    ListOfficeHoldersSchema,
    ListPeopleSchema,
    OfficeHoldersSchema,
    PersonSchema,
    PresidencyTermSchema,
    RegisterPersonSchema,
    ReinstateCitySchema,
    RosterSchema,
    StartCityImportSchema,
    SuspendCitySchema,
    VacateSeatSchema,
)
from services.membership.use_cases.bodies import Roster
from services.membership.use_cases.people import OfficeHolders
from shared.clock import utc_now
from shared.contracts.membership import CityRowAccepted, Precision
from shared.messaging.subscriber import subscribe
from shared.persistence import Mongo
from shared.service import Service
from shared.web.auth import ANYWHERE, ORGANISER, OWN_CITY, Access, Principal
from shared.web.http import http
from shared.web.paging import Page, PageRequest

CITY = "/v1/cities/<city_id>"
SEAT = "/v1/bodies/<body_id>/seats/<seat_id>"

OWN_PEOPLE = ORGANISER | Access(city_lead=OWN_CITY)
"""Who may reach people, and register and change them."""
STAFF = ORGANISER | Access(host=ANYWHERE)
READERS = STAFF | Access(city_lead=OWN_CITY)


def today() -> date:
    """Return the day that it is, UTC."""
    return utc_now().date()


def in_full(principal: Principal) -> bool:
    """Tell whether somebody is shown how to reach people."""
    return principal.role in OWN_PEOPLE.scopes


class MembershipService(Service):
    """Which cities belong to the network, with which standing, and who speaks for them."""

    name = "membership"
    port = 8001

    cities = Mongo(CityRepository)
    imports = Mongo(CityImportRepository)
    people = Mongo(PersonRepository)
    offices = Mongo(CityOfficesRepository)
    bodies = Mongo(BodyRepository)
    presidencies = Mongo(PresidencyRepository)

    # -- cities and their imports ---------------------------------------------------------------

    @http(
        "POST",
        "/v1/cities",
        takes=ApplyForCitySchema,
        gives=CitySchema,
        status=201,
        allow=ORGANISER,
    )
    def apply_for_city(
        self, city_id: str, description: CityDescription, since: date | None
    ) -> City:
        """Take the application of a city that is not known yet, or has left."""
        return use_cases.apply_for_city(
            self.cities, city_id, description, since=since, at=utc_now()
        )

    @http("GET", "/v1/cities", takes=ListCitiesSchema, lists=CitySchema, allow=STAFF)
    def list_cities(
        self, page: PageRequest, on: date | None, standing: StandingKind | None, country: str | None
    ) -> Page[CityAsOf]:
        """List cities by id, as they were on a day; today (UTC) unless told."""
        return use_cases.list_cities(
            self.cities, page, on=on or today(), standing=standing, country=country
        )

    @http("GET", CITY, gives=CitySchema, allow=READERS)
    def get_city(self, city_id: str) -> City:
        """Look up a city."""
        return self.cities.get(city_id)

    @http("PUT", CITY, takes=DescribeCitySchema, gives=CitySchema, allow=ORGANISER)
    def describe_city(self, city_id: str, description: CityDescription) -> City:
        """Replace what is known of a city."""
        return use_cases.describe_city(self.cities, city_id, description, at=utc_now())

    @http("POST", f"{CITY}/admission", takes=AdmitCitySchema, gives=CitySchema, allow=ORGANISER)
    def admit_city(self, city_id: str, since: date, precision: Precision) -> City:
        """Make an applicant a member."""
        return use_cases.admit_city(
            self.cities, city_id, since=since, precision=precision, at=utc_now()
        )

    @http("POST", f"{CITY}/suspension", takes=SuspendCitySchema, gives=CitySchema, allow=ORGANISER)
    def suspend_city(self, city_id: str, reason: str, since: date | None) -> City:
        """Take away a member's vote."""
        return use_cases.suspend_city(
            self.cities, city_id, reason=reason, since=since, at=utc_now()
        )

    @http(
        "POST",
        f"{CITY}/reinstatement",
        takes=ReinstateCitySchema,
        gives=CitySchema,
        allow=ORGANISER,
    )
    def reinstate_city(self, city_id: str, since: date | None) -> City:
        """Give a suspended city its vote back."""
        return use_cases.reinstate_city(self.cities, city_id, since=since, at=utc_now())

    @http("POST", f"{CITY}/departure", takes=LeaveCitySchema, gives=CitySchema, allow=ORGANISER)
    def leave_city(self, city_id: str, reason: str, since: date | None) -> City:
        """End a city's membership."""
        return use_cases.leave_city(self.cities, city_id, reason=reason, since=since, at=utc_now())

    @http(
        "POST",
        "/v1/city-imports",
        takes=StartCityImportSchema,
        gives=CityImportSchema,
        creates=True,
        allow=ORGANISER,
    )
    def start_city_import(self, new_id: str, rows: list[CityRow]) -> CityImport:
        """Take a sheet of cities, which follow row by row."""
        return use_cases.start_city_import(self.imports, new_id, rows, at=utc_now())

    @http("GET", "/v1/city-imports/<import_id>", gives=CityImportSchema, allow=ORGANISER)
    def get_city_import(self, import_id: str) -> ImportReport:
        """Tell how far an import has come."""
        return use_cases.report_city_import(self.imports, self.cities, import_id)

    @subscribe(CityRowAccepted, loads={City: "city_id"})
    def on_city_row_accepted(self, event: CityRowAccepted) -> None:
        """Have the city take over what the row says."""
        use_cases.follow_row(self.cities, event)

    # -- people and offices ---------------------------------------------------------------------

    @http(
        "POST",
        "/v1/people",
        takes=RegisterPersonSchema,
        gives=PersonSchema,
        creates=True,
        allow=OWN_PEOPLE,
    )
    def register_person(self, new_id: str, city_id: str, details: PersonDetails) -> Person:
        """Enter a person of a city."""
        return use_cases.register_person(
            self.people, self.cities, new_id, city_id, details, at=utc_now()
        )

    @http("GET", "/v1/people", takes=ListPeopleSchema, lists=PersonSchema, allow=READERS)
    def list_people(
        self, page: PageRequest, city_id: str | None, principal: Principal
    ) -> Page[Person | PublicPerson]:
        """List people by name; how to reach them only for those who may."""
        return use_cases.list_people(self.people, page, city_id=city_id, in_full=in_full(principal))

    @http("GET", "/v1/people/<person_id>", gives=PersonSchema, allow=READERS)
    def get_person(self, person_id: str, principal: Principal) -> Person | PublicPerson:
        """Look up a person; how to reach him or her only for those who may."""
        return self.people.get(person_id).shown(in_full=in_full(principal))

    @http(
        "PATCH",
        "/v1/people/<person_id>",
        takes=ChangePersonSchema,
        gives=PersonSchema,
        allow=OWN_PEOPLE,
    )
    def change_person(self, person_id: str, changes: PersonChanges) -> Person:
        """Correct what is known of a person."""
        return use_cases.change_person(self.people, person_id, changes, at=utc_now())

    @http(
        "POST",
        f"{CITY}/office-holders",
        takes=AppointOfficeHolderSchema,
        gives=CityOfficesSchema,
        allow=ORGANISER,
    )
    def appoint_office_holder(self, city_id: str, term: OfficeTerm) -> CityOffices:
        """Enter who holds an office of a city, and from when on."""
        return use_cases.appoint_office_holder(
            self.offices, self.cities, self.people, city_id, term, at=utc_now()
        )

    @http(
        "GET",
        f"{CITY}/office-holders",
        takes=ListOfficeHoldersSchema,
        gives=OfficeHoldersSchema,
        allow=READERS,
    )
    def list_office_holders(self, city_id: str, on: date | None) -> OfficeHolders:
        """Tell who holds the offices of a city on a day; today (UTC) unless told."""
        return use_cases.list_office_holders(self.offices, self.cities, city_id, on=on or today())

    # -- bodies and the presidency --------------------------------------------------------------

    @http(
        "POST", "/v1/bodies", takes=FoundBodySchema, gives=BodySchema, creates=True, allow=ORGANISER
    )
    def found_body(self, new_id: str, name: str, kind: BodyKind, seats: list[str]) -> Body:
        """Found a body with vacant seats."""
        return use_cases.found_body(self.bodies, new_id, name, kind, seats, at=utc_now())

    @http("GET", "/v1/bodies", lists=BodySchema, allow=STAFF)
    def list_bodies(self, page: PageRequest) -> Page[Body]:
        """List bodies by name."""
        return self.bodies.page_of(page)

    @http("GET", "/v1/bodies/<body_id>", gives=BodySchema, allow=STAFF)
    def get_body(self, body_id: str) -> Body:
        """Look up a body with all terms of its seats."""
        return self.bodies.get(body_id)

    @http("POST", f"{SEAT}/terms", takes=FillSeatSchema, gives=BodySchema, allow=ORGANISER)
    def fill_seat(self, body_id: str, seat_id: str, term: SeatTerm) -> Body:
        """Give a city a seat for a term."""
        return use_cases.fill_seat(
            self.bodies, self.cities, self.people, body_id, seat_id, term, at=utc_now()
        )

    @http("POST", f"{SEAT}/vacancy", takes=VacateSeatSchema, gives=BodySchema, allow=ORGANISER)
    def vacate_seat(self, body_id: str, seat_id: str, since: date) -> Body:
        """End the term of whoever holds a seat."""
        return use_cases.vacate_seat(self.bodies, body_id, seat_id, since=since, at=utc_now())

    @http(
        "GET", "/v1/bodies/<body_id>/roster", takes=GetRosterSchema, gives=RosterSchema, allow=STAFF
    )
    def get_roster(self, body_id: str, on: date | None) -> Roster:
        """Tell who sits in a body on a day; today (UTC) unless told."""
        return use_cases.get_roster(self.bodies, body_id, on=on or today())

    @http(
        "POST",
        "/v1/presidencies",
        takes=ElectPresidencySchema,
        gives=PresidencyTermSchema,
        status=201,
        allow=ORGANISER,
    )
    def elect_presidency(self, term: PresidencyTerm) -> PresidencyTerm:
        """Elect a city for a year, whose summit it hosts."""
        return use_cases.elect_presidency(self.presidencies, self.cities, term, at=utc_now())

    @http("GET", "/v1/presidencies", lists=PresidencyTermSchema, allow=STAFF)
    def list_presidencies(self, page: PageRequest) -> Page[PresidencyTerm]:
        """List the terms of the presidency by year."""
        return self.presidencies.page_of(page)
