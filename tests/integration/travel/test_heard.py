from typing import Any

import pytest
import requests

from tests.integration.travel.world import World, leg
from tests.support.waiting import wait_until
from tests.unit.travel.builders import city_described, meeting_rescheduled, person_described


def after(world: World, token: str, path: str, **query: Any) -> requests.Response:
    """Ask once travel has handled what a token names."""
    return world.api.send("GET", path, params=query, headers={"Zirve-After": token})


def test_a_person_and_a_city_are_called_as_the_newest_event_says(world: World) -> None:
    city = f"tr-{world.mark}"
    world.trip("ada", city_id=city)

    token = world.emit(
        person_described(world.person("ada"), 2, name="Ada Two"),
        person_described(world.person("ada"), 1, name="Ada One"),
        city_described(city, 2, name="Two"),
        city_described(city, 1, name="One"),
    )

    arrivals = after(world, token, f"/v1/meetings/{world.meeting}/arrivals").json()["items"]
    assert [(row["name"], row["city"]) for row in arrivals] == [("Ada Two", "Two")]


def test_a_meeting_that_is_moved_decides_who_is_in_time(world: World) -> None:
    trip = world.trip()
    arriving = leg(arrives={"local": "2024-12-07T11:30", "zone": "Europe/Tirane"})
    world.api.put(f"/v1/trips/{trip['id']}/bookings/arrival", {"legs": [arriving]})

    token = world.emit(world.announced(1))
    path = f"/v1/meetings/{world.meeting}/arrivals"
    assert after(world, token, path).json()["items"][0]["in_time"] is False

    # From 11:00 to 13:00; an older announcement that comes late moves nothing back.
    token = world.emit(meeting_rescheduled(2, meeting_id=world.meeting), world.announced(1))
    assert after(world, token, path).json()["items"][0]["in_time"] is True


@pytest.mark.parametrize("times", [1, 3])
def test_a_withdrawal_gives_the_room_back_however_often_it_is_heard(
    world: World, times: int
) -> None:
    block, trip = world.block(), world.trip()
    stay = world.stay(block, trip)

    world.emit(world.withdrawn(reason="declined"), times=times)

    released = world.until_trip("ada", "released")
    assert released["release_reason"] == "declined"
    assert world.until_stay(stay["id"], "released")["release_reason"] == "trip_released"
    wait_until(lambda: world.left(block) == block["left"]["single"])


def test_a_confirmation_heard_three_times_opens_one_trip(world: World) -> None:
    world.emit(world.confirmed(), times=3)
    world.until_trip("ada", "open")
    token = world.emit(world.withdrawn())

    trips = after(world, token, "/v1/trips", meeting_id=world.meeting).json()["items"]

    assert [trip["state"] for trip in trips] == ["released"]
    answer = world.api.get(f"/v1/trips/{trips[0]['id']}")
    assert answer.headers["ETag"] == '"2"'


def test_a_withdrawal_that_overtakes_its_confirmation_leaves_the_trip_released(
    world: World,
) -> None:
    world.emit(world.withdrawn("ada", 2))
    world.until_trip("ada", "released")
    token = world.emit(world.confirmed("ada", 1))

    trips = after(world, token, "/v1/trips", meeting_id=world.meeting).json()["items"]

    assert [trip["state"] for trip in trips] == ["released"]


def test_who_was_never_confirmed_has_no_trip(world: World) -> None:
    token = world.emit(world.withdrawn("ada", 2, was_confirmed=False))

    trips = after(world, token, "/v1/trips", meeting_id=world.meeting).json()["items"]

    assert trips == []


def test_a_delegate_who_returns_has_the_same_trip_its_bookings_and_no_room(world: World) -> None:
    block, trip = world.block(), world.trip()
    stay = world.stay(block, trip)
    world.api.put(f"/v1/trips/{trip['id']}/bookings/arrival", {"legs": [leg()]})
    world.emit(world.withdrawn("ada", 2))
    world.until_trip("ada", "released")

    world.emit(world.confirmed("ada", 3, role="member"))

    again = world.until_trip("ada", "open")
    assert (again["id"], again["role"], again["release_reason"]) == (trip["id"], "member", "")
    assert again["bookings"]["arrival"]["number"] == 1
    world.until_stay(stay["id"], "released")
    wait_until(lambda: world.left(block) == block["left"]["single"])
    assert world.stay(block, again)["state"] == "confirmed"


def test_a_cancelled_meeting_stops_every_trip_and_frees_every_room(world: World) -> None:
    block = world.block()
    trips = world.travellers(["ada", "ben"])
    stays = [world.stay(block, trip) for trip in trips]

    world.emit(world.cancelled(), times=2)

    for name in ("ada", "ben"):
        assert world.until_trip(name, "released")["release_reason"] == "meeting_cancelled"
    for stay in stays:
        world.until_stay(stay["id"], "released")
    wait_until(lambda: world.left(block) == block["left"]["single"])


def test_who_is_confirmed_for_a_cancelled_meeting_does_not_travel(world: World) -> None:
    token = world.emit(world.cancelled())
    assert after(world, token, "/v1/trips").status_code == 200

    world.emit(world.confirmed())

    trip = world.until_trip("ada", "released")
    assert trip["release_reason"] == "meeting_cancelled"


def test_what_travel_cannot_read_is_parked_and_holds_nobody_up(world: World) -> None:
    before = world.parked()
    world.emit_broken("DelegateConfirmed")

    assert world.trip("ada")["state"] == "open"

    wait_until(lambda: world.parked() == before + 1)


def test_nothing_is_left_open_when_all_is_heard(world: World) -> None:
    world.stay(world.block(), world.trip())

    def settled() -> bool:
        status = world.api.get("/v1/status").json()
        return (status["outbox"], status["waiting"]) == (0, 0)

    wait_until(settled)
