from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.local.installation import Installation
from shared.clock import real_now
from tests.support.client import Client
from tests.support.running_service import RunningService
from tests.support.waiting import wait_until

Documents = Any
MODULE = "tests.sample.service"
UNREADABLE = 2
"""A schema that no code knows: whatever loads such a document fails."""


@pytest.fixture
def sample(run_service: Callable[..., RunningService]) -> RunningService:
    return run_service(MODULE, {"TIMER_POLL_SECONDS": "0.2"})


@pytest.fixture
def documents(sample: RunningService, mongo_client: MongoClient[dict[str, Any]]) -> Documents:
    return mongo_client[sample.database_name]


@pytest.fixture
def organiser(sample: RunningService, client: Callable[..., Client]) -> Client:
    return client(sample)


def an_order(order_id: str, due_at: datetime, *, schema: int = 1) -> dict[str, Any]:
    return {
        "_id": order_id,
        "city_id": "tr-izmir",
        "tally_id": "t",
        "amount": 1,
        "remarks": [],
        "cancelled": False,
        "reminded": 0,
        "_timers": [{"kind": "reminder", "due_at": due_at}],
        "_version": 1,
        "_sequence": 0,
        "_schema": schema,
        "_saved_by": [1],
        "_outbox": [],
    }


def in_seconds(seconds: float) -> datetime:
    return real_now() + timedelta(seconds=seconds)


def reminded(documents: Documents, order_id: str) -> int:
    found: int = documents.orders.find_one({"_id": order_id})["reminded"]
    return found


def timer_of(documents: Documents, order_id: str) -> dict[str, Any]:
    (timer,) = documents.orders.find_one({"_id": order_id})["_timers"]
    return dict(timer)


def test_a_thousand_timers_of_the_same_second_fire_once_each_though_one_of_four_is_killed(
    installation: Callable[..., Installation], mongo_client: MongoClient[dict[str, Any]]
) -> None:
    zirve = installation({"sample": 4}, {"TIMER_POLL_SECONDS": "0.2"}, {"sample": MODULE})
    orders = mongo_client[zirve.database("sample")].orders
    due_at = in_seconds(1)
    orders.insert_many(an_order(f"o{n}", due_at) for n in range(1000))

    wait_until(lambda: orders.count_documents({"reminded": 1}) >= 100, 20)
    zirve.kill("sample", 1)
    survived = orders.count_documents({"_timers": {"$exists": True}})

    wait_until(lambda: orders.count_documents({"_timers": {"$exists": True}}) == 0, 30)
    assert survived > 0
    assert orders.count_documents({"reminded": 1}) == 1000


def test_a_timer_that_was_moved_fires_at_its_new_time_alone(
    organiser: Client, documents: Documents
) -> None:
    documents.orders.insert_many(
        [an_order("later", in_seconds(2)), an_order("sooner", in_seconds(3600))]
    )
    for order_id, due_at in (("later", in_seconds(3600)), ("sooner", in_seconds(2))):
        moved = organiser.put(f"/v1/orders/{order_id}/reminder", {"due_at": due_at.isoformat()})
        assert moved.status_code == 204
    documents.orders.insert_one(an_order("control", in_seconds(2.2)))

    wait_until(lambda: reminded(documents, "control") and reminded(documents, "sooner"), 15)

    assert reminded(documents, "later") == 0
    assert reminded(documents, "sooner") == 1
    organiser.put("/v1/orders/later/reminder", {"due_at": in_seconds(0).isoformat()})
    wait_until(lambda: reminded(documents, "later") == 1, 15)


def test_timers_that_always_fail_hide_none_of_those_that_are_due_after_them(
    documents: Documents,
) -> None:
    broken = (an_order(f"bad{n}", in_seconds(-60), schema=UNREADABLE) for n in range(450))
    unknown = an_order("nobodys", in_seconds(-60))
    unknown["_timers"][0]["kind"] = "forgotten"
    documents.orders.insert_many([*broken, unknown])

    documents.orders.insert_many(an_order(f"good{n}", in_seconds(-1)) for n in range(50))

    wait_until(lambda: documents.orders.count_documents({"reminded": 1}) == 50, 20)
    # Those that are due at one look are fired in any order, so the last may be one that fails.
    wait_until(lambda: documents.orders.count_documents({"_timers.tries": {"$gte": 1}}) == 450, 10)


def test_a_timer_that_fails_is_tried_again_after_a_pause_of_real_time_that_doubles(
    organiser: Client, documents: Documents
) -> None:
    documents.orders.insert_one(an_order("bad", in_seconds(-1), schema=UNREADABLE))
    wait_until(lambda: timer_of(documents, "bad").get("tries") == 1, 10)
    assert 2 < (timer_of(documents, "bad")["again_at"] - real_now()).total_seconds() <= 5

    organiser.put("/v1/clock", {"now": in_seconds(86_400).isoformat()})
    documents.orders.insert_one(an_order("control", in_seconds(3600)))
    wait_until(lambda: reminded(documents, "control") == 1, 10)
    assert timer_of(documents, "bad")["tries"] == 1

    documents.orders.update_one({"_id": "bad"}, {"$set": {"_timers.0.again_at": in_seconds(-1)}})
    wait_until(lambda: timer_of(documents, "bad")["tries"] == 2, 10)
    assert 5 < (timer_of(documents, "bad")["again_at"] - real_now()).total_seconds() <= 10


def test_the_pause_of_a_timer_ends_when_it_is_set_anew(
    organiser: Client, documents: Documents
) -> None:
    tried = an_order("o1", in_seconds(-1))
    tried["_timers"][0] |= {"tries": 3, "again_at": in_seconds(600)}
    documents.orders.insert_one(tried)
    for control in ("o2", "o3"):
        documents.orders.insert_one(an_order(control, in_seconds(-1)))
        wait_until(lambda control=control: reminded(documents, control) == 1, 10)  # type: ignore[misc]
    assert reminded(documents, "o1") == 0

    organiser.put("/v1/orders/o1/reminder", {"due_at": in_seconds(0).isoformat()})

    wait_until(lambda: reminded(documents, "o1") == 1, 10)
