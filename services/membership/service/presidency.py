"""Doors of the presidency."""

from services.membership.domain.presidency import PresidencyTerm
from services.membership.repository import Repositories
from services.membership.schemas.presidency import ElectPresidencySchema, PresidencyTermSchema
from services.membership.service.access import STAFF
from services.membership.use_cases import presidency
from shared.clock import utc_now
from shared.web.auth import ORGANISER
from shared.web.http import http
from shared.web.paging import Page, PageRequest


class PresidencyDoors:
    """What can be asked and done about the presidency."""

    @http(
        "POST",
        "/v1/presidencies",
        takes=ElectPresidencySchema,
        gives=PresidencyTermSchema,
        status=201,
        allow=ORGANISER,
    )
    def elect_presidency(self: Repositories, term: PresidencyTerm) -> PresidencyTerm:
        """Elect a city for a year, whose summit it hosts."""
        return presidency.elect_presidency(self, term, at=utc_now())

    @http("GET", "/v1/presidencies", lists=PresidencyTermSchema, allow=STAFF)
    def list_presidencies(self: Repositories, page: PageRequest) -> Page[PresidencyTerm]:
        """List the terms of the presidency by year."""
        return self.presidencies.page_of(page)
