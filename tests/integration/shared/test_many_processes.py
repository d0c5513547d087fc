from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.local.installation import Installation
from deploy.local.services import Outside
from tests.conftest import TEST_SETTINGS
from tests.sample.outside import Poked, Retitled
from tests.support.outside import Outsider
from tests.support.running_service import NO_MAILS
from tests.support.waiting import wait_until

NOW = datetime(2024, 11, 1, tzinfo=UTC)
PROCESSES = 4
EVENTS = 1200


@pytest.fixture
def zirve(tmp_path: Path, outside: Outside) -> Iterator[Installation]:
    given = Outside(
        amqp_uri=outside.amqp_uri,
        mongo_uri=outside.mongo_uri,
        smtp_uri=NO_MAILS,
        database_prefix=outside.database_prefix,
    )
    with Installation(
        tmp_path,
        counts={"sample": PROCESSES},
        settings=TEST_SETTINGS,
        outside=given,
        modules={"sample": "tests.sample.service"},
    ) as zirve:
        yield zirve


@pytest.fixture
def outsider(zirve: Installation) -> Iterator[Outsider]:
    outsider = Outsider(zirve.amqp_uri)
    yield outsider
    outsider.close()


@pytest.fixture
def note(zirve: Installation, mongo_client: MongoClient[dict[str, Any]]) -> Callable[[], Any]:
    notes = mongo_client[zirve.database("sample")].notes
    return lambda: notes.find_one({"_id": "n0"}) or {"texts": [], "title": ""}


def poked(number: int) -> Poked:
    return Poked(note_id="n0", text=f"t{number}", occurred_at=NOW)


def retitled(number: int) -> Retitled:
    return Retitled(note_id="n0", title=f"t{number}", occurred_at=NOW)


@pytest.mark.parametrize("step", [1, 2], ids=["all of its events", "every other of its events"])
def test_four_processes_apply_all_that_one_aggregate_hears_of_another(
    step: int, outsider: Outsider, note: Callable[[], Any]
) -> None:
    numbers = range(step, EVENTS * step + 1, step)

    outsider.send([outsider.message(poked(number), "things", "n0", number) for number in numbers])

    wait_until(lambda: len(note()["texts"]) + outsider.count("sample.parked") >= EVENTS, 60)
    assert outsider.count("sample.parked") == 0
    assert sorted(note()["texts"]) == sorted(f"t{number}" for number in numbers)


def test_events_of_many_kinds_take_effect_in_order_where_order_matters(
    outsider: Outsider, note: Callable[[], Any]
) -> None:
    events = [(n, retitled(n) if n % 3 == 0 else poked(n)) for n in range(1, EVENTS + 1)]
    expected = sorted(f"t{n}" for n, event in events if isinstance(event, Poked))

    outsider.send([outsider.message(event, "things", "n0", n) for n, event in events])

    wait_until(lambda: outsider.count("sample.in") == 0, 60)
    wait_until(lambda: len(note()["texts"]) == len(expected), 60)
    wait_until(lambda: note()["title"] == f"t{EVENTS}", 10)
    assert sorted(note()["texts"]) == expected
    assert outsider.count("sample.parked") == 0
