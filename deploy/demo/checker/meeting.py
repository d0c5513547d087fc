"""Checks of the databases of events: the meeting, its invitations and delegations."""

from datetime import datetime
from typing import Any

from deploy.demo.checker.evidence import Evidence, Expected, Json
from deploy.demo.checker.verdict import Verdict


def check_meeting(verdict: Verdict, evidence: Evidence, expected: Expected) -> None:
    """Check what events holds."""
    verdict.section("Meeting")
    meetings = evidence.documents("events", "meetings")
    verdict.same("meetings", len(meetings), 1)
    for meeting in meetings:
        verdict.same("the meeting, two hours later", _meeting(meeting), _expected_meeting(expected))
    invitations = evidence.documents("events", "invitations")
    found = sorted((_invitation(each, expected) for each in invitations), key=_by_city)
    wanted = sorted(expected.facts["invitations"], key=_by_city)
    verdict.same("invitations and their answers", found, wanted)
    delegates = [
        {"person": expected.key_of(person_id), "role": each["role"], "state": each["state"]}
        for delegation in evidence.documents("events", "delegations")
        for person_id, each in delegation["delegates"].items()
    ]
    verdict.same(
        "delegates",
        sorted(delegates, key=_by_person),
        sorted(expected.facts["delegates"], key=_by_person),
    )


def utc(at: datetime) -> str:
    """Return an instant as ``expected.json`` writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _meeting(meeting: Json) -> Json:
    plan = meeting["plan"]
    return {
        "title": plan["title"],
        "host_city": plan["host_city_id"],
        "state": meeting["state"],
        "revision": meeting["revision"],
        "zone": plan["begins"]["zone"],
        "begins": plan["begins"]["local"],
        "begins_at": utc(plan["begins"]["at"]),
        "ends": plan["ends"]["local"],
        "ends_at": utc(plan["ends"]["at"]),
    }


def _expected_meeting(expected: Expected) -> Json:
    return {name: value for name, value in expected.facts["meeting"].items() if name != "before"}


def _invitation(invitation: Json, expected: Expected) -> Json:
    answers = [
        [each["reply"], expected.key_of(each["person_id"]), each["channel"], each["on_behalf"]]
        for each in invitation["history"]
    ]
    return {
        "city": invitation["city_id"],
        "person": expected.key_of(invitation["person_id"]),
        "state": invitation["state"],
        "generation": invitation["generation"],
        "answers": answers,
    }


def _by_city(each: Json) -> Any:
    return each["city"]


def _by_person(each: Json) -> Any:
    return str(each["person"])
