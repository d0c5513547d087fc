"""Checks of travel's database: trips, the party, who arrives when, rooms night by night."""

from typing import Any

from deploy.demo.checker.evidence import Evidence, Expected, Json
from deploy.demo.checker.meeting import utc
from deploy.demo.checker.verdict import Verdict

ENDS = {"arrival": (-1, "arrives"), "departure": (0, "departs")}
"""Which leg, and which end of it, orders a manifest."""


def check_journeys(verdict: Verdict, evidence: Evidence, expected: Expected) -> None:
    """Check what travel holds."""
    verdict.section("Journeys")
    trips = evidence.documents("travel", "trips")
    found = {expected.key_of(trip["person_id"]): _trip(trip) for trip in trips}
    verdict.same("trips and their bookings", found, expected.facts["trips"])
    _check_party(verdict, evidence, expected, trips)
    for direction, manifest in (("arrival", "arrivals"), ("departure", "departures")):
        verdict.same(
            f"{manifest} in true order",
            _manifest(trips, direction, expected),
            expected.facts[manifest],
        )
    nothing = [
        expected.key_of(trip["person_id"])
        for trip in trips
        if trip["state"] == "open" and "arrival" not in trip["bookings"]
    ]
    verdict.same("nothing booked yet for", nothing, expected.facts["incomplete"])
    _check_rooms(verdict, evidence, expected)


def _trip(trip: Json) -> Json:
    numbers = {name: trip["bookings"].get(name, {"number": 0})["number"] for name in ENDS}
    return {"state": trip["state"], "bookings": numbers}


def _legs(trip: Json, direction: str) -> list[Json]:
    legs: list[Json] = trip["bookings"][direction]["journey"]["legs"]
    return legs


def _time(place_time: Json) -> Json:
    return {
        "local": place_time["local"],
        "zone": place_time["zone"],
        "at": utc(place_time["at"]),
    }


def _manifest(trips: list[Json], direction: str, expected: Expected) -> list[Json]:
    number, end = ENDS[direction]
    rows = [
        {"person": expected.key_of(trip["person_id"]), **_time(_legs(trip, direction)[number][end])}
        for trip in trips
        if trip["state"] == "open" and direction in trip["bookings"]
    ]
    return sorted(rows, key=lambda row: (row["at"], str(row["person"])))


def _check_party(
    verdict: Verdict, evidence: Evidence, expected: Expected, trips: list[Json]
) -> None:
    facts = expected.facts["party"]
    parties = evidence.documents("travel", "parties")
    verdict.same("parties", len(parties), 1)
    by_id = {trip["_id"]: trip for trip in trips}
    for party in parties:
        together = [by_id[id_] for id_ in party["trip_ids"] if id_ in by_id]
        people = sorted(str(expected.key_of(trip["person_id"])) for trip in together)
        verdict.same("who flies together", people, facts["trips"])
        for trip in together:
            leg = _legs(trip, "arrival")[0]
            flight = {"leaves": _time(leg["departs"]), "lands": _time(leg["arrives"])}
            wanted = {"leaves": facts["leaves"], "lands": facts["lands"]}
            verdict.same(f"flight of {expected.key_of(trip['person_id'])}", flight, wanted)
            earlier = flight["lands"]["local"] < flight["leaves"]["local"]
            later = flight["lands"]["at"] > flight["leaves"]["at"]
            verdict.holds("it lands at an earlier clock time than it left", earlier and later)


def _check_rooms(verdict: Verdict, evidence: Evidence, expected: Expected) -> None:
    facts = expected.facts["rooms"]
    stays = evidence.documents("travel", "stays")
    found = [
        {
            "person": expected.key_of(stay["person_id"]),
            **{name: stay[name] for name in ("room_type", "arrives_on", "departs_on", "state")},
        }
        for stay in stays
    ]
    verdict.same("stays", sorted(found, key=_by_person), sorted(facts["stays"], key=_by_person))
    blocks = evidence.documents("travel", "blocks")
    verdict.same("blocks", len(blocks), 1)
    for block in blocks:
        verdict.same("stock of the block", block["stock"], facts["stock"])
        verdict.same("rooms left, by holds of the block", _left(block), facts["left"])
    confirmed = {stay["_id"] for stay in stays if stay["state"] == "confirmed"}
    held = {stay_id for block in blocks for stay_id in block["holds"]}
    verdict.same("stays that hold rooms are those confirmed", sorted(held), sorted(confirmed))


def _left(block: Json) -> Json:
    """Recount what is left: a hold takes every night from its first to the day before departure."""
    return {
        room_type: {
            night: count
            - sum(
                hold["room_type"] == room_type and hold["arrives_on"] <= night < hold["departs_on"]
                for hold in block["holds"].values()
            )
            for night, count in nights.items()
        }
        for room_type, nights in block["stock"].items()
    }


def _by_person(each: Json) -> Any:
    return str(each["person"])
