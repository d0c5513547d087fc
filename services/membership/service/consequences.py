"""What follows from what membership itself says.

A command saves one aggregate. Whatever else has to change hears of it here, as any other service
would: killed half way, it goes on.
"""

from services.membership.domain.city import City
from services.membership.domain.imports import Import
from services.membership.domain.person import Person
from services.membership.domain.presidency import PRESIDENCY, Presidency
from services.membership.domain.presidency_item import PresidencyItem
from services.membership.domain.ranking import RANKING, Ranking
from services.membership.repository import Repositories
from services.membership.use_cases import (
    bodies,
    duplicates,
    import_rows,
    imports,
    precedence,
    presidency_items,
)
from shared.clock import utc_now
from shared.contracts.membership import (
    BodyFounded,
    CityAdmitted,
    CityAdmittedAsObserver,
    CityDescribed,
    CityLeft,
    CityReinstated,
    CityReinstatedAsObserver,
    CityRowAccepted,
    CityStandingsWithdrawn,
    CitySuspended,
    ImportCommitted,
    ImportPartAccepted,
    OfficeHolderChanged,
    OfficeTermWithdrawn,
    PersonMerged,
    PersonRowAccepted,
    PrecedenceChanged,
    PresidencyElected,
    PresidencyHandedOver,
    PresidencyItemOpened,
    PresidencyTakenOver,
    PresidencyWithdrawn,
    SeatFilled,
    SeatTermsCorrected,
    SeatVacated,
    SurvivorChanged,
)
from shared.domain import Aggregate
from shared.messaging.subscriber import Key, subscribe

THE_RANKING: dict[type[Aggregate], Key] = {Ranking: lambda _: RANKING}


class Consequences:
    """What is heard of membership's own events."""

    @subscribe(ImportCommitted, loads={Import: "import_id"}, alone=True)
    def on_import_committed(self: Repositories, event: ImportCommitted) -> None:
        """Accept the first part."""
        imports.accept_part(self, event.import_id, 0)

    @subscribe(ImportPartAccepted, loads={Import: "import_id"}, alone=True)
    def on_import_part_accepted(self: Repositories, event: ImportPartAccepted) -> None:
        """Accept the part after it."""
        imports.accept_part(self, event.import_id, event.part + 1)

    @subscribe(CityRowAccepted, loads={City: "city_id"})
    def on_city_row_accepted(self: Repositories, event: CityRowAccepted) -> None:
        """Have the city take over what the row says."""
        import_rows.follow_city_row(self, event)

    @subscribe(PersonRowAccepted, loads={Person: "person_id"})
    def on_person_row_accepted(self: Repositories, event: PersonRowAccepted) -> None:
        """Have the person take over what the row says."""
        import_rows.follow_person_row(self, event)

    @subscribe(PersonMerged, alone=True)
    def on_person_merged(self: Repositories, event: PersonMerged) -> None:
        """Have the survivor take over what the duplicate knows."""
        duplicates.follow_merger(self, event)

    @subscribe(SurvivorChanged, alone=True)
    def on_survivor_changed(self: Repositories, event: SurvivorChanged) -> None:
        """Have the duplicates say what the survivor says."""
        duplicates.follow_survivor(self, event)

    @subscribe(PresidencyHandedOver, alone=True)
    def on_presidency_handed_over(self: Repositories, _: PresidencyHandedOver) -> None:
        """Have the open items move to the city whose term has begun."""
        presidency_items.hand_over_items(self, at=utc_now())

    @subscribe(
        PresidencyItemOpened,
        loads={PresidencyItem: "item_id", Presidency: lambda _: PRESIDENCY},
    )
    def on_presidency_item_opened(self: Repositories, event: PresidencyItemOpened) -> None:
        """Have an item move that was opened while the presidency was handed over."""
        presidency_items.check_item(self, event.item_id, at=utc_now())

    @subscribe(CityDescribed, loads=THE_RANKING)
    def on_city_described(self: Repositories, event: CityDescribed) -> None:
        """Have the cities ranked soon: a name has its place in the alphabet."""
        precedence.follow_fact(self, at=utc_now())

    @subscribe(CityAdmitted, loads=THE_RANKING)
    def on_city_admitted(self: Repositories, event: CityAdmitted) -> None:
        """Have the cities ranked soon: there is one more city to rank."""
        precedence.follow_fact(self, at=utc_now())

    @subscribe(CityAdmittedAsObserver, loads=THE_RANKING)
    def on_city_admitted_as_observer(self: Repositories, event: CityAdmittedAsObserver) -> None:
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

    @subscribe(CityReinstatedAsObserver, loads=THE_RANKING)
    def on_city_reinstated_as_observer(self: Repositories, event: CityReinstatedAsObserver) -> None:
        """Have the cities ranked soon: a city may stand among the observers again."""
        precedence.follow_fact(self, at=utc_now())

    @subscribe(CityLeft, loads=THE_RANKING)
    def on_city_left(self: Repositories, event: CityLeft) -> None:
        """Have the cities ranked soon: there is one city less to rank."""
        precedence.follow_fact(self, at=utc_now())

    @subscribe(CityStandingsWithdrawn, loads=THE_RANKING)
    def on_city_standings_withdrawn(self: Repositories, event: CityStandingsWithdrawn) -> None:
        """Have the cities ranked soon: a city may be something else."""
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

    @subscribe(BodyFounded, alone=True)
    def on_body_founded(self: Repositories, event: BodyFounded) -> None:
        """Fill the seats of a new body that are held ex officio."""
        bodies.follow_presidency(self, at=utc_now())

    @subscribe(PresidencyElected, alone=True)
    def on_presidency_elected(self: Repositories, event: PresidencyElected) -> None:
        """Fill the seats held ex officio, and have the cities ranked: one may come first."""
        bodies.follow_presidency(self, at=utc_now())
        precedence.follow_fact(self, at=utc_now())

    @subscribe(PresidencyTakenOver, alone=True)
    def on_presidency_taken_over(self: Repositories, event: PresidencyTakenOver) -> None:
        """Fill the seats held ex officio, and have the cities ranked: another may come first."""
        bodies.follow_presidency(self, at=utc_now())
        precedence.follow_fact(self, at=utc_now())

    @subscribe(PresidencyWithdrawn, alone=True)
    def on_presidency_withdrawn(self: Repositories, event: PresidencyWithdrawn) -> None:
        """Fill the seats held ex officio, and have the cities ranked: one presides no more."""
        bodies.follow_presidency(self, at=utc_now())
        precedence.follow_fact(self, at=utc_now())

    @subscribe(SeatTermsCorrected, loads=THE_RANKING)
    def on_seat_terms_corrected(self: Repositories, event: SeatTermsCorrected) -> None:
        """Have the cities ranked soon: a seat may be another city's."""
        precedence.follow_fact(self, at=utc_now())

    @subscribe(OfficeTermWithdrawn, loads=THE_RANKING)
    def on_office_term_withdrawn(self: Repositories, event: OfficeTermWithdrawn) -> None:
        """Have the cities ranked soon: a mayor may have been in office for longer."""
        precedence.follow_fact(self, at=utc_now())

    @subscribe(PrecedenceChanged, loads=THE_RANKING)
    def on_precedence_changed(self: Repositories, event: PrecedenceChanged) -> None:
        """Have the cities ranked soon: other rules decide."""
        precedence.follow_fact(self, at=utc_now())
