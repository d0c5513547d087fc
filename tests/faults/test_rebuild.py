"""Copies that are dropped while all goes on are what they would have been."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bson.json_util import dumps
from pymongo import MongoClient

from deploy.rebuild.__main__ import main
from tests.faults.audit import Evidence, audit
from tests.faults.settling import settle
from tests.faults.site import LADDER_SECONDS, Site
from tests.faults.workload import Workload
from tests.support.waiting import wait_until

COPIES = {
    "events": ("members", "people", "bodies", "presidencies"),
    "travel": ("guests", "cities", "meetings"),
    "notification": ("recipients", "meetings", "attendances"),
}
MEETINGS = 10
CHASSIS = ("_version", "_sequence", "_saved_by", "_outbox", "_heard", "_claim")
"""How a document came to be, not what it says."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Site.running(tmp_path) as site:
        yield site


def test_copies_that_are_dropped_while_all_goes_on_equal_the_undisturbed_ones(
    site: Site, tmp_path: Path
) -> None:
    evidence = Evidence(
        mongo_uri=site.zirve.mongo_uri,
        amqp_uri=site.zirve.amqp_uri,
        mails=site.zirve.mails,
        ladder_seconds=LADDER_SECONDS,
    )
    evidence.watch()
    with Workload(site.zirve, "rebuild", tmp_path / "journal.jsonl", site.opened) as workload:
        wait_until(lambda: workload.held >= MEETINGS, 120)
        workload.pause()
        assert settle(site) == []
        undisturbed = hashes(site)
        workload.go_on()
        for service in COPIES:
            held = workload.held
            assert main(["--data", str(tmp_path), "--service", service, "--drop"]) == 0
            wait_until(lambda held=held: workload.held > held + 3, 120)  # type: ignore[misc]
    assert settle(site) == []

    assert workload.failures == []
    rebuilt = hashes(site)
    assert {key: rebuilt.get(key) for key in undisturbed} == undisturbed
    assert len(rebuilt) > len(undisturbed)

    for service in COPIES:
        assert main(["--data", str(tmp_path), "--service", service]) == 0
    assert settle(site) == []
    assert hashes(site) == rebuilt

    evidence.entries = list(workload.journal.entries())
    assert audit(evidence).failures == []


def hashes(site: Site) -> dict[tuple[str, str, str], str]:
    """Return by service, collection and id what each copy says."""
    found = {}
    with MongoClient[dict[str, Any]](site.zirve.mongo_uri) as client:
        for service, collections in COPIES.items():
            for name in collections:
                for document in client[service][name].find():
                    said = {k: v for k, v in document.items() if k not in CHASSIS}
                    digest = hashlib.sha256(dumps(said, sort_keys=True).encode()).hexdigest()
                    found[service, name, document["_id"]] = digest
    return found
