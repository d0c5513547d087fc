"""Doors of the order of precedence, and what makes the ranking anew."""

from collections.abc import Sequence
from datetime import date

from services.membership.domain.participant import Participant
from services.membership.domain.precedence import Precedence, Rule
from services.membership.domain.precedence_order import Order
from services.membership.domain.ranking import RANK, RANKING, Ranking
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
from shared.contracts.membership import (
    CityAdmitted,
    CityDescribed,
    CityLeft,
    CityReinstated,
    CitySuspended,
    OfficeHolderChanged,
    PrecedenceChanged,
    PresidencyElected,
    SeatFilled,
    SeatVacated,
)
from shared.domain import Aggregate
from shared.messaging.subscriber import Key, subscribe
from shared.timers import timer
from shared.web.auth import ORGANISER
from shared.web.http import http

PRECEDENCE = "/v1/precedence"
THE_RANKING: dict[type[Aggregate], Key] = {Ranking: lambda _: RANKING}


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

    @subscribe(CityDescribed, loads=THE_RANKING)
    def on_city_described(self: Repositories, event: CityDescribed) -> None:
        """Have the cities ranked soon: a city's name has its place in the alphabet."""
        precedence.follow_fact(self, at=utc_now())

    @subscribe(CityAdmitted, loads=THE_RANKING)
    def on_city_admitted(self: Repositories, event: CityAdmitted) -> None:
        """Have the cities ranked soon: there is one more city to rank."""
        precedence.follow_fact(self, at=utc_now())

    @subscribe(CitySuspended, loads=THE_RANKING)
    def on_city_suspended(self: Repositories, event: CitySuspended) -> None:
        """Have the cities ranked soon: a city may stand after the members."""
        precedence.follow_fact(self, at=utc_now())

    @subscribe(CityReinstated, loads=THE_RANKING)
    def on_city_reinstated(self: Repositories, event: CityReinstated) -> None:
        """Have the cities ranked soon: a city may stand among the members again."""
        precedence.follow_fact(self, at=utc_now())

    @subscribe(CityLeft, loads=THE_RANKING)
    def on_city_left(self: Repositories, event: CityLeft) -> None:
        """Have the cities ranked soon: there is one city less to rank."""
        precedence.follow_fact(self, at=utc_now())

    @subscribe(OfficeHolderChanged, loads=THE_RANKING)
    def on_office_holder_changed(self: Repositories, event: OfficeHolderChanged) -> None:
        """Have the cities ranked soon: a new mayor is the last in office."""
        precedence.follow_fact(self, at=utc_now())

    @subscribe(SeatFilled, loads=THE_RANKING)
    def on_seat_filled(self: Repositories, event: SeatFilled) -> None:
        """Have the cities ranked soon: a seat may move its city up."""
        precedence.follow_fact(self, at=utc_now())

    @subscribe(SeatVacated, loads=THE_RANKING)
    def on_seat_vacated(self: Repositories, event: SeatVacated) -> None:
        """Have the cities ranked soon: without the seat, its city may move down."""
        precedence.follow_fact(self, at=utc_now())

    @subscribe(PresidencyElected, loads=THE_RANKING)
    def on_presidency_elected(self: Repositories, event: PresidencyElected) -> None:
        """Have the cities ranked soon: a president may come first, or have presided."""
        precedence.follow_fact(self, at=utc_now())

    @subscribe(PrecedenceChanged, loads=THE_RANKING)
    def on_precedence_changed(self: Repositories, event: PrecedenceChanged) -> None:
        """Have the cities ranked soon: other rules decide."""
        precedence.follow_fact(self, at=utc_now())
