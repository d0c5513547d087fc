"""Doors of the order of precedence, and what makes the ranking anew."""

from collections.abc import Sequence
from datetime import date

from services.membership.domain.participant import Participant
from services.membership.domain.precedence import Precedence, Rule
from services.membership.domain.precedence_order import Order
from services.membership.domain.ranking import RANK, Ranking
from services.membership.repository import Repositories
from services.membership.schemas.precedence import (
    ChangePrecedenceSchema,
    OrderCitiesSchema,
    OrderParticipantsSchema,
    OrderSchema,
    PrecedenceSchema,
)
from services.membership.service.access import STAFF, today
from services.membership.use_cases import precedence
from shared.clock import utc_now
from shared.timers import timer
from shared.web.auth import ORGANISER
from shared.web.http import http

PRECEDENCE = "/v1/precedence"


class PrecedenceDoors:
    """What can be asked and done about the order of precedence."""

    @http("GET", PRECEDENCE, gives=PrecedenceSchema, allow=STAFF)
    def get_precedence(self: Repositories) -> Precedence:
        """Tell by which rules precedence is decided."""
        return self.precedences.the_one()

    @http("PUT", PRECEDENCE, takes=ChangePrecedenceSchema, gives=PrecedenceSchema, allow=ORGANISER)
    def change_precedence(self: Repositories, rules: Sequence[Rule]) -> Precedence:
        """Have other rules decide about precedence."""
        return precedence.change_precedence(self, tuple(rules), at=utc_now())

    @http("GET", f"{PRECEDENCE}/order", takes=OrderCitiesSchema, gives=OrderSchema, allow=STAFF)
    def order_cities(
        self: Repositories,
        on: date | None,
        language: str | None,
        host_city_id: str | None,
        city_ids: Sequence[str] | None,
    ) -> Order:
        """Put cities in order, and explain every place; today (UTC) unless told."""
        return precedence.order_cities(
            self, city_ids, on=on or today(), language=language, host_city_id=host_city_id
        )

    @http(
        "POST",
        f"{PRECEDENCE}/order",
        takes=OrderParticipantsSchema,
        gives=OrderSchema,
        allow=STAFF,
    )
    def order_participants(
        self: Repositories,
        on: date | None,
        language: str | None,
        host_city_id: str | None,
        participants: Sequence[Participant],
    ) -> Order:
        """Put people and cities in order, and explain every place; nothing is changed."""
        return precedence.order_participants(
            self, participants, on=on or today(), language=language, host_city_id=host_city_id
        )

    @timer(RANK, Ranking)
    def rank_cities(self: Repositories, ranking_id: str) -> None:
        """Put all cities in order as of today (UTC)."""
        precedence.rank_cities(self, on=today(), at=utc_now())
