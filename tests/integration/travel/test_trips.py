from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.travel.world import World, leg
from tests.support.client import Client
from tests.support.waiting import wait_until

Api = Callable[..., Client]


def test_a_confirmed_delegate_has_an_open_trip(world: World) -> None:
    trip = world.trip("ada")

    answer = world.api.get(f"/v1/trips/{trip['id']}")

    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"1"'
    assert answer.json() == trip
    assert (trip["role"], trip["city_id"], trip["release_reason"]) == ("head", "tr-istanbul", "")
    assert (trip["wishes"], trip["bookings"]) == ({}, {})


def test_trips_are_listed_by_meeting_and_city_page_by_page(world: World) -> None:
    world.emit(
        world.confirmed("ada"), world.confirmed("ben"), world.confirmed("eva", city_id="gr-athens")
    )
    wait_until(lambda: len(world.trips()) == 3)

    first = world.api.get("/v1/trips", meeting_id=world.meeting, limit=2).json()
    cursor = first["next_cursor"]
    second = world.api.get("/v1/trips", meeting_id=world.meeting, limit=2, cursor=cursor).json()
    athens = world.api.get("/v1/trips", meeting_id=world.meeting, city_id="gr-athens").json()

    people = [trip["person_id"] for trip in (*first["items"], *second["items"])]
    assert people == [world.person("eva"), world.person("ada"), world.person("ben")]
    assert second["next_cursor"] is None
    assert [trip["person_id"] for trip in athens["items"]] == [world.person("eva")]


def test_a_city_lead_lists_its_own_citys_trips_alone(world: World, api: Api) -> None:
    world.trip("ada")
    lead = api("city_lead", cities=("tr-istanbul",))

    own = lead.get("/v1/trips", meeting_id=world.meeting, city_id="tr-istanbul")

    assert [trip["person_id"] for trip in own.json()["items"]] == [world.person("ada")]
    assert lead.get("/v1/trips", meeting_id=world.meeting).status_code == 403
    assert lead.get("/v1/trips", city_id="gr-athens").status_code == 403


def test_a_city_lead_gives_wishes_for_its_own_delegates(world: World, api: Api) -> None:
    path = f"/v1/trips/{world.trip()['id']}/wishes/arrival"
    wish = {
        "text": "Not before noon.",
        "departs_after": {"local": "2024-12-06T12:00", "zone": "Europe/Istanbul"},
    }

    answer = api("city_lead", cities=("tr-istanbul",)).put(path, wish)

    assert answer.status_code == 200
    assert answer.headers["Zirve-Seen"].endswith(";type=TripWishesGiven")
    given = answer.json()["wishes"]["arrival"]
    assert given["text"] == "Not before noon."
    assert given["departs_after"]["at"] == "2024-12-06T09:00:00.000Z"
    assert given["arrives_before"] is None
    assert api("city_lead", cities=("gr-athens",)).put(path, wish).status_code == 403
    assert api("host").put(path, wish).status_code == 403


def test_a_journey_is_booked_with_local_times_and_instants_at_both_ends(
    world: World, api: Api
) -> None:
    path = f"/v1/trips/{world.trip()['id']}/bookings/arrival"

    answer = api("city_lead", cities=("tr-istanbul",)).put(path, {"legs": [leg()]})

    assert answer.status_code == 200
    assert answer.headers["Zirve-Seen"].endswith("@2;type=TripBooked")
    booking = answer.json()["bookings"]["arrival"]
    assert (booking["number"], booking["party_id"]) == (1, None)
    (booked,) = booking["legs"]
    assert booked["departs"] == {
        "local": "2024-12-07T08:05:00",
        "zone": "Europe/Istanbul",
        "at": "2024-12-07T05:05:00.000Z",
    }
    assert booked["arrives"]["at"] == "2024-12-07T06:50:00.000Z"


def test_a_booking_needs_the_etag_that_was_seen_if_one_is_sent(world: World) -> None:
    path = f"/v1/trips/{world.trip()['id']}/bookings/arrival"
    first = world.api.put(path, {"legs": [leg()]}, headers={"If-Match": '"1"'})

    stale = world.api.put(path, {"legs": [leg(number="TK1")]}, headers={"If-Match": '"1"'})
    fresh = world.api.put(
        path, {"legs": [leg(number="TK2")]}, headers={"If-Match": first.headers["ETag"]}
    )

    assert stale.status_code == 412
    assert fresh.json()["bookings"]["arrival"]["number"] == 2
    assert fresh.json()["bookings"]["arrival"]["legs"][0]["number"] == "TK2"


def test_a_booking_repeated_with_its_key_is_made_once(world: World) -> None:
    path = f"/v1/trips/{world.trip()['id']}/bookings/arrival"
    headers = {"Idempotency-Key": world.mark}

    first = world.api.put(path, {"legs": [leg()]}, headers=headers)
    again = world.api.put(path, {"legs": [leg()]}, headers=headers)
    other = world.api.put(path, {"legs": [leg(number="TK2")]}, headers=headers)

    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def at(local: str, zone: str = "Europe/Tirane") -> dict[str, str]:
    return {"local": local, "zone": zone}


NO_DEPARTURE = {name: value for name, value in leg().items() if name != "departs"}


@pytest.mark.parametrize(
    ("legs", "field", "code"),
    [
        ([leg(arrives=at("2024-12-07T06:05"))], "arrives", "arrives_before_it_departs"),
        ([leg(origin="XXX")], "origin", "unknown_airport"),
        ([leg(mode="balloon")], "mode", "invalid"),
        ([leg(origin=7)], "origin", "wrong_type"),
        ([leg(seat="7A")], "seat", "unknown_field"),
        ([leg(departs=at("2024-03-31T02:30"))], "departs.local", "nonexistent_local_time"),
        ([leg(arrives=at("2024-10-27T02:30"))], "arrives.fold", "ambiguous_local_time"),
        ([leg(arrives=at("2024-12-07T10:00", "Moon"))], "arrives.zone", "unknown_zone"),
        ([NO_DEPARTURE], "departs", "missing"),
    ],
)
def test_a_leg_that_cannot_be_is_refused_by_the_field_and_nothing_changes(
    world: World, legs: list[Any], field: str, code: str
) -> None:
    trip = world.trip()

    answer = world.api.put(f"/v1/trips/{trip['id']}/bookings/arrival", {"legs": legs})

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == (f"legs.0.{field}", code)
    assert world.api.get(f"/v1/trips/{trip['id']}").json() == trip


def test_legs_that_overlap_are_refused(world: World) -> None:
    path = f"/v1/trips/{world.trip()['id']}/bookings/departure"

    answer = world.api.put(path, {"legs": [leg(), leg()]})

    assert (answer.status_code, answer.json()["code"]) == (422, "legs_overlap")
    assert answer.json()["errors"][0]["field"] == "legs.1.departs"


@pytest.mark.parametrize("legs", [[], [leg()] * 13])
def test_a_journey_has_one_to_twelve_legs(world: World, legs: list[Any]) -> None:
    path = f"/v1/trips/{world.trip()['id']}/bookings/departure"

    answer = world.api.put(path, {"legs": legs})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "legs")


def test_a_wish_that_cannot_be_met_is_refused(world: World) -> None:
    body = {
        "text": "Yesterday.",
        "departs_after": {"local": "2024-12-06T10:30", "zone": "Europe/Istanbul"},
        "arrives_before": {"local": "2024-12-06T08:30", "zone": "Europe/Tirane"},
    }

    answer = world.api.put(f"/v1/trips/{world.trip()['id']}/wishes/arrival", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "wish_cannot_be_met")


@pytest.mark.parametrize("what", ["wishes", "bookings"])
def test_nothing_is_arranged_for_a_released_trip(world: World, what: str) -> None:
    trip = world.trip()
    world.emit(world.withdrawn())
    world.until_trip("ada", "released")
    body = {"text": "Early."} if what == "wishes" else {"legs": [leg()]}

    answer = world.api.put(f"/v1/trips/{trip['id']}/{what}/arrival", body)

    assert (answer.status_code, answer.json()["code"]) == (409, "trip_is_released")


@pytest.mark.parametrize("what", ["wishes", "bookings"])
def test_a_direction_or_trip_that_there_is_not_is_not_found(world: World, what: str) -> None:
    trip = world.trip()
    body = {"text": "Early."} if what == "wishes" else {"legs": [leg()]}

    sideways = world.api.put(f"/v1/trips/{trip['id']}/{what}/sideways", body)
    nobody = world.api.put(f"/v1/trips/nobody/{what}/arrival", body)

    assert (sideways.status_code, sideways.json()["code"]) == (404, "unknown_direction")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "trip_not_found")
    assert world.api.get("/v1/trips/nobody").json()["code"] == "trip_not_found"


def test_nobody_enters_without_a_token(world: World, api: Api) -> None:
    path = f"/v1/trips/{world.trip()['id']}"
    nobody = api(None)

    for answer in (
        nobody.get(path),
        nobody.get("/v1/trips"),
        nobody.put(f"{path}/bookings/arrival", {"legs": [leg()]}),
        nobody.put(f"{path}/wishes/arrival", {"text": "Early."}),
    ):
        assert answer.status_code == 401


def test_another_citys_lead_neither_reads_nor_books_a_trip(world: World, api: Api) -> None:
    trip = world.trip()
    stranger = api("city_lead", cities=("gr-athens",))

    read = stranger.get(f"/v1/trips/{trip['id']}")
    booked = stranger.put(f"/v1/trips/{trip['id']}/bookings/arrival", {"legs": [leg()]})

    assert (read.status_code, read.json()["code"]) == (403, "not_your_city")
    assert (booked.status_code, booked.json()["code"]) == (403, "not_your_city")
    assert world.api.get(f"/v1/trips/{trip['id']}").json() == trip


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"text": "a", "text": "b"}', "application/json", 400),
        (b"", "application/json", 400),
        (b'{"text": "a"}', "text/plain", 415),
        (b'{"text": "' + b"a" * 5_000_000 + b'"}', "application/json", 413),
        (b'{"text": ""}', "application/json", 422),
        (b'{"text": 1}', "application/json", 422),
        (b"{}", "application/json", 422),
        (b'{"text": "a", "colour": "red"}', "application/json", 422),
        (b"[]", "application/json", 422),
    ],
    ids=lambda value: value[:20].decode() if isinstance(value, bytes) else str(value),
)
def test_a_body_that_cannot_be_read_changes_nothing(
    world: World, body: bytes, content_type: str, status: int
) -> None:
    trip = world.trip()
    path = f"/v1/trips/{trip['id']}/wishes/arrival"

    answer = world.api.send("PUT", path, data=body, headers={"Content-Type": content_type})

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert world.api.get(f"/v1/trips/{trip['id']}").json() == trip
