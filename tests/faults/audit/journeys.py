"""Checks of travel: a trip for each delegate, and no room given away twice."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from tests.faults.audit.evidence import Evidence, Json
from tests.faults.audit.verdict import Verdict


def check_journeys(verdict: Verdict, evidence: Evidence) -> None:
    """Check trips, blocks and stays against one another."""
    verdict.section("Journeys and rooms")
    trips = evidence.stored("travel.trips")
    blocks = evidence.stored("travel.blocks")
    stays = evidence.stored("travel.stays")
    verdict.none("trips, one per confirmed delegate", _trips(evidence, trips), len(trips))
    nights = sum(len(each) for block in blocks.values() for each in block["stock"].values())
    verdict.none("nights, none oversold", _oversold(blocks), nights)
    verdict.none("stays, each in its block once", _misplaced(blocks, stays), len(stays))
    verdict.none(
        "stays, confirmed as long as the trip is open",
        (
            f"{id_} is confirmed, its trip {stay['trip_id']} is not open"
            for id_, stay in stays.items()
            if stay["state"] == "confirmed"
            and trips.get(stay["trip_id"], {}).get("state") != "open"
        ),
        len(stays),
    )
    full = evidence.noted("full")
    verdict.none("refusals, each of a block that was full", _too_early(blocks, full), len(full))


def _trips(evidence: Evidence, trips: dict[str, Json]) -> Iterator[str]:
    confirmed = {
        (event.body["meeting_id"], event.body["city_id"], event.body["person_id"])
        for event in evidence.by_name.get("DelegateConfirmed", ())
    }
    found = Counter((t["meeting_id"], t["city_id"], t["person_id"]) for t in trips.values())
    yield from (f"{key} has {found[key]}" for key in confirmed | found.keys() if found[key] != 1)
    comes = {
        (delegation["meeting_id"], delegation["city_id"], person)
        for delegation in evidence.stored("events.delegations").values()
        for person, delegate in delegation["delegates"].items()
        if delegate["state"] == "confirmed"
    }
    for trip in trips.values():
        key = trip["meeting_id"], trip["city_id"], trip["person_id"]
        if (trip["state"] == "open") != (key in comes):
            yield f"{key} is {trip['state']}, delegate: {key in comes}"


def _oversold(blocks: dict[str, Json]) -> Iterator[str]:
    for id_, block in blocks.items():
        taken = Counter(
            (hold["room_type"], night)
            for hold in block["holds"].values()
            for night in _nights(hold)
        )
        for room_type, stock in block["stock"].items():
            for night, count in stock.items():
                if taken[room_type, night] > count:
                    yield f"{id_}, {night}: {taken[room_type, night]} of {count}"


def _nights(hold: Json) -> Iterator[str]:
    night = date.fromisoformat(hold["arrives_on"])
    while night < date.fromisoformat(hold["departs_on"]):
        yield night.isoformat()
        night += timedelta(days=1)


def _misplaced(blocks: dict[str, Json], stays: dict[str, Json]) -> Iterator[str]:
    """A stay is among what its block holds while it is confirmed, then among what came back."""
    held = Counter((id_, stay) for id_, block in blocks.items() for stay in block["holds"])
    back = Counter((id_, stay) for id_, block in blocks.items() for stay in block["returned"])
    for id_, stay in stays.items():
        key = stay["block_id"], id_
        wanted = (1, 0) if stay["state"] == "confirmed" else (0, 1)
        if (held[key], back[key]) != wanted:
            yield f"{id_} is {stay['state']}: held {held[key]}, came back {back[key]}"
    known = {(stay["block_id"], id_) for id_, stay in stays.items()}
    yield from (f"{key} is no stay" for key in (held | back).keys() - known)
    guests = Counter(
        (id_, hold["trip_id"]) for id_, block in blocks.items() for hold in block["holds"].values()
    )
    yield from (f"{key} has {number} rooms" for key, number in guests.items() if number > 1)


def _too_early(blocks: dict[str, Json], full: list[Json]) -> Iterator[str]:
    for each in full:
        block = blocks.get(each["block"])
        if block is None:
            continue  # It is missed among the commands.
        (stock,) = {count for nights in block["stock"].values() for count in nights.values()}
        given = len(block["holds"]) + len(block["returned"])
        if given < stock:
            yield f"{each['block']}: {given} of {stock} were given"
