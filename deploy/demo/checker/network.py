"""Checks of membership's database: cities, people, bodies, presidencies."""

from collections import Counter

from deploy.demo.checker.evidence import Evidence, Expected, Json
from deploy.demo.checker.verdict import Verdict

NOTHING_YET = "none"


def check_network(verdict: Verdict, evidence: Evidence, expected: Expected) -> None:
    """Check what membership holds."""
    verdict.section("Network")
    _check_cities(verdict, evidence, expected)
    _check_roster(verdict, evidence, expected)
    found = {
        str(record["fact"]["year"]): record["fact"]["city_id"]
        for document in evidence.documents("membership", "presidencies")
        for record in document["records"]
        if record["replaced_at"] is None
    }
    verdict.same("presidencies, no two in a row", found, expected.facts["presidency"])


def _check_cities(verdict: Verdict, evidence: Evidence, expected: Expected) -> None:
    facts, as_of = expected.facts["cities"], expected.facts["as_of"]
    cities = evidence.documents("membership", "cities")
    verdict.same("records of cities", len(cities), facts["records"])
    sample = [city for city in cities if city["description"]["sample"]]
    verdict.same("records marked as sample data", len(sample), facts["sample"])
    standings = {city["_id"]: _standing(city, as_of) for city in cities}
    verdict.same(f"standings on {as_of}", dict(Counter(standings.values())), facts["standings"])
    not_yet = sorted(id_ for id_, standing in standings.items() if standing == NOTHING_YET)
    verdict.same("cities that joined later, or not provably before", not_yet, facts["not_yet"])
    members = {city["_id"] for city in sample if standings[city["_id"]] == "member"}
    verdict.holds("no sample city passes for a member", not members, members)
    precisions = Counter(
        each["precision"]
        for city in cities
        for each in _standings(city)
        if each["kind"] == "member"
    )
    verdict.same("precision of dates of joining", dict(precisions), facts["precisions"])
    verdict.same(
        "persons", len(evidence.documents("membership", "people")), expected.facts["people"]
    )
    verdict.same("persons of the script found", len(expected.ids), expected.facts["people"])


def _check_roster(verdict: Verdict, evidence: Evidence, expected: Expected) -> None:
    as_of = expected.facts["as_of"]
    boards = [
        body
        for body in evidence.documents("membership", "bodies")
        if body["kind"] == "executive_board"
    ]
    verdict.same("executive boards", len(boards), 1)
    roster = [_seat(seat, as_of) for board in boards for seat in board["seats"]]
    verdict.same(f"roster on {as_of}", roster, expected.facts["roster"])


def _standings(city: Json) -> list[Json]:
    return [each["fact"] for each in city["history"] if each["replaced_at"] is None]


def _standing(city: Json, as_of: str) -> str:
    begun = [each for each in _standings(city) if each["since"] <= as_of]
    return str(begun[-1]["kind"]) if begun else NOTHING_YET


def _seat(seat: Json, as_of: str) -> Json:
    counting = [each["fact"] for each in seat["records"] if each["replaced_at"] is None]
    held = [
        term
        for term in counting
        if term["starts_on"] <= as_of and (term["ends_on"] is None or as_of <= term["ends_on"])
    ]
    term = held[0] if held else {"city_id": None, "sample": False}
    return {"seat": seat["name"], "city": term["city_id"], "sample": term["sample"]}
