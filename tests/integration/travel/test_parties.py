from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.travel.world import World, leg
from tests.support.client import Client
from tests.support.waiting import wait_until

Api = Callable[..., Client]


def booked_legs(world: World, direction: str = "arrival") -> dict[str, Any]:
    """Return each person's party and flight, as far as they are booked."""
    found = {}
    for person, trip in world.trips().items():
        booking = trip["bookings"].get(direction)
        if booking is not None:
            found[person] = booking["party_id"], booking["legs"][0]["number"]
    return found


def test_a_party_of_two_cities_is_booked_and_moved_as_one(world: World) -> None:
    ada = world.trip("ada")
    ben = world.trip("ben", city_id="tr-canakkale")
    party = world.party(ada, ben)
    path = f"/v1/parties/{party['id']}"

    first = world.api.put(f"{path}/bookings/arrival", {"legs": [leg()]})
    assert first.status_code == 200
    assert first.headers["Zirve-Seen"].endswith(";type=PartyBooked")
    both = {world.person("ada"), world.person("ben")}
    wait_until(lambda: booked_legs(world) == dict.fromkeys(both, (party["id"], "TK1073")))

    world.api.put(f"{path}/bookings/arrival", {"legs": [leg(number="TK1075")]})
    wait_until(lambda: booked_legs(world) == dict.fromkeys(both, (party["id"], "TK1075")))

    known = world.api.get(path).json()
    assert known["trip_ids"] == [ada["id"], ben["id"]]
    assert known["bookings"]["arrival"]["legs"][0]["number"] == "TK1075"
    assert "departure" not in known["bookings"]


def test_who_is_booked_alone_leaves_the_party_until_it_is_booked_again(world: World) -> None:
    ada = world.trip("ada")
    party = world.party(ada)
    legs = {"legs": [leg(number="TK1")]}
    world.api.put(f"/v1/parties/{party['id']}/bookings/departure", legs)
    person = world.person("ada")
    wait_until(lambda: booked_legs(world, "departure") == {person: (party["id"], "TK1")})

    world.api.put(f"/v1/trips/{ada['id']}/bookings/departure", {"legs": [leg(number="TK2")]})
    assert booked_legs(world, "departure") == {person: (None, "TK2")}

    world.api.put(f"/v1/parties/{party['id']}/bookings/departure", legs)
    wait_until(lambda: booked_legs(world, "departure") == {person: (party["id"], "TK1")})
    assert world.trips()[person]["bookings"]["departure"]["number"] == 3


def test_a_party_formed_twice_with_one_key_is_one_party(world: World) -> None:
    trip = world.trip()
    body = {"meeting_id": world.meeting, "name": "One", "trip_ids": [trip["id"]]}

    first = world.api.post("/v1/parties", body, key=world.mark)
    again = world.api.post("/v1/parties", body, key=world.mark)
    other = world.api.post("/v1/parties", {**body, "name": "Two"}, key=world.mark)
    keyless = world.api.send("POST", "/v1/parties", json=body)

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (keyless.status_code, keyless.json()["code"]) == (400, "idempotency_key_missing")


@pytest.mark.parametrize(
    ("trip_ids", "field", "code"),
    [
        (["ada", "nobody"], "trip_ids.1", "unknown_trip"),
        (["ada", "ada"], "trip_ids.0", "trip_named_twice"),
        (["ada", "elsewhere"], "trip_ids.1", "other_meeting"),
        ([], "trip_ids", "invalid"),
        ([7], "trip_ids.0", "wrong_type"),
    ],
)
def test_a_party_that_cannot_be_is_refused_by_the_field(
    world: World, trip_ids: list[Any], field: str, code: str
) -> None:
    known = {"ada": world.trip("ada")["id"]}
    if "elsewhere" in trip_ids:
        token = world.emit(world.confirmed("eva", meeting_id=f"other-{world.mark}"))
        answer = world.api.send(
            "GET",
            "/v1/trips",
            params={"meeting_id": f"other-{world.mark}"},
            headers={"Zirve-After": token},
        )
        known["elsewhere"] = answer.json()["items"][0]["id"]
    body = {
        "meeting_id": world.meeting,
        "name": "Bosphorus",
        "trip_ids": [known.get(each, each) for each in trip_ids],
    }

    answer = world.api.post("/v1/parties", body)

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == (field, code)


def test_a_released_trip_joins_no_party(world: World) -> None:
    trip = world.trip()
    world.emit(world.withdrawn())
    world.until_trip("ada", "released")

    body = {"meeting_id": world.meeting, "name": "Late", "trip_ids": [trip["id"]]}
    answer = world.api.post("/v1/parties", body)

    assert (answer.status_code, answer.json()["code"]) == (409, "trip_is_released")


def test_a_party_or_direction_that_there_is_not_is_not_found(world: World) -> None:
    party = world.party(world.trip())
    legs = {"legs": [leg()]}

    for answer, code in (
        (world.api.get("/v1/parties/none"), "party_not_found"),
        (world.api.put("/v1/parties/none/bookings/arrival", legs), "party_not_found"),
        (world.api.put(f"/v1/parties/{party['id']}/bookings/up", legs), "unknown_direction"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, code)


def test_a_partys_journey_that_cannot_be_is_refused(world: World) -> None:
    party = world.party(world.trip())
    path = f"/v1/parties/{party['id']}/bookings/arrival"

    answer = world.api.put(path, {"legs": [leg(destination="QQQ")]})

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_airport")
    assert world.api.get(f"/v1/parties/{party['id']}").json() == party


def test_only_organisers_arrange_parties_and_hosts_may_look(world: World, api: Api) -> None:
    trip = world.trip()
    party = world.party(trip)
    path = f"/v1/parties/{party['id']}"
    body = {"meeting_id": world.meeting, "name": "Own", "trip_ids": [trip["id"]]}

    for role in ("host", "city_lead", "operator"):
        client = api(role, cities=("tr-istanbul",))
        assert client.post("/v1/parties", body).status_code == 403
        assert client.put(f"{path}/bookings/arrival", {"legs": [leg()]}).status_code == 403
        assert client.get(path).status_code == (200 if role == "host" else 403)
    assert api(None).get(path).status_code == 401
