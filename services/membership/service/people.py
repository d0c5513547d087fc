"""Doors of people."""

from datetime import date
from functools import partial

from services.membership.domain.affiliation import Affiliation
from services.membership.domain.person import Person
from services.membership.domain.profile import PersonChanges, PersonDetails
from services.membership.domain.public_person import PublicPerson
from services.membership.repository import Repositories
from services.membership.schemas.person import (
    AffiliatePersonSchema,
    ChangePersonSchema,
    ListPeopleSchema,
    PersonSchema,
    RegisterPersonSchema,
)
from services.membership.service.access import OWN_PEOPLE, READERS, in_full
from services.membership.use_cases import people
from shared.clock import utc_now
from shared.web.auth import ORGANISER, Principal
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
        self: Repositories,
        page: PageRequest,
        city_id: str | None,
        on: date | None,
        principal: Principal,
    ) -> Page[Person | PublicPerson]:
        """List people by name; how to reach them only for those who may."""
        return people.list_people(
            self, page, city_id=city_id, on=on, in_full=partial(in_full, principal)
        )

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

    @http(
        "POST",
        "/v1/people/<person_id>/affiliations",
        takes=AffiliatePersonSchema,
        gives=PersonSchema,
        allow=ORGANISER,
    )
    def affiliate_person(self: Repositories, person_id: str, affiliation: Affiliation) -> Person:
        """Enter that a person belongs to a city in some days, or moves there."""
        return people.affiliate_person(self, person_id, affiliation, at=utc_now())
