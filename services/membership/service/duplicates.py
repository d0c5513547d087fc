"""Doors of people who were entered twice, and what follows when they are merged."""

from services.membership.domain.likeness import LikePair
from services.membership.domain.person import Person
from services.membership.repository import Repositories
from services.membership.schemas.person import (
    LikePairSchema,
    MergePeopleSchema,
    PersonSchema,
    TellPeopleApartSchema,
)
from services.membership.use_cases import duplicates
from shared.clock import utc_now
from shared.web.auth import ORGANISER
from shared.web.http import http
from shared.web.paging import Page, PageRequest


class DuplicateDoors:
    """What can be asked and done about people who were entered twice."""

    @http("GET", "/v1/people/duplicates", lists=LikePairSchema, allow=ORGANISER)
    def list_duplicates(self: Repositories, page: PageRequest) -> Page[LikePair]:
        """List pairs of people who may be one, by their ids."""
        return self.people.page_of_pairs(page)

    @http(
        "POST",
        "/v1/people/<person_id>/mergers",
        takes=MergePeopleSchema,
        gives=PersonSchema,
        allow=ORGANISER,
    )
    def merge_people(self: Repositories, person_id: str, duplicate_id: str) -> Person:
        """Have a duplicate stand for this person; gives the duplicate, this person follows."""
        return duplicates.merge_people(self, person_id, duplicate_id, at=utc_now())

    @http(
        "POST",
        "/v1/people/<person_id>/distinctions",
        takes=TellPeopleApartSchema,
        gives=PersonSchema,
        allow=ORGANISER,
    )
    def tell_people_apart(self: Repositories, person_id: str, other_id: str) -> Person:
        """Note that somebody who looks the same is another person."""
        return duplicates.tell_people_apart(self, person_id, other_id, at=utc_now())
