from collections.abc import Callable
from typing import Any

from tests.integration.travel.world import World, drive, leg
from tests.support.client import Client
from tests.support.waiting import wait_until
from tests.unit.travel.builders import city_described, person_described

Api = Callable[..., Client]


def book(world: World, name: str, direction: str, legs: list[dict[str, Any]]) -> None:
    trip = world.trips()[world.person(name)]
    answer = world.api.put(f"/v1/trips/{trip['id']}/bookings/{direction}", {"legs": legs})
    assert answer.status_code == 200, answer.text


def people(rows: list[Any], world: World) -> list[str]:
    return [row["person_id"].removesuffix(f"-{world.mark}") for row in rows]


def test_arrivals_are_in_true_time_whatever_the_clocks_show_and_incomplete_ones_on_top(
    world: World,
) -> None:
    world.travellers(["ada", "ben", "cem", "dora"])
    book(world, "ada", "arrival", [leg()])  # 07:50 in Tirana, 06:50 UTC
    # 08:45 in Athens is 06:45 UTC: five minutes before, though its clock is an hour ahead.
    book(world, "ben", "arrival", [drive("2024-12-07T04:00", "2024-12-07T08:45", "Europe/Athens")])
    book(world, "cem", "arrival", [drive("2024-12-06T22:00", "2024-12-06T23:30")])

    rows = world.manifest("arrivals")

    assert people(rows, world) == ["dora", "cem", "ben", "ada"]
    assert [row["complete"] for row in rows] == [False, True, True, True]
    assert rows[0]["leg"] is None
    assert rows[3]["leg"]["departs"]["local"] == "2024-12-07T08:05:00"
    assert rows[3]["leg"]["arrives"]["at"] == "2024-12-07T06:50:00.000Z"


def test_a_manifest_pages_on_from_those_not_booked_to_those_who_are(world: World) -> None:
    world.travellers(["ada", "ben", "cem", "dora", "eva"])
    book(world, "ada", "arrival", [leg()])
    book(world, "ben", "arrival", [drive("2024-12-06T22:00", "2024-12-06T23:30")])

    seen: list[Any] = []
    cursor: dict[str, Any] = {}
    path = f"/v1/meetings/{world.meeting}/arrivals"
    for _ in range(5):
        page = world.api.get(path, limit=1, **cursor).json()
        seen += page["items"]
        cursor = {"cursor": page["next_cursor"]}

    assert page["next_cursor"] is None
    assert set(people(seen[:3], world)) == {"cem", "dora", "eva"}
    assert people(seen[3:], world) == ["ben", "ada"]


def test_a_row_says_who_comes_for_whom_with_whom_and_sleeps_where(world: World) -> None:
    ada = world.trip("ada", city_id=f"tr-{world.mark}")
    world.emit(
        person_described(
            world.person("ada"), name="Ada Öztürk", original_name="Âdâ", title="Mayor"
        ),
        city_described(f"tr-{world.mark}", name="Istanbul"),
        world.announced(),
    )
    party = world.party(ada)
    in_by_road = [leg(), drive("2024-12-07T09:00", "2024-12-07T12:01")]
    world.api.put(f"/v1/parties/{party['id']}/bookings/arrival", {"legs": in_by_road})
    home = leg(
        departs={"local": "2024-12-08T10:00", "zone": "Europe/Tirane"},
        arrives={"local": "2024-12-08T14:00", "zone": "Europe/Istanbul"},
    )
    book(world, "ada", "departure", [drive("2024-12-07T14:59", "2024-12-07T16:00"), home])
    world.stay(world.block(), ada, 6, 8)

    def complete() -> Any:
        (row,) = world.manifest("arrivals")
        known = row["name"] and row["city"] and row["party"] and row["in_time"] is not None
        return row if known else None

    row = wait_until(complete)
    (out,) = world.manifest("departures")

    assert (row["name"], row["original_name"], row["title"]) == ("Ada Öztürk", "Âdâ", "Mayor")
    assert (row["city"], row["city_id"], row["role"]) == ("Istanbul", f"tr-{world.mark}", "head")
    assert (row["party"], row["party_id"]) == ("Bosphorus", party["id"])
    assert (row["hotel"], row["leg"]["mode"]) == ("Hotel Rogner", "road")
    assert row["leg"]["arrives"]["local"] == "2024-12-07T12:01:00"
    assert row["in_time"] is False
    assert (out["party"], out["leg"]["departs"]["local"]) == (None, "2024-12-07T14:59:00")
    assert out["in_time"] is False


def test_a_row_without_copies_is_listed_all_the_same(world: World) -> None:
    world.trip("ada", city_id=f"tr-{world.mark}")

    (row,) = world.manifest("arrivals")

    assert row["person_id"] == world.person("ada")
    assert (row["name"], row["city"], row["party"], row["hotel"]) == (None, None, None, None)


def test_the_first_hotel_is_shown_on_arrival_and_the_last_one_on_departure(world: World) -> None:
    trip = world.trip()
    first, last = world.block(), world.api.post("/v1/blocks", world.offer(hotel="Plaza")).json()
    world.stay(last, trip, 7, 9)
    world.stay(first, trip, 6, 7)

    assert world.manifest("arrivals")[0]["hotel"] == "Hotel Rogner"
    assert world.manifest("departures")[0]["hotel"] == "Plaza"


def test_a_released_trip_is_on_no_manifest(world: World) -> None:
    world.travellers(["ada", "ben"])
    book(world, "ada", "arrival", [leg()])
    world.emit(world.withdrawn("ada"))
    world.until_trip("ada", "released")

    assert people(world.manifest("arrivals"), world) == ["ben"]
    assert people(world.manifest("departures"), world) == ["ben"]
    assert world.trips()[world.person("ada")]["bookings"]["arrival"]["number"] == 1


def test_a_city_lead_sees_its_own_travellers_and_hosts_see_all(world: World, api: Api) -> None:
    world.trip("ada")
    world.trip("eva", city_id="gr-athens")
    lead = api("city_lead", ("gr-athens",))

    for which in ("arrivals", "departures"):
        path = f"/v1/meetings/{world.meeting}/{which}"
        assert people(world.manifest(which, lead, city_id="gr-athens"), world) == ["eva"]
        assert len(world.manifest(which, api("host"))) == 2
        assert lead.get(path).status_code == 403
        assert lead.get(path, city_id="tr-istanbul").status_code == 403
        assert api("operator").get(path).status_code == 403
        assert api(None).get(path).status_code == 401
        assert world.api.get(path, city_id="No Slug").status_code == 422
        assert world.api.get(path, colour="red").status_code == 422


def test_the_rooming_list_is_in_latin_letters_and_in_the_order_of_arrival(world: World) -> None:
    block = world.block()
    ada, ben, cem = world.travellers(["ada", "ben", "cem"])
    world.emit(person_described(world.person("ada"), name="Ada Öztürk", original_name="Âdâ"))
    world.stay(block, ada, 7, 8)
    world.stay(block, ben, 6, 8)
    released = world.stay(block, cem, 8, 9)
    world.api.post(f"/v1/stays/{released['id']}/release", {"reason": "Not needed."})
    path = f"/v1/blocks/{block['id']}/stays"
    wait_until(lambda: world.api.get(path).json()["items"][-1]["name"])

    rows = world.api.get(path).json()["items"]

    assert people(rows, world) == ["ben", "ada"]
    assert (rows[1]["name"], rows[1]["room_type"]) == ("Ada Öztürk", "single")
    assert (rows[1]["arrives_on"], rows[1]["departs_on"]) == ("2024-12-07", "2024-12-08")
    assert rows[0]["name"] is None
