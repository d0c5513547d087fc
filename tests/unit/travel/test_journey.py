import pytest

from services.travel.domain.journey import (
    ArrivesBeforeItDeparts,
    Direction,
    Journey,
    LegsOverlap,
    Mode,
    UnknownAirport,
    UnknownDirection,
)
from shared.local_time import LocalTime
from tests.unit.travel.builders import AIRPORTS, ISTANBUL, a_journey, a_leg, wall


def test_a_flight_may_land_at_an_earlier_clock_time_than_it_left() -> None:
    journey = Journey.plan([a_leg()], airports=AIRPORTS)

    (leg,) = journey.legs
    assert leg.arrives.local < leg.departs.local
    assert journey.arrives_at > journey.departs_at


@pytest.mark.parametrize("arrives", ["2024-12-07T06:05", "2024-12-07T06:00"])
def test_a_leg_that_takes_no_time_is_refused_though_the_clocks_may_agree(arrives: str) -> None:
    legs = [a_leg(), a_leg(departs=wall("2024-12-07T08:05", ISTANBUL), arrives=wall(arrives))]

    with pytest.raises(ArrivesBeforeItDeparts) as refused:
        Journey.plan(legs, airports=AIRPORTS)

    assert refused.value.field == "legs.1.arrives"


def test_a_leg_that_departs_before_the_one_before_has_arrived_is_refused() -> None:
    onward = a_leg(
        mode=Mode.ROAD,
        origin="Tirana",
        destination="Durrës",
        departs=wall("2024-12-07T07:49"),
        arrives=wall("2024-12-07T08:30"),
    )

    with pytest.raises(LegsOverlap) as refused:
        Journey.plan([a_leg(), onward], airports=AIRPORTS)

    assert refused.value.field == "legs.1.departs"


def test_a_leg_may_depart_in_the_minute_in_which_the_one_before_arrives() -> None:
    onward = a_leg(
        mode=Mode.ROAD,
        origin="Tirana",
        destination="Durrës",
        departs=wall("2024-12-07T07:50"),
        arrives=wall("2024-12-07T08:30"),
    )

    journey = Journey.plan([a_leg(), onward], airports=AIRPORTS)

    assert journey.arrives_at == onward.arrives.at


@pytest.mark.parametrize("end", ["origin", "destination"])
@pytest.mark.parametrize("code", ["XXX", "ist", "Istanbul", ""])
def test_a_flight_from_or_to_no_airport_is_refused(end: str, code: str) -> None:
    with pytest.raises(UnknownAirport) as refused:
        Journey.plan([a_leg(**{end: code})], airports=AIRPORTS)

    assert refused.value.field == f"legs.0.{end}"


@pytest.mark.parametrize("mode", [Mode.RAIL, Mode.ROAD, Mode.SEA])
def test_only_flights_need_airports(mode: Mode) -> None:
    journey = Journey.plan([a_leg(mode=mode, origin="Bari", destination="Durrës")], airports=())

    assert journey.legs[0].origin == "Bari"


def test_a_journey_survives_being_told_in_an_event() -> None:
    # At 03:30 the clocks in Tirana show 02:30 for the second time that night.
    ambiguous = LocalTime(wall("2024-10-27T02:30", "UTC").local, "Europe/Tirane", fold=1)
    journey = a_journey(a_leg(departs=wall("2024-10-27T01:00", ISTANBUL), arrives=ambiguous))

    assert Journey.booked(journey.as_booked()) == journey


def test_a_direction_that_there_is_not_is_not_found() -> None:
    with pytest.raises(UnknownDirection):
        Direction.named("sideways")

    assert Direction.named("arrival") is Direction.ARRIVAL
