"""Checks of commands: what was acknowledged is stored, and was done once."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.faults.audit.evidence import Evidence, Json
from tests.faults.audit.verdict import Verdict


def check_commands(verdict: Verdict, evidence: Evidence) -> None:
    """Check every acknowledged command."""
    verdict.section("Commands")
    checks = (
        ("cities", ("city",), _cities),
        ("persons", ("person",), _people),
        ("offices", ("office",), _offices),
        ("meetings called and announced", ("meeting", "announced"), _meetings),
        ("reschedulings and cancellations", ("rescheduled", "cancelled"), _changes),
        ("audiences invited", ("invited",), _audiences),
        ("answers", ("accepted", "declined"), _answers),
        ("nominations, confirmations, withdrawals", DELEGATES, _delegates),
        ("parties and their bookings", ("party", "party_booked"), _parties),
        ("journeys booked", ("booked",), _bookings),
        ("blocks", ("block",), _blocks),
        ("stays reserved and released", ("stay", "released"), _stays),
    )
    for title, whats, check in checks:
        noted = evidence.noted(*whats)
        verdict.none(f"{title}, acknowledged and stored once", check(evidence, noted), len(noted))


DELEGATES = ("nominated", "confirmed", "withdrawn")


def _cities(evidence: Evidence, noted: list[Json]) -> Iterator[str]:
    stored = evidence.stored("membership.cities").keys()
    yield from sorted({each["id"] for each in noted} ^ stored)


def _people(evidence: Evidence, noted: list[Json]) -> Iterator[str]:
    stored = evidence.stored("membership.people")
    for each in noted:
        person = stored.get(each["id"])
        if person is None or person["profile"]["name"] != each["name"]:
            yield f"{each} is {person and person['profile']}"
    # Nobody was registered whose registration nobody knows of: a repetition makes no second one.
    yield from sorted(stored.keys() - {each["id"] for each in noted})


def _offices(evidence: Evidence, noted: list[Json]) -> Iterator[str]:
    offices = evidence.stored("membership.offices")
    for each in noted:
        held = [
            record["fact"]["person_id"]
            for record in offices[each["city"]]["records"]
            if record["replaced_at"] is None and record["fact"]["office"] == "mayor"
        ]
        if held != [each["person"]]:
            yield f"{each}: {held}"


def _meetings(evidence: Evidence, noted: list[Json]) -> Iterator[str]:
    stored = evidence.stored("events.meetings")
    announced = {each["meeting"] for each in noted if each["what"] == "announced"}
    called = {each["meeting"] for each in noted if each["what"] == "meeting"}
    yield from sorted(stored.keys() ^ called)
    for id_ in announced & stored.keys():
        if stored[id_]["state"] not in ("announced", "cancelled"):
            yield f"{id_} is {stored[id_]['state']}"


def _changes(evidence: Evidence, noted: list[Json]) -> Iterator[str]:
    changes = Counter(each["meeting"] for each in noted)
    cancelled = {each["meeting"] for each in noted if each["what"] == "cancelled"}
    for id_, meeting in evidence.stored("events.meetings").items():
        if meeting["revision"] != changes[id_]:
            yield f"{id_} was changed {changes[id_]} times and is at {meeting['revision']}"
        if (meeting["state"] == "cancelled") != (id_ in cancelled):
            yield f"{id_} is {meeting['state']}"


def _audiences(evidence: Evidence, noted: list[Json]) -> Iterator[str]:
    invitations = Counter(
        (each["meeting_id"], each["city_id"])
        for each in evidence.stored("events.invitations").values()
    )
    wanted = Counter((each["meeting"], city) for each in noted for city in each["cities"])
    yield from map(str, (invitations - wanted) + (wanted - invitations))


def _answers(evidence: Evidence, noted: list[Json]) -> Iterator[str]:
    given: defaultdict[str, list[str]] = defaultdict(list)
    for each in noted:
        given[each["invitation"]].append(each["what"])
    for id_, invitation in evidence.stored("events.invitations").items():
        found = [answer["reply"] for answer in invitation["history"]]
        if found != given[id_]:
            yield f"{id_}: answered {given[id_]}, stored {found}"


def _delegates(evidence: Evidence, noted: list[Json]) -> Iterator[str]:
    said: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for each in noted:
        said[each["meeting"], each["city"], each["person"]].add(each["what"])
    meetings = evidence.stored("events.meetings")
    found = {}
    for delegation in evidence.stored("events.delegations").values():
        for person, delegate in delegation["delegates"].items():
            found[delegation["meeting_id"], delegation["city_id"], person] = delegate["state"]
    for key, whats in said.items():
        gone = "withdrawn" in whats or meetings.get(key[0], {}).get("state") == "cancelled"
        wanted = "withdrawn" if gone else "confirmed" if "confirmed" in whats else "nominated"
        if found.get(key) != wanted:
            yield f"{key}: {wanted} was acknowledged, {found.get(key)} is stored"
    yield from map(str, found.keys() - said.keys())


def _parties(evidence: Evidence, noted: list[Json]) -> Iterator[str]:
    parties = evidence.stored("travel.parties")
    for each in noted:
        id_ = each.get("party") or each["id"]
        party = parties.get(id_)
        if party is None or party["trip_ids"] != each["trips"]:
            yield f"{each} is {party and party['trip_ids']}"
        elif each["what"] == "party_booked" and each["direction"] not in party["bookings"]:
            yield f"{each} is not booked"


def _bookings(evidence: Evidence, noted: list[Json]) -> Iterator[str]:
    """Each direction is booked as often as it was asked for, alone and with a party."""
    trips = evidence.stored("travel.trips")
    wanted: Counter[tuple[str, str]] = Counter()
    for each in noted:
        wanted[each["trip"], each["direction"]] += 1
    for each in evidence.noted("party_booked"):
        for trip in each["trips"]:
            wanted[trip, each["direction"]] += 1
    found = Counter(
        {
            (id_, direction): booking["number"]
            for id_, trip in trips.items()
            for direction, booking in trip["bookings"].items()
        }
    )
    for key in wanted.keys() | found.keys():
        if wanted[key] != found[key]:
            yield f"{key} was booked {wanted[key]} times, {found[key]} are stored"


def _blocks(evidence: Evidence, noted: list[Json]) -> Iterator[str]:
    blocks = evidence.stored("travel.blocks")
    for each in noted:
        stock = blocks[each["id"]]["stock"] if each["id"] in blocks else {}
        if {count for nights in stock.values() for count in nights.values()} != {each["stock"]}:
            yield f"{each}: {stock}"
    yield from sorted(blocks.keys() - {each["id"] for each in noted})


def _stays(evidence: Evidence, noted: list[Json]) -> Iterator[str]:
    stays = evidence.stored("travel.stays")

    def state_of(id_: str) -> object:
        return stays.get(id_, {}).get("state")

    reserved = {each["id"]: each for each in noted if each["what"] == "stay"}
    yield from sorted(stays.keys() ^ reserved.keys())
    for id_, each in reserved.items():
        if id_ in stays and stays[id_]["trip_id"] != each["trip"]:
            yield f"{each}: {stays[id_]['trip_id']}"
    for each in noted:
        if each["what"] == "released" and state_of(each["stay"]) != "released":
            yield f"{each}: {state_of(each['stay'])}"
