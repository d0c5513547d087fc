"""Doors of people."""

from services.membership.domain.person import Person, PersonChanges, PersonDetails, PublicPerson
from services.membership.repository import Repositories
from services.membership.schemas.person import (
    ChangePersonSchema,
    ListPeopleSchema,
    PersonSchema,
    RegisterPersonSchema,
)
from services.membership.service.access import OWN_PEOPLE, READERS, in_full
from services.membership.use_cases import people
from shared.clock import utc_now
from shared.web.auth import Principal
from shared.web.http import http
from shared.web.paging import Page, PageRequest


class PersonDoors:
    """What can be asked and done about people."""

    @http(
        "POST",
        "/v1/people",
        takes=RegisterPersonSchema,
        gives=PersonSchema,
        creates=True,
        allow=OWN_PEOPLE,
    )
    def register_person(
        self: Repositories, new_id: str, city_id: str, details: PersonDetails
    ) -> Person:
        """Enter a person of a city."""
        return people.register_person(self, new_id, city_id, details, at=utc_now())

    @http("GET", "/v1/people", takes=ListPeopleSchema, lists=PersonSchema, allow=READERS)
    def list_people(
        self: Repositories, page: PageRequest, city_id: str | None, principal: Principal
    ) -> Page[Person | PublicPerson]:
        """List people by name; how to reach them only for those who may."""
        return people.list_people(self, page, city_id=city_id, in_full=in_full(principal))

    @http("GET", "/v1/people/<person_id>", gives=PersonSchema, allow=READERS)
    def get_person(
        self: Repositories, person_id: str, principal: Principal
    ) -> Person | PublicPerson:
        """Look up a person; how to reach him or her only for those who may."""
        return self.people.get(person_id).shown(in_full=in_full(principal))

    @http(
        "PATCH",
        "/v1/people/<person_id>",
        takes=ChangePersonSchema,
        gives=PersonSchema,
        allow=OWN_PEOPLE,
    )
    def change_person(self: Repositories, person_id: str, changes: PersonChanges) -> Person:
        """Correct what is known of a person."""
        return people.change_person(self, person_id, changes, at=utc_now())
