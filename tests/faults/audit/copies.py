"""Checks of copies: what services know of others' facts is what is true there."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.faults.audit.evidence import Evidence, Json
from tests.faults.audit.verdict import Verdict

View = Callable[[Json], Any]


def check_copies(verdict: Verdict, evidence: Evidence) -> None:
    """Compare every copy with its original."""
    verdict.section("Copies")

    def person(each: Json) -> Any:
        return each["profile"]["name"], each["city_id"]

    def city(each: Json) -> Any:
        return each["description"]["name"], each["description"]["zone"]

    def name_and_city(each: Json) -> Any:
        return each["name"], each["city_id"]

    def name_and_zone(each: Json) -> Any:
        return each["name"], each["zone"]

    compared: tuple[tuple[str, View, str, View], ...] = (
        ("membership.people", person, "events.people", name_and_city),
        ("membership.people", person, "travel.guests", name_and_city),
        (
            "membership.people",
            lambda each: (each["profile"]["name"], each["contact"]["email"]),
            "notification.recipients",
            lambda each: (each["name"], each["email"]),
        ),
        ("membership.cities", city, "events.members", name_and_zone),
        ("membership.cities", city, "travel.cities", name_and_zone),
        ("events.meetings", _meeting, "travel.meetings", _in_travel),
        ("events.meetings", _meeting, "notification.meetings", _in_notification),
    )
    for original, of_original, copy, of_copy in compared:
        originals, copies = evidence.stored(original), evidence.stored(copy)
        wrong = list(_differences(originals, of_original, copies, of_copy))
        verdict.none(f"{copy} as in {original}", wrong, len(originals))


def _differences(
    originals: dict[str, Json], of_original: View, copies: dict[str, Json], of_copy: View
) -> Iterator[str]:
    yield from (f"no copy of {id_}" for id_ in originals.keys() - copies.keys())
    yield from (f"no original of {id_}" for id_ in copies.keys() - originals.keys())
    for id_ in originals.keys() & copies.keys():
        wanted, found = of_original(originals[id_]), of_copy(copies[id_])
        if wanted != found:
            yield f"{id_}: {found} instead of {wanted}"


def _meeting(meeting: Json) -> Any:
    plan = meeting["plan"]
    # A cancelled meeting's schedule is the last one; its revision counts the cancellation.
    cancelled = meeting["state"] == "cancelled"
    return plan["title"], plan["begins"]["at"], meeting["revision"] - cancelled, cancelled


def _in_travel(copy: Json) -> Any:
    return copy["title"], _begins_at(copy), copy["revision"], copy["cancelled"]


def _in_notification(copy: Json) -> Any:
    changes = sorted(copy["changes"].values(), key=lambda change: change["revision"])
    schedules = [copy["announced"], *(each["schedule"] for each in changes if each["schedule"])]
    cancelled = any(each["schedule"] is None for each in changes)
    return copy["title"], _begins_at(schedules[-1]), len(schedules) - 1, cancelled


def _begins_at(schedule: Json | None) -> Any:
    """Return when it begins; ``None`` where that was never heard."""
    begins = (schedule or {}).get("begins")
    return begins and begins["at"]
