from collections.abc import Callable
from typing import Any

from pymongo import MongoClient

from shared.persistence.epoch import begin_epoch
from tests.support.running_service import RunningService
from tests.support.waiting import wait_until

ORDER = {"city_id": "tr-izmir", "tally_id": "t", "amount": 3}


def test_what_is_stored_keeps_its_number_until_it_says_something_new(
    run_service: Callable[..., RunningService], mongo_client: MongoClient[dict[str, Any]]
) -> None:
    sample = run_service("tests.sample.service")
    stored = mongo_client[sample.database_name]
    order = sample.client().post("/v1/orders", ORDER).json()["id"]
    wait_until(lambda: stored.tallies.find_one({"_id": "t", "_outbox": []}))
    sample.stop()

    floor = begin_epoch(stored, ["orders", "tallies", "notes"])

    for found in (stored.orders.find_one({"_id": order}), stored.tallies.find_one({"_id": "t"})):
        assert found["_sequence"] == 1
        assert found["_version"] == floor
    sample.start()
    newer = sample.client().post("/v1/orders", ORDER).json()["id"]
    wait_until(lambda: stored.tallies.find_one({"_id": "t"})["_version"] == floor + 1)
    assert stored.tallies.find_one({"_id": "t"})["_sequence"] == floor + 1
    assert stored.orders.find_one({"_id": newer})["_sequence"] == floor + 1
    assert stored.orders.find_one({"_id": order})["_sequence"] == 1
