"""Run the bench and print its table: ``make bench``."""

import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import requests

from deploy.local.installation import Installation
from tests.bench import SAMPLE_DATABASE, events
from tests.bench.events import Queues, booked, cleared, confirmed, described, drained
from tests.bench.scaling import poison, scaling
from tests.bench.world import World, resident_mib

ROUNDS = 3
"""Ours and the peer are measured in turn so often; a shared machine is faster at some times."""
HTTP_SECONDS = "2"
PERSON = '{"city_id": "tr-izmir", "name": "Deniz Örnek", "languages": ["tr"]}'
CITY = {
    "city_id": "tr-izmir",
    "name": "Izmir",
    "country": "TR",
    "zone": "Europe/Istanbul",
    "languages": ["tr"],
}
REQUIRED = {
    "drained, handler saves": 3.5,
    "drained, handler saves and emits": 3.5,
    "commands that place, 20 callers": 2.5,
    "POST, 50 connections": 1.5,
    "GET, 50 connections": 0.8,
}
MEMORY_MIB = 90
PLAIN_QUEUES = (
    "evt-bench-PersonDescribed--plain.on_person_described",
    "evt-bench-PartyBooked--plain.on_party_booked",
)
"""nameko's names for the queues of the peer's handlers."""
DELAY_RATIO = 1.3


Pair = tuple[float, float]
"""Ours and the peer's, measured one after the other."""


def say(name: str, pairs: Sequence[Pair], unit: str, *, less_is_better: bool = False) -> None:
    """Print one row: the median of each, and of the rounds' ratios."""
    ours, plain = (median(pair[which] for pair in pairs) for which in (0, 1))
    ratio = median(each / peer for each, peer in pairs)
    required = DELAY_RATIO if less_is_better and "p99" in name else REQUIRED.get(name)
    verdict = ""
    if required is not None:
        met = ratio <= required if less_is_better else ratio >= required
        sign = "≤" if less_is_better else "≥"
        verdict = f"{sign} {required:g} {'met' if met else 'NOT MET'}"
    sys.stdout.write(f"{name:38} {ours:10.1f} {plain:10.1f} {unit:10} {ratio:6.2f}  {verdict}\n")
    sys.stdout.flush()


def memory(world: World) -> None:
    """Print what idle services take."""
    for service in ("membership", "events", "travel", "notification"):
        mib = resident_mib(world.zirve.pid(service))
        verdict = f"< {MEMORY_MIB} {'met' if mib < MEMORY_MIB else 'NOT MET'}"
        sys.stdout.write(f"{'resident, ' + service:38} {mib:10.1f} {'':10} MiB{'':15} {verdict}\n")


def http(world: World) -> None:
    """Requests a second at 1, 10 and 50 connections, nobody else listening to what is published."""
    world.alone("membership")
    token = world.zirve.token("organiser")
    base = world.zirve.url("membership") + "/v1/people"

    def load(url: str, method: str, connections: int, body: str = "") -> float:
        arguments = [url, method, str(connections), HTTP_SECONDS, token, *([body] if body else [])]
        found = world.program("tests.bench.load", *arguments)
        if found["failed"]:
            raise RuntimeError(f"{found['failed']} of {found['requests']} requests failed: {url}")
        return found["requests"] / found["seconds"]

    requests.post(
        world.zirve.url("membership") + "/v1/cities",
        json=CITY,
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    ).raise_for_status()
    load(base, "POST", 1, PERSON)
    with world.plain() as plain:
        load(f"{plain}/v1/people", "POST", 1, PERSON)
        ours_id = world.database("membership").people.find_one()["_id"]
        plain_id = world.database("plain").people.find_one()["_id"]
        get, post = f"{base}/{ours_id}", f"{plain}/v1/people"
        for connections in (1, 10, 50):
            pairs = [
                (load(get, "GET", connections), load(f"{post}/{plain_id}", "GET", connections))
                for _ in range(ROUNDS)
            ]
            say(f"GET, {connections} connections", pairs, "requests/s")
        for connections in (1, 10, 50):
            pairs = [
                (load(base, "POST", connections, PERSON), load(post, "POST", connections, PERSON))
                for _ in range(ROUNDS)
            ]
            say(f"POST, {connections} connections", pairs, "requests/s")


def drain(world: World, queues: Queues) -> None:
    """Events a second through real handlers of travel, and the same through the peer."""
    world.alone()
    world.purge("travel.in")
    total = events.DRAINED
    travel, plain = world.database("travel"), world.database("plain")
    is_booked = {"bookings.arrival.number": {"$exists": True}}
    travel.trips.create_index("bookings.arrival.number", sparse=True)
    plain.trips.create_index("booking", sparse=True)
    saves: list[Pair] = []
    emits: list[Pair] = []
    for _ in range(ROUNDS):
        for queue in PLAIN_QUEUES:
            world.purge(queue)  # a peer that is stopped leaves what it had in hand
        for collection in (travel.guests, travel.trips, plain.guests, plain.trips):
            cleared(collection)
        people = [described(number) for number in range(total)]
        ours = drained_by_travel(world, queues, people, travel.guests.estimated_document_count)
        peer = drained_by_plain(world, queues, people, plain.guests.estimated_document_count)
        saves.append((ours, peer))

        delegates = [confirmed(number) for number in range(total)]
        drained_by_travel(world, queues, delegates, travel.trips.estimated_document_count)
        parties = [booked(number) for number in range(total)]
        plain.trips.insert_many({"_id": each.trip_ids[0]} for each in parties)
        ours = drained_by_travel(
            world, queues, parties, lambda: travel.trips.count_documents(is_booked)
        )
        peer = drained_by_plain(
            world, queues, parties, lambda: plain.trips.count_documents({"booking": 1})
        )
        emits.append((ours, peer))
    say("drained, handler saves", saves, "events/s")
    say("drained, handler saves and emits", emits, "events/s")


def drained_by_travel(
    world: World, queues: Queues, batch: list[Any], count: Callable[[], int]
) -> float:
    """Have travel find the events in its queue when it starts; it is stopped again."""
    queues.ours(batch)
    try:
        return drained(count, len(batch), lambda: world.zirve.start("travel"))
    finally:
        world.zirve.stop("travel")
        # What these events have led to is for nobody here.
        world.purge("travel.in")


def drained_by_plain(
    world: World, queues: Queues, batch: list[Any], count: Callable[[], int]
) -> float:
    """Have the peer find the same events in its queue when it starts."""
    queues.plain(batch)
    with ExitStack() as running:
        return drained(count, len(batch), lambda: running.enter_context(world.plain()))


def delays(world: World, queues: Queues) -> None:
    """Delay from publishing to seeing, at a hundred events a second.

    Both are measured at the same time: whatever halts the machine halts both.
    """
    world.alone("travel")
    guests, plain_guests = world.database("travel").guests, world.database("plain").guests
    rounds = []
    with world.plain(), ThreadPoolExecutor(2) as both:
        for number in range(1, ROUNDS + 1):
            first = number * 1_000_000
            ours = both.submit(events.visible_seconds, guests, queues.ours, first)
            plain = both.submit(events.visible_seconds, plain_guests, queues.plain, first)
            rounds.append((ours.result(), plain.result()))
    for name, part in (("p50", 0.5), ("p99", 0.99)):
        pairs = [
            (ours[int(len(ours) * part)] * 1000, plain[int(len(plain) * part)] * 1000)
            for ours, plain in rounds
        ]
        say(f"publish to visible, {name}", pairs, "ms", less_is_better=True)


def inside(world: World) -> None:
    """Commands through ``save`` and events through the relay."""
    world.alone()
    world.declare_sample()
    rounds = [
        (
            world.program("tests.bench.inside", "ours", MONGO_DATABASE=SAMPLE_DATABASE),
            world.program("tests.bench.inside", "plain"),
        )
        for _ in range(ROUNDS)
    ]
    for name, unit in inside_rows():
        pairs = [(ours[name], plain[name]) for ours, plain in rounds]
        say(name, pairs, unit)


def inside_rows() -> list[tuple[str, str]]:
    """Return names and units of what ``tests.bench.inside`` measures."""
    commands = [
        (f"commands that {what}, {callers} caller{'s' if callers > 1 else ''}", "commands/s")
        for what in ("place", "change")
        for callers in (1, 20)
    ]
    return [("published by the relay", "events/s"), *commands]


def main(parts: list[str]) -> int:
    """Measure; all parts, or those that are named."""
    with (
        tempfile.TemporaryDirectory(prefix="zirve-bench-") as folder,
        Installation(Path(folder)) as zirve,
    ):
        world = World(zirve)
        world.declare_for_plain()
        queues = Queues(zirve.amqp_uri)
        sys.stdout.write(f"{'':38} {'Zirve':>10} {'plain':>10} {'':10} {'ratio':>6}  required\n")
        every = {
            "memory": lambda: memory(world),
            "inside": lambda: inside(world),
            "delays": lambda: delays(world, queues),
            "http": lambda: http(world),
            "drain": lambda: drain(world, queues),
            "scaling": lambda: scaling(world, queues, Path(folder)),
            "poison": lambda: poison(world, queues, Path(folder)),
        }
        for name in parts or every:
            every[name]()
        queues.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
