"""Doors of bodies and their rosters."""

from datetime import date, datetime

from services.membership.domain.body import TERM_END, Body
from services.membership.domain.body_plan import BodyPlan
from services.membership.domain.composition import Composition
from services.membership.domain.presidency_rights import Right
from services.membership.domain.seat_term import Alternate, SeatTerm
from services.membership.domain.term import Term
from services.membership.repository import Repositories
from services.membership.schemas.body import (
    BodySchema,
    CompositionSchema,
    CorrectTermSchema,
    FillSeatSchema,
    FoundBodySchema,
    GetCompositionSchema,
    GetRosterSchema,
    NameAlternateSchema,
    RosterSchema,
    VacateSeatSchema,
)
from services.membership.service.access import NETWORK, check_right, today
from services.membership.use_cases import bodies
from services.membership.use_cases.bodies import Roster
from shared.clock import utc_now
from shared.timers import timer
from shared.web.auth import ORGANISER, Principal
from shared.web.http import http
from shared.web.paging import Page, PageRequest

SEAT = "/v1/bodies/<body_id>/seats/<seat_id>"
TERM = f"{SEAT}/terms/<first_day>"


class BodyDoors:
    """What can be asked and done about bodies and their rosters."""

    @http(
        "POST", "/v1/bodies", takes=FoundBodySchema, gives=BodySchema, creates=True, allow=ORGANISER
    )
    def found_body(self: Repositories, new_id: str, plan: BodyPlan) -> Body:
        """Found a body with vacant seats; those held ex officio follow from the presidency."""
        return bodies.found_body(self, new_id, plan, at=utc_now())

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
        self: Repositories,
        body_id: str,
        on: date | None,
        known_at: datetime | None,
        principal: Principal,
    ) -> Roster:
        """Tell who sits in a body on a day; today (UTC) unless told."""
        check_right(self, principal, Right.READ_NETWORK)
        return bodies.get_roster(self, body_id, on=on or today(), known_at=known_at)

    @http(
        "POST", f"{SEAT}/alternates", takes=NameAlternateSchema, gives=BodySchema, allow=ORGANISER
    )
    def name_alternate(
        self: Repositories, body_id: str, seat_id: str, alternate: Alternate
    ) -> Body:
        """Have somebody else step in for the holder of a seat from a day on."""
        return bodies.name_alternate(self, body_id, seat_id, alternate, at=utc_now())

    @http("POST", f"{TERM}/correction", takes=CorrectTermSchema, gives=BodySchema, allow=ORGANISER)
    def correct_term(
        self: Repositories, body_id: str, seat_id: str, first_day: str, days: Term
    ) -> Body:
        """Correct the days of the term of a seat that begins on a day."""
        return bodies.correct_term(self, body_id, seat_id, first_day, days, at=utc_now())

    @http("POST", f"{TERM}/withdrawal", gives=BodySchema, allow=ORGANISER)
    def withdraw_term(self: Repositories, body_id: str, seat_id: str, first_day: str) -> Body:
        """Take back the term of a seat that begins on a day: it was entered by mistake."""
        return bodies.withdraw_term(self, body_id, seat_id, first_day, at=utc_now())

    @http(
        "GET",
        "/v1/bodies/<body_id>/composition",
        takes=GetCompositionSchema,
        gives=CompositionSchema,
        allow=NETWORK,
    )
    def get_composition(
        self: Repositories, body_id: str, on: date | None, principal: Principal
    ) -> Composition:
        """Tell whether an Executive Board fits the rule of its composition on a day."""
        check_right(self, principal, Right.READ_NETWORK)
        return bodies.get_composition(self, body_id, on=on or today())

    @timer(TERM_END, Body)
    def notice_ends(self: Repositories, body_id: str) -> None:
        """Notice which terms of a body end soon."""
        bodies.notice_ends(self, body_id, at=utc_now())
