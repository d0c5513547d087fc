from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.travel.world import World
from tests.support.client import Client
from tests.support.waiting import wait_until

Api = Callable[..., Client]


def test_a_block_shows_its_stock_and_what_is_left_night_by_night(world: World) -> None:
    rooms = [
        world.room("single", 6, 7, 4),
        world.room("single", 7, 7, 1),
        world.room("suite $1.b", 6, 6, 2),
    ]

    block = world.block(rooms)

    assert block["stock"] == block["left"]
    assert block["stock"] == {
        "single": {"2024-12-06": 4, "2024-12-07": 5},
        "suite $1.b": {"2024-12-06": 2},
    }
    assert world.api.get(f"/v1/blocks/{block['id']}").json() == block
    assert world.api.get("/v1/blocks", meeting_id=world.meeting).json()["items"] == [block]
    assert world.api.get("/v1/blocks", meeting_id="another").json()["items"] == []


def test_a_stay_takes_a_room_and_its_release_brings_it_back(world: World, api: Api) -> None:
    block, trip = world.block(), world.trip()
    host = api("host")

    answer = host.post(f"/v1/blocks/{block['id']}/stays", world.wanted(trip))

    assert answer.status_code == 201
    assert answer.headers["Zirve-Seen"].endswith(";type=StayReserved")
    reserved = answer.json()
    assert (reserved["hotel"], reserved["person_id"]) == ("Hotel Rogner", world.person("ada"))
    assert world.left(block) == {"2024-12-06": 1, "2024-12-07": 1, "2024-12-08": 2}
    stay = world.until_stay(reserved["id"], "confirmed")
    assert {**reserved, "state": "confirmed", "release_reason": ""} == stay

    released = host.post(f"/v1/stays/{stay['id']}/release", {"reason": "Stays with a cousin."})

    assert released.json()["state"] == "released"
    assert released.json()["release_reason"] == "Stays with a cousin."
    wait_until(lambda: world.left(block) == block["left"]["single"])


def test_a_stay_reserved_twice_with_one_key_is_one_stay(world: World) -> None:
    block, trip = world.block(), world.trip()
    path = f"/v1/blocks/{block['id']}/stays"

    first = world.api.post(path, world.wanted(trip), key=world.mark)
    again = world.api.post(path, world.wanted(trip), key=world.mark)
    keyless = world.api.send("POST", path, json=world.wanted(trip))

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert world.left(block)["2024-12-06"] == 1
    assert (keyless.status_code, keyless.json()["code"]) == (400, "idempotency_key_missing")


@pytest.mark.parametrize(
    ("override", "status", "field", "code"),
    [
        ({"trip_id": "nobody"}, 422, "trip_id", "unknown_trip"),
        ({"room_type": "suite"}, 422, "room_type", "unknown_room_type"),
        ({"arrives_on": "2024-12-05"}, 422, "arrives_on", "unknown_night"),
        ({"departs_on": "2024-12-10"}, 422, "departs_on", "unknown_night"),
        ({"departs_on": "2024-12-06"}, 422, "departs_on", "departs_before_arrival"),
        ({"departs_on": "2025-12-06"}, 422, "departs_on", "too_many_nights"),
        ({"departs_on": "20241208"}, 422, "departs_on", "invalid"),
        ({"departs_on": 8}, 422, "departs_on", "wrong_type"),
        ({"room_type": "a\x00b"}, 422, "room_type", "invalid"),
        ({"nights": 2}, 422, "nights", "unknown_field"),
    ],
)
def test_a_stay_that_cannot_be_is_refused_by_the_field_and_takes_nothing(
    world: World, override: dict[str, Any], status: int, field: str, code: str
) -> None:
    block, trip = world.block(), world.trip()

    answer = world.api.post(f"/v1/blocks/{block['id']}/stays", world.wanted(trip, **override))

    assert answer.status_code == status
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == (field, code)
    assert world.api.get(f"/v1/blocks/{block['id']}").json() == block


def test_a_guest_of_another_meeting_gets_no_room(world: World) -> None:
    trip = world.trip()
    other = world.api.post("/v1/blocks", world.offer(meeting_id=f"other-{world.mark}")).json()

    answer = world.api.post(f"/v1/blocks/{other['id']}/stays", world.wanted(trip))

    assert (answer.status_code, answer.json()["code"]) == (422, "other_meeting")


def test_a_guest_who_does_not_travel_gets_no_room(world: World) -> None:
    block, trip = world.block(), world.trip()
    world.emit(world.withdrawn())
    world.until_trip("ada", "released")

    answer = world.api.post(f"/v1/blocks/{block['id']}/stays", world.wanted(trip))

    assert (answer.status_code, answer.json()["code"]) == (409, "trip_is_released")


def test_a_guest_has_one_room_a_night(world: World) -> None:
    block, trip = world.block(), world.trip()
    stay = world.stay(block, trip, 6, 8)

    answer = world.api.post(f"/v1/blocks/{block['id']}/stays", world.wanted(trip, 7, 9))

    assert (answer.status_code, answer.json()["code"]) == (409, "already_stays")
    assert answer.json()["params"]["stay_id"] == stay["id"]


def test_a_full_night_refuses_the_whole_stay_and_is_named(world: World) -> None:
    block = world.block()
    ada, ben, cem = world.travellers(["ada", "ben", "cem"])
    world.stay(block, ada, 7, 8)
    world.stay(block, ben, 7, 8)

    answer = world.api.post(f"/v1/blocks/{block['id']}/stays", world.wanted(cem, 6, 9))

    assert (answer.status_code, answer.json()["code"]) == (409, "no_room_left")
    assert answer.json()["params"]["nights"] == "2024-12-07"
    assert world.left(block) == {"2024-12-06": 2, "2024-12-07": 0, "2024-12-08": 2}


def test_a_room_is_given_back_once(world: World) -> None:
    stay = world.stay(world.block(), world.trip())
    path = f"/v1/stays/{stay['id']}/release"
    world.api.post(path, {"reason": "Once."})

    again = world.api.post(path, {"reason": "Twice."})
    unexplained = world.api.post(path, {})

    assert (again.status_code, again.json()["code"]) == (409, "already_released")
    assert (unexplained.status_code, unexplained.json()["errors"][0]["field"]) == (422, "reason")
    assert world.api.get(f"/v1/stays/{stay['id']}").json()["release_reason"] == "Once."


@pytest.mark.parametrize(
    ("override", "field", "code"),
    [
        ({"last_night": "2024-12-05"}, "rooms.0.last_night", "last_night_before_first"),
        ({"last_night": "2025-12-05"}, "rooms.0.last_night", "too_many_nights"),
        ({"count": 0}, "rooms.0.count", "invalid"),
        ({"count": "2"}, "rooms.0.count", "wrong_type"),
        ({"room_type": ""}, "rooms.0.room_type", "invalid"),
    ],
)
def test_an_offer_that_cannot_be_is_refused_by_the_field(
    world: World, override: dict[str, Any], field: str, code: str
) -> None:
    room = world.room("single", 6, 6, 1)

    answer = world.api.post("/v1/blocks", world.offer([{**room, **override}]))

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == (field, code)
    assert world.api.get("/v1/blocks", meeting_id=world.meeting).json()["items"] == []


def test_blocks_and_stays_that_there_are_not_are_not_found(world: World) -> None:
    trip = world.trip()

    for answer, code in (
        (world.api.get("/v1/blocks/none"), "block_not_found"),
        (world.api.post("/v1/blocks/none/stays", world.wanted(trip)), "block_not_found"),
        (world.api.get("/v1/stays/none"), "stay_not_found"),
        (world.api.post("/v1/stays/none/release", {"reason": "No."}), "stay_not_found"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, code)


def test_city_leads_see_their_own_guests_room_and_arrange_none(world: World, api: Api) -> None:
    block, trip = world.block(), world.trip()
    stay = world.stay(block, trip)
    own, stranger = api("city_lead", ("tr-istanbul",)), api("city_lead", ("gr-athens",))

    assert own.get(f"/v1/stays/{stay['id']}").json() == stay
    assert stranger.get(f"/v1/stays/{stay['id']}").status_code == 403
    for answer in (
        own.post("/v1/blocks", world.offer()),
        own.get("/v1/blocks"),
        own.get(f"/v1/blocks/{block['id']}"),
        own.get(f"/v1/blocks/{block['id']}/stays"),
        own.post(f"/v1/blocks/{block['id']}/stays", world.wanted(trip, 8, 9)),
        own.post(f"/v1/stays/{stay['id']}/release", {"reason": "No."}),
        api("host").post("/v1/blocks", world.offer()),
    ):
        assert answer.status_code == 403
    assert api(None).get(f"/v1/blocks/{block['id']}/stays").status_code == 401
