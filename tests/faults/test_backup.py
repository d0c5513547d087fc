"""A backup taken while all goes on, everything lost, restored: what there was goes on."""

import gzip
import os
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import bson
import pytest
from pymongo import MongoClient

from deploy.backup.__main__ import main as backup
from deploy.local.environment import inherited
from deploy.local.installation import Installation
from deploy.local.layout import REPOSITORY
from deploy.local.services import Outside
from deploy.rebuild.__main__ import main as rebuild
from tests.faults.audit.copies import check_copies
from tests.faults.audit.evidence import WITNESS, Event, Evidence, Json
from tests.faults.audit.hearing import check_hearing
from tests.faults.audit.journeys import check_journeys
from tests.faults.audit.messages import check_messages
from tests.faults.audit.queues import check_queues
from tests.faults.audit.verdict import Verdict
from tests.faults.settling import settle
from tests.faults.site import LADDER_SECONDS, PROCESSES, SERVICES, Site
from tests.faults.test_rebuild import COPIES, hashes
from tests.faults.workload import Workload
from tests.support.client import Client
from tests.support.mails import read_mails
from tests.support.waiting import wait_until

MEETINGS = 8
PATIENCE = 240
STORED = {
    # What was acknowledged, where it is then, and which of its facts is the id.
    "city": ("membership", "cities", "id"),
    "person": ("membership", "people", "id"),
    "meeting": ("events", "meetings", "meeting"),
    "accepted": ("events", "invitations", "invitation"),
    "party": ("travel", "parties", "id"),
    "block": ("travel", "blocks", "id"),
    "booked": ("travel", "trips", "trip"),
    "stay": ("travel", "stays", "id"),
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("RETRY_LADDER_SECONDS", ",".join(map(str, LADDER_SECONDS)))
    with Site.running(tmp_path / "site") as site:
        yield site


@pytest.fixture
def evidence(site: Site) -> Evidence:
    return Evidence(
        mongo_uri=site.zirve.mongo_uri,
        amqp_uri=site.zirve.amqp_uri,
        mails=site.zirve.mails,
        ladder_seconds=LADDER_SECONDS,
    )


def test_what_was_backed_up_under_load_goes_on_after_everything_was_lost(
    site: Site, evidence: Evidence, tmp_path: Path
) -> None:
    folder, data = tmp_path / "backup", str(tmp_path / "site")
    with Workload(site.zirve, "backup", tmp_path / "journal.jsonl", site.opened) as workload:
        hold(workload, MEETINGS)
        before = list(workload.journal.entries())
        assert backup(["take", "--data", data, "--to", str(folder)]) == 0
        hold(workload, 3)
        workload.pause()
        between = workload.journal.acknowledged()

        lose_everything(site)
        restore_though_killed(site, folder)
        forget(evidence)
        start_all(site)
        assert backup(["finish", "--data", data]) == 0
        check_copies_are_what_is_said(site, data)
        assert missing(site, before) == []

        workload.go_on()
        hold(workload, MEETINGS)
    assert settle(site) == []

    assert workload.failures == []
    later = list(workload.journal.entries())[between:]
    assert missing(site, later) == []
    evidence.entries = [*before, *later]
    assert judged(evidence) == []
    check_numbers(site, evidence.events)
    check_mails(site, folder)


# -- what happens ----------------------------------------------------------------------------------


def hold(workload: Workload, more: int) -> None:
    """Wait until some more meetings are held to their end."""
    held = workload.held
    wait_until(lambda: workload.held >= held + more, PATIENCE, what="meetings are held")


def lose_everything(site: Site) -> None:
    """Have every process die with what it has in hand, then drop the databases."""
    for each in PROCESSES:
        site.kill(each)
    with MongoClient[Json](site.zirve.mongo_uri) as client:
        for service in SERVICES:
            client.drop_database(service)


def restore_though_killed(site: Site, folder: Path) -> None:
    """Restore, killed half way at first; told nothing else, the second one goes on."""
    told = {"MONGO_URI": site.zirve.mongo_uri, "AMQP_URI": site.zirve.amqp_uri}
    command = [sys.executable, "-m", "deploy.backup", "restore", "--from", str(folder)]
    options: dict[str, Any] = {"env": inherited(**told), "cwd": REPOSITORY}
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)
    with MongoClient[Json](site.zirve.mongo_uri) as client:
        wait_until(lambda: len(client["membership"].list_collection_names()) > 1, 60)
        os.kill(first.pid, signal.SIGKILL)
        assert first.wait() == -signal.SIGKILL
        assert client["travel"]["_restore"].find_one({})["state"] == "writing"
    second = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert second.returncode == 0, second.stderr
    assert "Start the processes, then finish" in second.stdout


def forget(evidence: Evidence) -> None:
    """Have the witness hear anew what is said from now on: all that there is, once more."""
    evidence.watch()
    with evidence.channel() as channel:
        channel.queue_purge(WITNESS)


def start_all(site: Site) -> None:
    with ThreadPoolExecutor(len(PROCESSES)) as threads:
        list(threads.map(site.start, PROCESSES))
    assert site.failures == []


# -- what is looked at -----------------------------------------------------------------------------


def check_copies_are_what_is_said(site: Site, data: str) -> None:
    """Built again from nothing, by what publishers have said, each copy says the same."""
    assert settle(site) == []
    restored = hashes(site)
    for service in COPIES:
        assert rebuild(["--data", data, "--service", service, "--drop"]) == 0
    assert settle(site) == []
    assert len(restored) > len(PROCESSES)
    assert hashes(site) == restored


def missing(site: Site, entries: list[Json]) -> list[Json]:
    """Return what was acknowledged and is not there."""
    with MongoClient[Json](site.zirve.mongo_uri) as client:
        there = {
            what: set(client[service][collection].distinct("_id"))
            for what, (service, collection, _) in STORED.items()
        }
    known = [each for each in entries if each["what"] in STORED]
    return [each for each in known if each[STORED[each["what"]][2]] not in there[each["what"]]]


def judged(evidence: Evidence) -> list[str]:
    """Check all that holds whatever was forgotten."""
    verdict = Verdict()
    # What was a draft then has an organiser who thinks that it was announced: nobody copies it.
    meetings = evidence.documents["events"]["meetings"]
    for id_ in [id_ for id_, meeting in meetings.items() if meeting["state"] == "draft"]:
        del meetings[id_]
    for check in (check_queues, check_hearing, check_copies, check_journeys, check_messages):
        check(verdict, evidence)
    return verdict.failures


def check_numbers(site: Site, events: list[Event]) -> None:
    """Numbers go on beyond all that were forgotten, and again without gaps from there."""
    by_source: defaultdict[str, list[int]] = defaultdict(list)
    for event in events:
        by_source[event.source].append(event.sequence)
    with MongoClient[Json](site.zirve.mongo_uri) as client:
        floors = {name: client[name]["_epoch"].find_one({})["floor"] for name in SERVICES}
    beyond = 0
    for source, numbers in by_source.items():
        floor = floors[source.partition("/")[0]]
        newer = sorted(each for each in numbers if each > floor)
        older = sorted(each for each in numbers if each <= floor)
        assert newer == list(range(floor + 1, floor + 1 + len(newer))), source
        # Not every name of an event is heard by somebody, and only those are said again.
        assert len(set(older)) == len(older), source
        assert not older or older[-1] < 10_000, source
        beyond += len(newer)
    assert beyond > 0


def check_mails(site: Site, folder: Path) -> None:
    """What had been sent before the backup is not sent again; what is to be sent is sent."""
    kept = bson.decode_all(gzip.decompress((folder / "notification/messages.bson.gz").read_bytes()))
    sent_before = {each["_id"] for each in kept if each["state"] == "sent"}
    ids = (str(mail["Message-ID"]) for mail in read_mails(site.zirve.mails))
    mails = Counter(each.strip("<>").partition("@")[0] for each in ids)
    with MongoClient[Json](site.zirve.mongo_uri) as client:
        sent = {each["_id"] for each in client["notification"].messages.find({"state": "sent"})}

    assert sent_before
    assert [id_ for id_ in sent_before if mails[id_] != 1] == []
    assert [id_ for id_ in sent if not mails[id_]] == []
    again = [id_ for id_ in sent if mails[id_] > 1]
    assert not set(again) & sent_before
    sys.stdout.write(f"{len(sent_before)} sent before, {len(again)} after it and again\n")


# -- all of it here --------------------------------------------------------------------------------

CITY = {
    "city_id": "tr-izmir",
    "name": "Izmir",
    "country": "TR",
    "zone": "Europe/Istanbul",
    "languages": ["tr"],
    "since": "2024-01-01",
}


@dataclass(frozen=True)
class Here:
    """An installation with one person that was backed up, and one that came later."""

    zirve: Installation
    client: Client
    kept: str
    forgotten: str
    folder: Path
    restore: list[str]

    def guests(self) -> set[str]:
        """Return whom travel knows."""
        with MongoClient[Json](self.zirve.mongo_uri) as client:
            return {each["_id"] for each in client["travel"]["guests"].find({}, {"_id": 1})}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    data, folder = tmp_path / "here", tmp_path / "backup"
    with Installation(data, outside=Outside(), counts={"travel": 2}) as zirve:
        client = Client(zirve.url("membership"), zirve.token("organiser"))
        client.post("/v1/cities", CITY).raise_for_status()
        kept = registered(client, "Kept")
        restore = ["restore", "--data", str(data), "--from", str(folder)]
        here = Here(zirve, client, kept, "", folder, restore)
        wait_until(lambda: here.guests() == {kept})
        assert backup(["take", "--data", str(data), "--to", str(folder)]) == 0
        here = replace(here, forgotten=registered(client, "Forgotten"))
        wait_until(lambda: here.guests() == {kept, here.forgotten})
        yield here


def test_one_command_restores_what_runs_here(
    here: Here, capsys: pytest.CaptureFixture[str]
) -> None:
    assert backup(here.restore) == 1
    assert "Zirve runs here; restore with drop=yes" in capsys.readouterr().err
    assert here.guests() == {here.kept, here.forgotten}

    assert backup([*here.restore, "--drop"]) == 0
    assert capsys.readouterr().out.rstrip().endswith("Restored.")
    assert here.guests() == {here.kept}
    assert len([each for each in here.zirve.running() if each.name.startswith("travel-")]) == 2
    assert here.client.get(f"/v1/people/{here.forgotten}").status_code == 404
    newer = registered(here.client, "Newer")
    wait_until(lambda: here.guests() == {here.kept, newer})

    (here.folder / "travel/guests.bson.gz").write_bytes(b"")
    assert backup([*here.restore, "--drop"]) == 1
    assert "travel/guests.bson.gz: its SHA-256 is" in capsys.readouterr().err
    assert here.guests() == {here.kept, newer}


def test_where_one_service_alone_goes_back_others_forget_what_it_has_forgotten(
    here: Here, capsys: pytest.CaptureFixture[str]
) -> None:
    pid = here.zirve.pid("travel", 1)

    assert backup([*here.restore, "--drop", "--service", "membership"]) == 0

    assert "Building the copies of others anew" in capsys.readouterr().out
    assert here.client.get(f"/v1/people/{here.forgotten}").status_code == 404
    assert here.guests() == {here.kept}
    assert here.zirve.pid("travel", 1) == pid  # It went on meanwhile.


def registered(client: Client, name: str) -> str:
    found: str = client.post("/v1/people", {"city_id": "tr-izmir", "name": name}).json()["id"]
    return found
