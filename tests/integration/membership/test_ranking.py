"""The ranking of a network of its own, as it is told to those who follow it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from tests.integration.membership.world import Listener, World
from tests.support.client import Client
from tests.support.running_service import RunningService
from tests.support.waiting import wait_until

Json = dict[str, Any]

HEADER = (
    "city_id,name_en,name_local,name_local_latin,name_tr,country_iso2,timezone,"
    "languages_bcp47,airports,sample,joined,left"
)
SETTINGS = {"TIMER_POLL_SECONDS": "0.2"}


class Told:
    """What is told of a ranking."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def until(self, expected: list[str]) -> Json:
        """Wait until the newest order is this one; returns what was told."""

        def newest() -> Json | None:
            _, body = self._listener.events_of("ranking")[-1]
            positions: dict[str, int] = body["positions"]
            in_order = sorted(positions, key=positions.__getitem__)
            return body if in_order == expected else None

        return wait_until(newest, 20, what=f"the order {expected}") or {}


@pytest.fixture
def membership(run_service: Callable[..., RunningService]) -> RunningService:
    """Run a membership that nobody else uses."""
    return run_service("membership", SETTINGS)


@pytest.fixture
def organiser(membership: RunningService, client: Callable[..., Client]) -> Client:
    return client(membership)


@pytest.fixture
def told(membership: RunningService) -> Iterator[Told]:
    with Listener(membership.amqp_uri) as listener:
        yield Told(listener)


def a_network(organiser: Client) -> World:
    """Make three members, of which Sofia presides in 2025 and Zagreb in 2026."""
    world = World(organiser)
    for city_id in ("bg-sofia", "hr-zagreb", "ba-zenica"):
        world.a_member(city_id, name=city_id[3:].title(), names={})
    for year, city_id in ((2025, "bg-sofia"), (2026, "hr-zagreb")):
        post(organiser, "/v1/presidencies", {"year": year, "city_id": city_id})
    return world


def set_clock(organiser: Client, now: str) -> None:
    assert organiser.put("/v1/clock", {"now": now}).status_code == 200


def test_a_network_that_decided_nothing_has_rules_all_the_same(organiser: Client) -> None:
    rules = organiser.get("/v1/precedence").json()["rules"]

    assert [each["rule"] for each in rules] == [
        "host",
        "presidency",
        "founding_presidency",
        "body",
        "standing",
        "office_rank",
        "seniority",
        "alphabetical",
    ]
    assert organiser.get("/v1/precedence/order").json()["places"] == []


def test_the_president_of_the_new_year_comes_first_when_it_begins(
    organiser: Client, told: Told
) -> None:
    set_clock(organiser, "2025-12-31T22:00:00Z")
    a_network(organiser)

    old = told.until(["bg-sofia", "hr-zagreb", "ba-zenica"])
    set_clock(organiser, "2026-01-01T00:00:01Z")
    new = told.until(["hr-zagreb", "bg-sofia", "ba-zenica"])

    assert (old["on"], new["on"]) == ("2025-12-31", "2026-01-01")
    assert new["ranking"] == old["ranking"] + 1
    assert (new["part"], new["is_last"], new["language"]) == (1, True, "en")


def test_a_seat_and_an_office_that_move_a_city_are_told(organiser: Client, told: Told) -> None:
    set_clock(organiser, "2025-06-01T09:00:00Z")
    world = a_network(organiser)
    board = world.a_body()
    seat = f"/v1/bodies/{board['id']}/seats/{board['seats'][0]['id']}"
    told.until(["bg-sofia", "hr-zagreb", "ba-zenica"])

    post(organiser, f"{seat}/terms", {"city_id": "ba-zenica", "starts_on": "2025-02-25"})
    told.until(["bg-sofia", "ba-zenica", "hr-zagreb"])

    post(organiser, f"{seat}/vacancy", {"since": "2025-06-01"})
    told.until(["bg-sofia", "hr-zagreb", "ba-zenica"])

    a_mayor(organiser, world, "ba-zenica", "2024-04-01")
    told.until(["bg-sofia", "ba-zenica", "hr-zagreb"])

    a_mayor(organiser, world, "hr-zagreb", "2021-06-04")
    told.until(["bg-sofia", "hr-zagreb", "ba-zenica"])


def test_who_belongs_to_the_network_and_its_rules_are_told(organiser: Client, told: Told) -> None:
    set_clock(organiser, "2025-06-01T09:00:00Z")
    world = a_network(organiser)
    told.until(["bg-sofia", "hr-zagreb", "ba-zenica"])

    post(organiser, "/v1/cities/hr-zagreb/suspension", {"reason": "Dues."})
    told.until(["bg-sofia", "ba-zenica", "hr-zagreb"])

    post(organiser, "/v1/cities/hr-zagreb/reinstatement", {})
    told.until(["bg-sofia", "hr-zagreb", "ba-zenica"])

    post(organiser, "/v1/presidencies", {"year": 2024, "city_id": "ba-zenica"})
    told.until(["bg-sofia", "ba-zenica", "hr-zagreb"])

    world.a_member("tr-ankara", name="Ankara")
    told.until(["bg-sofia", "ba-zenica", "tr-ankara", "hr-zagreb"])

    post(organiser, "/v1/cities/ba-zenica/departure", {"reason": "Own wish."})
    told.until(["bg-sofia", "tr-ankara", "hr-zagreb"])

    organiser.put("/v1/precedence", {"rules": []})
    told.until(["tr-ankara", "bg-sofia", "hr-zagreb"])

    described = {"country": "BG", "zone": "Europe/Sofia", "languages": ["bg"], "name": "Zofia"}
    organiser.put("/v1/cities/bg-sofia", described)
    told.until(["tr-ankara", "hr-zagreb", "bg-sofia"])


def post(organiser: Client, path: str, given: Json) -> None:
    answer = organiser.post(path, given)
    assert answer.status_code in (200, 201), answer.text


def a_mayor(organiser: Client, world: World, city_id: str, since: str) -> None:
    given = {"office": "mayor", "starts_on": since, "person_id": world.a_person(city_id)}
    post(organiser, f"/v1/cities/{city_id}/office-holders", given)


def test_a_burst_of_facts_is_ranked_a_few_times_and_none_is_missed(
    organiser: Client, membership: RunningService, mongo: str, told: Told
) -> None:
    cities = [f"tr-{number:03}" for number in range(300)]
    lines = [f"{each},{each},,,,TR,Europe/Istanbul,tr,,false,2021-11," for each in cities]

    sheet = {"kind": "cities", "format": "csv", "content": "\r\n".join((HEADER, *lines))}
    post(organiser, "/v1/imports", {**sheet, "commit": True})

    last = told.until(cities)
    assert last["ranking"] <= 10
    with MongoClient[dict[str, Any]](mongo) as client:
        ranking = client[membership.database_name]["rankings"].find_one({"_id": "ranking"})
    assert ranking is not None
    assert ranking["_version"] <= 2 * 10 + 10
