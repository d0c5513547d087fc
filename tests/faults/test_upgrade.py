"""Versions of the code come and go while all goes on: docs/operations/upgrades.md."""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.dead_letters.__main__ import main as dead_letters
from deploy.local.layout import REPOSITORY
from deploy.rebuild.__main__ import main as rebuild
from tests.faults.audit import Evidence, audit
from tests.faults.audit.evidence import Event
from tests.faults.caller import Answer, Caller, Refused
from tests.faults.settling import settle
from tests.faults.site import LADDER_SECONDS, NUMBERS, PROCESSES, SERVICES, Site, Victim
from tests.faults.versions import with_badges
from tests.faults.workload import CITY, Workload
from tests.support.waiting import wait_until

SECONDS = 420
"""How long anything is waited for: a slow machine is no fault."""
PUBLISHERS, SUBSCRIBERS = ("membership", "events"), ("travel", "notification")
PUBLISHERS_FIRST = (*PUBLISHERS, *SUBSCRIBERS)
"""The worse order of an upgrade, as subscribers first is of a rollback: travel meets events that
only the newer version knows."""
BETWEEN = 20
"""Commands that are done while two versions of a service run."""
ROLLS = 3
ELSEWHERE = {"BrokenPipeError", "ConnectionResetError", "RemoteDisconnected"}
"""How a client hears that a process has closed a connection that nobody was using."""
NOT_HEARD_YET = {"unknown_city", "unknown_person", "stay_not_found"}

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of an upgrade, a rollback, another upgrade, a replay and a rebuild.

    Attributes:
        site: As it is afterwards.
        workload: What was done meanwhile.
        evidence: What was published meanwhile.
        deniz: Id of a person whose badge the newer version was told of.
        refusal: What the older version answered to a request of the newer one.
        listed: What the tool has listed after the rollback.
        parked: What was parked when all had settled.
        guests: Travel's copies of people before they were built again.
    """

    site: Site
    workload: Workload
    evidence: Evidence
    deniz: str
    refusal: Answer
    listed: str
    parked: list[Json]
    guests: dict[str, Json]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    folder = tmp_path_factory.mktemp("upgrade")
    with Site.running(folder) as site:
        yield played(site, folder)


def played(site: Site, folder: Path) -> Outcome:
    newer, here = with_badges(folder / "newer"), ["--data", str(folder)]
    evidence = watched(site)
    with Workload(site.zirve, "upgrade", folder / "journal.jsonl", site.opened) as workload:
        organiser = caller(site, workload)
        site.deploy(newer)
        roll(site, workload, PUBLISHERS_FIRST)
        deniz = enter(organiser, workload, badge_name="Deniz")
        roll_back(site, workload)
        with pytest.raises(Refused) as refused:
            enter(organiser, workload, badge_name="Ada")
        retitle(organiser, deniz)
        wait_until(lambda: letters(site, "parked"), SECONDS)
        with redirect_stdout(StringIO()) as listed:
            assert dead_letters(here) == 0
        organiser.close()
        site.deploy(newer)
        roll(site, workload, PUBLISHERS_FIRST)
    assert settle(site) == []
    parked = letters(site, "parked")
    assert dead_letters([*here, "--replay", "all"]) == 0
    assert settle(site) == []
    guests = documents(site, "travel", "guests")
    assert rebuild([*here, "--service", "travel", "--copies", "guests"]) == 0
    assert settle(site) == []
    evidence.entries = list(workload.journal.entries())
    return Outcome(
        site=site,
        workload=workload,
        evidence=evidence,
        deniz=deniz,
        refusal=refused.value.answer,
        listed=listed.getvalue(),
        parked=parked,
        guests=guests,
    )


def test_nothing_is_lost_and_nothing_done_twice(outcome: Outcome) -> None:
    assert audit(outcome.evidence).failures == []


def test_every_command_is_done_and_nobody_is_told_more_than_to_come_again(
    outcome: Outcome,
) -> None:
    journal = outcome.workload.journal
    reasons = {each for each in journal.repeats if not each.startswith("503 ")}

    assert outcome.workload.failures == []
    assert journal.oddities == []
    assert reasons <= ELSEWHERE | NOT_HEARD_YET


def test_every_process_has_ended_in_order_each_time(outcome: Outcome) -> None:
    logs = [outcome.site.zirve.log(each.name, each.number).read_text() for each in PROCESSES]

    assert [log.count('"stopped"') for log in logs] == [ROLLS] * len(PROCESSES)


def test_an_event_that_older_code_does_not_know_is_parked_and_listed(outcome: Outcome) -> None:
    assert outcome.parked
    assert {each["reason"] for each in outcome.parked} == {"no_handler: events.BadgeOrdered"}
    assert "no_handler: events.BadgeOrdered" in outcome.listed


def test_it_is_replayed_once_the_code_knows_it_and_takes_effect_once(outcome: Outcome) -> None:
    replayed = {each["_id"] for each in letters(outcome.site, "replayed")}
    trips = documents(outcome.site, "travel", "trips").values()
    ordered = Counter(delegate(each.body) for each in outcome.evidence.by_name["BadgeOrdered"])

    assert {each["_id"] for each in outcome.parked} <= replayed
    assert {delegate(each): each["badges"] for each in trips if "badges" in each} == ordered


def test_a_field_that_older_code_does_not_know_outlives_what_it_saves(outcome: Outcome) -> None:
    person = documents(outcome.site, "membership", "people")[outcome.deniz]

    assert (person["profile"]["title"], person["badge_name"]) == ("Envoy", "Deniz")


def test_what_older_code_did_not_copy_is_there_after_a_rebuild(outcome: Outcome) -> None:
    described = outcome.evidence.by_name["PersonDescribed"]
    by_older_code = [each for each in described if "badge_name" not in each.body]
    guests = documents(outcome.site, "travel", "guests")
    people = {each.body["person_id"] for each in described}
    told = badges_told(described)

    assert by_older_code
    assert badges(outcome.guests) != badges(guests)
    assert badges(guests) == {each: told.get(each, "") for each in people}
    assert told[outcome.deniz] == "Deniz"


def test_a_field_that_a_door_of_the_older_code_does_not_know_is_refused(outcome: Outcome) -> None:
    refusal = outcome.refusal

    assert (refusal.status, refusal.code) == (HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_field")


# -- what is done ----------------------------------------------------------------------------------


def roll(site: Site, workload: Workload, services: Sequence[str]) -> None:
    """Bring services to the version that was deployed last, process by process."""
    for service in services:
        for number in NUMBERS:
            site.replace(Victim(service, number))
            acknowledged = workload.journal.acknowledged() + BETWEEN
            wait_until(partial(has_acknowledged, workload, acknowledged), SECONDS)


def roll_back(site: Site, workload: Workload) -> None:
    """Bring all services back, subscribers first, while badges are ordered."""
    site.deploy(REPOSITORY)
    roll(site, workload, SUBSCRIBERS)
    wait_until(partial(has_confirmed_more, workload, confirmed(workload)), SECONDS)
    roll(site, workload, PUBLISHERS)


def has_acknowledged(workload: Workload, number: int) -> bool:
    return workload.journal.acknowledged() >= number


def confirmed(workload: Workload) -> int:
    """Count the delegates for whom the newer version orders badges."""
    return sum(each["what"] == "confirmed" for each in workload.journal.entries())


def has_confirmed_more(workload: Workload, before: int) -> bool:
    return confirmed(workload) > before


def watched(site: Site) -> Evidence:
    evidence = Evidence(
        mongo_uri=site.zirve.mongo_uri,
        amqp_uri=site.zirve.amqp_uri,
        mails=site.zirve.mails,
        ladder_seconds=LADDER_SECONDS,
    )
    evidence.watch()
    return evidence


def caller(site: Site, workload: Workload) -> Caller:
    token = site.zirve.token("organiser", subject="upgrade")
    return Caller(site.zirve.url, token, workload.journal, site.opened, threading.Event())


def enter(organiser: Caller, workload: Workload, *, badge_name: str) -> str:
    """Enter a person with a name on the badge; returns the id."""
    known = {"name": f"{badge_name} Ornek", "email": f"{badge_name.lower()}@{CITY}.example"}
    body = {**known, "city_id": CITY, "languages": ["en"], "badge_name": badge_name}
    answer = organiser.do("membership", "/v1/people", body, key=badge_name)
    assert answer.body["badge_name"] == badge_name
    workload.journal.note("person", id=answer.body["id"], city=CITY, **known)
    return str(answer.body["id"])


def retitle(organiser: Caller, person_id: str) -> None:
    path = f"/v1/people/{person_id}"
    organiser.do("membership", path, {"title": "Envoy"}, key="title", method="PATCH")


# -- what came of it -------------------------------------------------------------------------------


def documents(site: Site, service: str, collection: str) -> dict[str, Json]:
    with MongoClient[Json](site.zirve.mongo_uri) as client:
        return {each["_id"]: each for each in client[service][collection].find()}


def letters(site: Site, state: str) -> list[Json]:
    found = [each for s in SERVICES for each in documents(site, s, "_dead_letters").values()]
    return [each for each in found if each["state"] == state]


def delegate(said: Json) -> tuple[str, str, str]:
    return said["meeting_id"], said["city_id"], said["person_id"]


def badges(guests: dict[str, Json]) -> dict[str, str]:
    return {id_: guest.get("badge_name", "") for id_, guest in guests.items()}


def badges_told(described: list[Event]) -> dict[str, str]:
    """Return what was told last of each person's badge, where anything was told."""
    told = [each for each in described if each.body.get("badge_name")]
    return {
        each.body["person_id"]: each.body["badge_name"]
        for each in sorted(told, key=lambda each: each.sequence)
    }
