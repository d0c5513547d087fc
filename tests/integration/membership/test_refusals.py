"""What every door refuses alike: no token, another role, a body that cannot be read or used."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.membership.service import MembershipService
from shared.web.door import PATH_ARGUMENT, Door, doors_of
from tests.integration.membership.world import World, refusal
from tests.support.client import Client

DOORS = doors_of(MembershipService)
CITY = {"name": "Istanbul", "country": "TR", "zone": "Europe/Istanbul", "languages": ["tr"]}


def knock(door: Door, client: Client) -> tuple[int, str, list[str]]:
    path = PATH_ARGUMENT.sub("2024", door.path)  # A year, or an id that nobody has.
    return refusal(client.send(door.method, path, json={} if door.has_body else None))


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_nobody_enters_without_a_token(door: Door, api: Callable[..., Client]) -> None:
    assert knock(door, api(None)) == (401, "unauthenticated", [])


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_nobody_enters_in_a_role_that_the_door_does_not_name(
    door: Door, api: Callable[..., Client]
) -> None:
    role = next(each for each in ("operator", "host") if each not in door.allow.scopes)

    assert knock(door, api(role)) == (403, "forbidden", [])


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"{", "application/json", (400, "not_json", [])),
        (b"", "application/json", (400, "not_json", [])),
        (b'{"name": 1, "name": 2}', "application/json", (400, "not_json", [])),
        (b" " * 5_000_000, "application/json", (413, "body_too_large", [])),
        (b"name=Istanbul", "text/plain", (415, "unsupported_media_type", [])),
        (b"[]", "application/json", (422, "invalid", [""])),
        (
            json.dumps({**CITY, "name": 5}).encode(),
            "application/json",
            (422, "invalid", ["name"]),
        ),
        (
            json.dumps({**CITY, "mayor": "x"}).encode(),
            "application/json",
            (422, "invalid", ["mayor"]),
        ),
        (
            json.dumps({"name": "Istanbul"}).encode(),
            "application/json",
            (422, "invalid", ["country", "languages", "zone"]),
        ),
    ],
    ids=[
        "bad JSON",
        "nothing",
        "a key twice",
        "5 MB",
        "another type",
        "a list",
        "a wrong type",
        "an unknown field",
        "missing fields",
    ],
)
def test_a_body_that_cannot_be_used_changes_nothing(
    organiser: Client,
    world: World,
    body: bytes,
    content_type: str,
    expected: tuple[int, str, list[str]],
) -> None:
    path = f"/v1/cities/{world.a_member()}"
    before = organiser.get(path)

    answer = organiser.send("PUT", path, data=body, headers={"Content-Type": content_type})

    status, code, fields = refusal(answer)
    assert (status, code, sorted(fields)) == expected
    after = organiser.get(path)
    assert (after.headers["ETag"], after.json()) == (before.headers["ETag"], before.json())


@pytest.mark.parametrize("path", ["/v1/people", "/v1/bodies", "/v1/imports"])
def test_what_creates_something_needs_a_key(organiser: Client, path: str) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "/v1/people": {"city_id": "tr-istanbul", "name": "Defne"},
        "/v1/bodies": {"name": "Board", "kind": "executive_board", "seats": ["Host"]},
        "/v1/imports": {"kind": "cities", "format": "csv", "content": HEADER_AND_ROW},
    }

    answer = organiser.send("POST", path, json=bodies[path])

    assert refusal(answer) == (400, "idempotency_key_missing", [])


HEADER_AND_ROW = (
    "city_id,name_en,name_local,name_local_latin,name_tr,country_iso2,timezone,"
    "languages_bcp47,airports,sample,joined,left\r\n"
    "tr-istanbul,Istanbul,,,,TR,Europe/Istanbul,tr,,false,,\r\n"
)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PUT", "", CITY),
        ("POST", "/admission", {"since": "2021-11-30"}),
        ("POST", "/suspension", {"reason": "Dues."}),
        ("POST", "/reinstatement", {}),
        ("POST", "/departure", {"reason": "Council."}),
    ],
)
def test_a_city_nobody_entered_is_unknown(
    organiser: Client, world: World, method: str, path: str, body: Any
) -> None:
    answer = organiser.send(method, f"/v1/cities/{world.city_id()}{path}", json=body)

    assert refusal(answer) == (404, "unknown_city", [])


def test_of_many_applications_for_one_city_one_is_taken(
    api: Callable[..., Client], world: World
) -> None:
    given = {**CITY, "city_id": world.city_id()}
    clients = [api() for _ in range(12)]

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(lambda client: client.post("/v1/cities", given), clients))

    taken = [answer for answer in answers if answer.status_code == 201]
    refused = [refusal(answer) for answer in answers if answer.status_code != 201]
    assert len(taken) == 1
    assert refused == [(409, "city_exists", [])] * 11


def test_of_many_cities_for_one_seat_one_gets_it(api: Callable[..., Client], world: World) -> None:
    body = world.a_body()
    path = f"/v1/bodies/{body['id']}/seats/{body['seats'][0]['id']}/terms"
    cities = [world.a_member() for _ in range(8)]

    def fill(city_id: str) -> Any:
        return api().post(path, {"city_id": city_id, "starts_on": "2024-01-31"})

    with ThreadPoolExecutor(len(cities)) as pool:
        answers = list(pool.map(fill, cities))

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, *[409] * 7]
    (term,) = api().get(f"/v1/bodies/{body['id']}").json()["seats"][0]["terms"]
    assert term["city_id"] in cities
