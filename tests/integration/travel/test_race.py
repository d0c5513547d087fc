from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.integration.travel.world import World
from tests.support.client import Client
from tests.support.waiting import wait_until

MANY = 50
NAMES = [f"guest{number:02}" for number in range(MANY)]


def reserve_at_once(world: World, block: Any, bodies: list[dict[str, Any]]) -> list[Any]:
    """Send all requests at the same moment, each over a connection of its own."""
    path = f"/v1/blocks/{block['id']}/stays"
    token = world.travel.token("host")
    clients = [Client(world.travel.url, token) for _ in bodies]
    for client in clients:  # connected beforehand, so that only the requests themselves race
        assert client.get("/health/live").status_code == 200
    with ThreadPoolExecutor(len(bodies)) as threads:
        answers = list(
            threads.map(lambda each: each[0].post(path, each[1]), zip(clients, bodies, strict=True))
        )
    for client in clients:
        client.close()
    return answers


def test_fifty_at_once_for_the_last_room_of_a_night_give_one_stay_and_clear_refusals(
    world: World,
) -> None:
    trips = world.travellers(NAMES)
    block = world.block([world.room("single", 6, 6, 1)])

    answers = reserve_at_once(world, block, [world.wanted(trip, 6, 7) for trip in trips])

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: MANY - 1}
    refusals = [answer.json() for answer in answers if answer.status_code == 409]
    assert {refusal["code"] for refusal in refusals} == {"no_room_left"}
    assert {refusal["params"]["nights"] for refusal in refusals} == {"2024-12-06"}
    assert world.left(block) == {"2024-12-06": 0}
    (winner,) = [answer.json() for answer in answers if answer.status_code == 201]
    world.until_stay(winner["id"], "confirmed")
    rooming = world.api.get(f"/v1/blocks/{block['id']}/stays").json()["items"]
    assert [row["stay_id"] for row in rooming] == [winner["id"]]


def test_fifty_at_once_for_three_nights_with_room_for_all_refuse_nobody(world: World) -> None:
    trips = world.travellers(NAMES)
    block = world.block([world.room("single", 6, 8, MANY)])

    answers = reserve_at_once(world, block, [world.wanted(trip, 6, 9) for trip in trips])

    assert Counter(answer.status_code for answer in answers) == {201: MANY}
    assert set(world.left(block).values()) == {0}
    path = f"/v1/blocks/{block['id']}/stays"
    wait_until(lambda: len(world.api.get(path, limit=200).json()["items"]) == MANY)


def test_fifty_guests_at_once_for_overlapping_nights_oversell_none(world: World) -> None:
    trips = world.travellers(NAMES)
    block = world.block([world.room("single", 6, 8, 10)])
    # Nights 6, 7 and 8, one or two of them each: whoever is refused was refused a full night.
    bodies = [
        world.wanted(trip, 6 + number % 3, min(9, 7 + number % 3 + number % 2))
        for number, trip in enumerate(trips)
    ]

    answers = reserve_at_once(world, block, bodies)

    taken: Counter[str] = Counter()
    for answer, body in zip(answers, bodies, strict=True):
        assert answer.status_code in (201, 409)
        if answer.status_code == 201:
            days = range(int(body["arrives_on"][-2:]), int(body["departs_on"][-2:]))
            taken.update(f"2024-12-{day:02}" for day in days)
    left = world.left(block)
    assert left == {night: 10 - taken[night] for night in left}
    assert min(left.values()) == 0
    full = {night for night, count in left.items() if count == 0}
    for answer in answers:
        if answer.status_code == 409:
            assert set(answer.json()["params"]["nights"].split(", ")) <= full
