"""Checks of notification's database: who was told what, in which language, with which calendar."""

from collections import Counter, defaultdict

from deploy.demo.checker.evidence import Evidence, Expected, Json
from deploy.demo.checker.verdict import Verdict


def check_messages(verdict: Verdict, evidence: Evidence, expected: Expected) -> None:
    """Check what notification holds."""
    verdict.section("Messages")
    facts = expected.facts["messages"]
    messages = evidence.documents("notification", "messages")
    verdict.same("messages", len(messages), facts["total"])
    verdict.same("messages by state", _counted(messages, "state"), facts["states"])
    sent = [each for each in messages if each["state"] == "sent"]
    verdict.same("those sent, by kind", _counted(sent, "kind"), facts["kinds"])
    verdict.same("those sent, by language", _counted(sent, "language"), facts["languages"])
    unsent = [
        {
            "person": expected.key_of(each["person_id"]),
            "kind": each["kind"],
            "reason": each["history"][-1]["reason"],
        }
        for each in messages
        if each["state"] != "sent"
    ]
    unsent.sort(key=lambda each: str(each["person"]))
    verdict.same("those not sent, and why", unsent, facts["suppressed"])
    _check_people(verdict, sent, expected)
    _check_calendars(verdict, sent, expected)
    unexplained = [each["_id"] for each in messages if not each["cause"] or not each["history"]]
    verdict.holds("every message names its cause and its history", not unexplained, unexplained)


def _counted(messages: list[Json], name: str) -> dict[str, int]:
    return dict(Counter(str(each[name]) for each in messages))


def _check_people(verdict: Verdict, messages: list[Json], expected: Expected) -> None:
    """Nobody but those concerned is told, and each once per fact."""
    languages: defaultdict[str | None, set[str]] = defaultdict(set)
    kinds: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    for message in messages:
        person = expected.key_of(message["person_id"])
        languages[person].add(message["language"])
        kinds[person][message["kind"]] += 1
    found = {
        person: {"language": "/".join(sorted(languages[person])), "kinds": dict(kinds[person])}
        for person in kinds
    }
    verdict.same("who was told what", found, expected.facts["messages"]["by_person"])
    wanted = expected.facts["messages"]["by_person"]
    told = {person for person in kinds if kinds[person]["meeting_rescheduled"]}
    concerned = {person for person in wanted if "meeting_rescheduled" in wanted[person]["kinds"]}
    verdict.same("who was told of the move", sorted(map(str, told)), sorted(concerned))


def _check_calendars(verdict: Verdict, messages: list[Json], expected: Expected) -> None:
    found: defaultdict[str | None, list[list[object]]] = defaultdict(list)
    uids = set()
    for message in messages:
        if calendar := message["calendar"]:
            person = expected.key_of(message["person_id"])
            found[person].append([message["kind"], calendar["method"], calendar["sequence"]])
            uids.add(calendar["uid"])
    # By SEQUENCE, then a request before the cancellation of the same schedule.
    ordered = {
        person: sorted(each, key=lambda c: (c[2], c[1] == "CANCEL"))
        for person, each in found.items()
    }
    verdict.same("calendar objects of each person", ordered, expected.facts["calendars"])
    verdict.same("UIDs of the one meeting", len(uids), 1)
