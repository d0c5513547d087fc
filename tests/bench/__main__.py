"""Run the bench and print its table: ``make bench``."""

import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import requests

from deploy.local.installation import Installation
from tests.bench import SAMPLE_DATABASE, events
from tests.bench.events import Queues, booked, cleared, confirmed, described, drained
from tests.bench.world import World, resident_mib, wait

HTTP_SECONDS = "4"
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
    "commands, 20 callers": 2.5,
    "POST, 50 connections": 1.5,
    "GET, 50 connections": 0.8,
}
MEMORY_MIB = 90
DELAY_RATIO = 1.3


def say(name: str, ours: float, plain: float, unit: str, *, less_is_better: bool = False) -> None:
    """Print one row."""
    ratio = ours / plain if plain else 0.0
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
        for connections in (1, 10, 50):
            ours = load(f"{base}/{ours_id}", "GET", connections)
            theirs = load(f"{plain}/v1/people/{plain_id}", "GET", connections)
            say(f"GET, {connections} connections", ours, theirs, "requests/s")
        for connections in (1, 10, 50):
            ours = load(base, "POST", connections, PERSON)
            theirs = load(f"{plain}/v1/people", "POST", connections, PERSON)
            say(f"POST, {connections} connections", ours, theirs, "requests/s")


def drain(world: World, queues: Queues) -> None:
    """Events a second through real handlers of travel, and the same through the peer."""
    world.alone("travel")
    total = events.DRAINED
    travel, plain = world.database("travel"), world.database("plain")
    cleared(travel.guests)

    people = [described(number) for number in range(total)]
    say(
        "drained, handler saves",
        drained_by_travel(world, queues, people, travel.guests.estimated_document_count),
        drained_by_plain(world, queues, people, plain.guests.estimated_document_count),
        "events/s",
    )

    delegates = [confirmed(number) for number in range(total)]
    drained_by_travel(world, queues, delegates, travel.trips.estimated_document_count)
    parties = [booked(number) for number in range(total)]
    travel.trips.create_index("bookings.arrival.number", sparse=True)
    is_booked = {"bookings.arrival.number": {"$exists": True}}
    plain.trips.create_index("booking", sparse=True)
    plain.trips.insert_many({"_id": each.trip_ids[0]} for each in parties)
    say(
        "drained, handler saves and emits",
        drained_by_travel(world, queues, parties, lambda: travel.trips.count_documents(is_booked)),
        drained_by_plain(
            world, queues, parties, lambda: plain.trips.count_documents({"booking": 1})
        ),
        "events/s",
    )


def drained_by_travel(
    world: World, queues: Queues, batch: list[Any], count: Callable[[], int]
) -> float:
    """Have travel find the events in its queue when it starts."""
    wait(lambda: world.is_empty("travel.in"))
    world.zirve.stop("travel")
    queues.ours(batch)
    return drained(count, len(batch), lambda: world.zirve.start("travel"))


def drained_by_plain(
    world: World, queues: Queues, batch: list[Any], count: Callable[[], int]
) -> float:
    """Have the peer find the same events in its queue when it starts."""
    queues.plain(batch)
    with ExitStack() as running:
        return drained(count, len(batch), lambda: running.enter_context(world.plain()))


def delays(world: World, queues: Queues) -> None:
    """Delay from publishing to seeing, at a hundred events a second."""
    world.alone("travel")
    guests, plain_guests = world.database("travel").guests, world.database("plain").guests
    found = events.visible_seconds(guests, queues.ours, 1_000_000)
    with world.plain():
        theirs = events.visible_seconds(plain_guests, queues.plain, 2_000_000)
    for name, part in (("p50", 0.5), ("p99", 0.99)):
        ours_ms = found[int(len(found) * part)] * 1000
        plain_ms = theirs[int(len(theirs) * part)] * 1000
        say(f"publish to visible, {name}", ours_ms, plain_ms, "ms", less_is_better=True)


def inside(world: World) -> None:
    """Commands through ``save`` and events through the relay."""
    world.alone()
    world.declare_sample()
    ours = world.program("tests.bench.inside", "ours", MONGO_DATABASE=SAMPLE_DATABASE)
    plain = world.program("tests.bench.inside", "plain")
    say("published by the relay", ours["relay"], plain["relay"], "events/s")
    say("commands, 1 caller", ours["commands_1"], plain["commands_1"], "commands/s")
    say("commands, 20 callers", ours["commands_20"], plain["commands_20"], "commands/s")


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
        }
        for name in parts or every:
            every[name]()
        queues.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
