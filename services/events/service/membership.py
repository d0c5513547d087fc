"""What is heard from membership."""

from services.events.domain.body import Body
from services.events.domain.member import Member
from services.events.domain.person import Person
from services.events.domain.presidency import PRESIDENCY, Presidency
from services.events.repository import Repositories
from services.events.use_cases import copies
from shared.clock import utc_now
from shared.contracts.membership import (
    BodyFounded,
    CityAdmitted,
    CityAdmittedAsObserver,
    CityApplied,
    CityDescribed,
    CityLeft,
    CityReinstated,
    CityReinstatedAsObserver,
    CityStandingsWithdrawn,
    CitySuspended,
    OfficeHolderChanged,
    OfficeTermWithdrawn,
    PersonDescribed,
    PresidencyElected,
    PresidencyTakenOver,
    PresidencyWithdrawn,
    SeatAlternateChanged,
    SeatFilled,
    SeatTermsCorrected,
    SeatVacated,
)
from shared.messaging.subscriber import subscribe


class MembershipDoors:
    """What is noted of what membership says."""

    @subscribe(CityDescribed, loads={Member: "city_id"})
    def on_city_described(self: Repositories, event: CityDescribed) -> None:
        """Note what a city is called and where it lies."""
        copies.describe_member(self, event)

    @subscribe(CityApplied, loads={Member: "city_id"})
    def on_city_applied(self: Repositories, event: CityApplied) -> None:
        """Note that a city is an applicant."""
        copies.note_standing(self, event)

    @subscribe(CityAdmitted, loads={Member: "city_id"})
    def on_city_admitted(self: Repositories, event: CityAdmitted) -> None:
        """Note that a city is a member."""
        copies.note_standing(self, event)

    @subscribe(CityAdmittedAsObserver, loads={Member: "city_id"})
    def on_city_admitted_as_observer(self: Repositories, event: CityAdmittedAsObserver) -> None:
        """Note that a city is an observer."""
        copies.note_standing(self, event)

    @subscribe(CitySuspended, loads={Member: "city_id"})
    def on_city_suspended(self: Repositories, event: CitySuspended) -> None:
        """Note that a city is suspended."""
        copies.note_standing(self, event)

    @subscribe(CityReinstated, loads={Member: "city_id"})
    def on_city_reinstated(self: Repositories, event: CityReinstated) -> None:
        """Note that a city is a member again."""
        copies.note_standing(self, event)

    @subscribe(CityReinstatedAsObserver, loads={Member: "city_id"})
    def on_city_reinstated_as_observer(self: Repositories, event: CityReinstatedAsObserver) -> None:
        """Note that a city is an observer again."""
        copies.note_standing(self, event)

    @subscribe(CityLeft, loads={Member: "city_id"})
    def on_city_left(self: Repositories, event: CityLeft) -> None:
        """Note that a city has left."""
        copies.note_standing(self, event)

    @subscribe(CityStandingsWithdrawn, loads={Member: "city_id"})
    def on_city_standings_withdrawn(self: Repositories, event: CityStandingsWithdrawn) -> None:
        """Note which standings of a city were told by mistake."""
        copies.withdraw_standings(self, event)

    @subscribe(OfficeHolderChanged, loads={Member: "city_id"})
    def on_office_holder_changed(self: Repositories, event: OfficeHolderChanged) -> None:
        """Note who holds an office of a city."""
        copies.note_office(self, event, at=utc_now())

    @subscribe(OfficeTermWithdrawn, loads={Member: "city_id"})
    def on_office_term_withdrawn(self: Repositories, event: OfficeTermWithdrawn) -> None:
        """Note that what was told of an office was a mistake."""
        copies.withdraw_office(self, event, at=utc_now())

    @subscribe(PersonDescribed, loads={Person: "person_id"})
    def on_person_described(self: Repositories, event: PersonDescribed) -> None:
        """Note what a person is called and which city they belong to."""
        copies.describe_person(self, event)

    @subscribe(BodyFounded, loads={Body: "body_id"})
    def on_body_founded(self: Repositories, event: BodyFounded) -> None:
        """Note that a body exists."""
        copies.found_body(self, event)

    @subscribe(SeatFilled, loads={Body: "body_id"})
    def on_seat_filled(self: Repositories, event: SeatFilled) -> None:
        """Note that a city holds a seat."""
        copies.fill_seat(self, event)

    @subscribe(SeatVacated, loads={Body: "body_id"})
    def on_seat_vacated(self: Repositories, event: SeatVacated) -> None:
        """Note that nobody holds a seat."""
        copies.vacate_seat(self, event)

    @subscribe(SeatAlternateChanged, loads={Body: "body_id"})
    def on_seat_alternate_changed(self: Repositories, event: SeatAlternateChanged) -> None:
        """Note who else steps in for the holder of a seat."""
        copies.change_alternate(self, event)

    @subscribe(SeatTermsCorrected, loads={Body: "body_id"})
    def on_seat_terms_corrected(self: Repositories, event: SeatTermsCorrected) -> None:
        """Note all terms of a seat instead of what was told before."""
        copies.correct_terms(self, event)

    @subscribe(PresidencyElected, loads={Presidency: lambda _: PRESIDENCY})
    def on_presidency_elected(self: Repositories, event: PresidencyElected) -> None:
        """Note which city presides."""
        copies.elect_president(self, event)

    @subscribe(PresidencyTakenOver, loads={Presidency: lambda _: PRESIDENCY})
    def on_presidency_taken_over(self: Repositories, event: PresidencyTakenOver) -> None:
        """Note which city presides for the rest of a term."""
        copies.elect_president(self, event)

    @subscribe(PresidencyWithdrawn, loads={Presidency: lambda _: PRESIDENCY})
    def on_presidency_withdrawn(self: Repositories, event: PresidencyWithdrawn) -> None:
        """Note that a city does not preside after all."""
        copies.withdraw_president(self, event)
