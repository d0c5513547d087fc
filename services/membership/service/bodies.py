"""Doors of bodies and their rosters."""

from datetime import date

from services.membership.domain.body import Body, BodyKind, SeatTerm
from services.membership.domain.presidency_rights import Right
from services.membership.repository import Repositories
from services.membership.schemas.body import (
    BodySchema,
    FillSeatSchema,
    FoundBodySchema,
    GetRosterSchema,
    RosterSchema,
    VacateSeatSchema,
)
from services.membership.service.access import NETWORK, check_right, today
from services.membership.use_cases import bodies
from services.membership.use_cases.bodies import Roster
from shared.clock import utc_now
from shared.web.auth import ORGANISER, Principal
from shared.web.http import http
from shared.web.paging import Page, PageRequest

SEAT = "/v1/bodies/<body_id>/seats/<seat_id>"


class BodyDoors:
    """What can be asked and done about bodies and their rosters."""

    @http(
        "POST", "/v1/bodies", takes=FoundBodySchema, gives=BodySchema, creates=True, allow=ORGANISER
    )
    def found_body(
        self: Repositories, new_id: str, name: str, kind: BodyKind, seats: list[str]
    ) -> Body:
        """Found a body with vacant seats."""
        return bodies.found_body(self, new_id, name, kind, seats, at=utc_now())

    @http("GET", "/v1/bodies", lists=BodySchema, allow=NETWORK)
    def list_bodies(self: Repositories, page: PageRequest, principal: Principal) -> Page[Body]:
        """List bodies by name."""
        check_right(self, principal, Right.READ_NETWORK)
        return self.bodies.page_of(page)

    @http("GET", "/v1/bodies/<body_id>", gives=BodySchema, allow=NETWORK)
    def get_body(self: Repositories, body_id: str, principal: Principal) -> Body:
        """Look up a body with all terms of its seats."""
        check_right(self, principal, Right.READ_NETWORK)
        return self.bodies.get(body_id)

    @http("POST", f"{SEAT}/terms", takes=FillSeatSchema, gives=BodySchema, allow=ORGANISER)
    def fill_seat(self: Repositories, body_id: str, seat_id: str, term: SeatTerm) -> Body:
        """Give a city a seat for a term."""
        return bodies.fill_seat(self, body_id, seat_id, term, at=utc_now())

    @http("POST", f"{SEAT}/vacancy", takes=VacateSeatSchema, gives=BodySchema, allow=ORGANISER)
    def vacate_seat(self: Repositories, body_id: str, seat_id: str, since: date) -> Body:
        """End the term of whoever holds a seat."""
        return bodies.vacate_seat(self, body_id, seat_id, since=since, at=utc_now())

    @http(
        "GET",
        "/v1/bodies/<body_id>/roster",
        takes=GetRosterSchema,
        gives=RosterSchema,
        allow=NETWORK,
    )
    def get_roster(
        self: Repositories, body_id: str, on: date | None, principal: Principal
    ) -> Roster:
        """Tell who sits in a body on a day; today (UTC) unless told."""
        check_right(self, principal, Right.READ_NETWORK)
        return bodies.get_roster(self, body_id, on=on or today())
