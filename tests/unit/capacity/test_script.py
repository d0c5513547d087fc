import pytest

from services.events.domain.participation import Participation
from shared.ids import derived_id
from tests.bench.capacity.script import PER_CITY, ROOMS, STEPS, Meeting, cities

CITIES = [row["city_id"] for row in cities()]


@pytest.fixture
def meeting() -> Meeting:
    made = Meeting.of("m", 144, CITIES)
    made.id = "meeting-1"
    made.people = [f"p{number}" for number in range(144)]
    made.blocks = ["b0", "b1", "b2"]
    return made


def test_the_network_has_cities_enough_for_the_largest_meeting_and_invents_none():
    assert len(CITIES) >= 144 // PER_CITY
    assert not [row for row in cities() if row["sample"] == "true"]


def test_delegates_are_spread_over_their_cities(meeting):
    assert len(meeting.cities) == 36
    assert len([each for each in range(144) if meeting.city_of(each) == CITIES[0]]) == PER_CITY


def test_a_small_meeting_has_a_city_at_least():
    assert Meeting.of("m", 1, CITIES).cities == CITIES[:1]


@pytest.mark.parametrize("step", [step for step in STEPS if step != "call"])
def test_a_step_has_chains_for_each_that_its_cost_is_counted_by(meeting, step):
    chains = meeting.chains(step)

    assert len(chains) == (1 if step in ("invite", "move") else meeting.size(step))


def test_no_key_is_used_twice(meeting):
    keys = [
        command.key
        for step in STEPS
        for chain in meeting.chains(step)
        for command in chain
        if command.method != "GET"
    ]

    assert len(keys) == len(set(keys))


def test_an_invitation_is_found_where_events_puts_it(meeting):
    (command,) = meeting.chains("answer")[0]

    assert Participation("meeting-1", CITIES[0]).invitation_id in command.path


def test_a_trip_is_found_where_travel_puts_it(meeting):
    assert meeting.trip_of(0) == derived_id("travel.trip", "meeting-1", CITIES[0], "p0")


def test_delegates_are_lodged_in_the_block_of_their_number(meeting):
    (command,) = meeting.lodging(ROOMS)

    assert "/blocks/b1/" in command.path
