from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from shared.clock import real_now, utc_now
from shared.messaging.envelope import Cause, sealed
from shared.messaging.frames import Outgoing
from shared.messaging.restatement import PAGE, Restatements
from shared.persistence.mongo import connect
from shared.persistence.store import Store
from tests.sample.sample import OrderPlaced
from tests.support.client import Client
from tests.support.running_service import RunningService
from tests.support.waiting import wait_until

Database = Any


class Death(BaseException):
    """The process is killed."""


class Dying:
    """A publisher whose process is killed in or after some call."""

    def __init__(self, dies_at: int) -> None:
        self.sent: list[Outgoing] = []
        self._calls = 0
        self._dies_at = dies_at

    def send(self, messages: list[Outgoing]) -> None:
        self._calls += 1
        self.sent += messages
        if self._calls == self._dies_at:
            raise Death


@pytest.fixture
def store(mongo: str, database: Database) -> Iterator[Store]:
    store = Store(connect(mongo, database.name, "a test"))
    yield store
    store.database.client.close()


def said(number: int) -> tuple[str, str, dict[str, Any]]:
    event = OrderPlaced(order_id=f"o{number}", tally_id="t", amount=1, occurred_at=utc_now())
    return "orders", f"o{number}", sealed(event, 1, Cause("c", "d"))


def test_what_a_killed_process_has_begun_is_ended_by_another(store: Store) -> None:
    total = 2 * PAGE + 10
    store.facts.keep(said(number) for number in range(total))
    dying, heir = Dying(dies_at=2), Dying(dies_at=0)
    first, second = (Restatements("sample", store, each, ["orders"]) for each in (dying, heir))
    asked = first.ask(["OrderPlaced"], "a test")
    assert first.publish_page()
    with pytest.raises(Death):
        first.publish_page()

    assert not second.publish_page()  # It is the other's, as long as the lease lasts.
    lapsed = {"$set": {"until": real_now() - timedelta(seconds=1)}}
    store.database["_restatements"].update_one({}, lapsed)
    while second.publish_page():
        continue

    state = second.get(asked["_id"])
    assert state["finished_at"] is not None
    assert state["published"] == total
    assert len({each.id for each in [*dying.sent, *heir.sent]}) == total
    assert len(heir.sent) == total - PAGE


def test_it_waits_for_what_is_in_an_outbox_when_it_is_asked_for(store: Store) -> None:
    collection, order, entry = said(1)
    document = {"_id": order, "_version": 1, "_outbox": [entry]}
    store.database[collection].insert_one(document)
    sender = Dying(dies_at=0)
    restatements = Restatements("sample", store, sender, ["orders"])
    restatements.ask(["OrderPlaced"], "a test")

    assert not restatements.publish_page()

    store.facts.keep([(collection, order, entry)])
    store.published(collection, [order], [entry["id"]])
    later = {"_id": "o2", "_version": 1, "_outbox": [said(2)[2]]}
    store.database[collection].insert_one(later)  # what is recorded meanwhile is not waited for
    assert restatements.publish_page()
    assert [each.id for each in sender.sent] == [entry["id"]]


def test_a_fact_is_kept_once_however_often_it_is_published(store: Store) -> None:
    facts = [said(1), said(2)]
    store.facts.keep(facts[:1])

    store.facts.keep(facts)

    assert store.facts.count() == 2
    assert store.facts.last_number("orders", "o1") == 1
    assert store.facts.last_number("orders", "o") == 0


def test_what_is_said_again_changes_nothing_where_it_was_heard(
    run_service: Callable[..., RunningService], mongo_client: MongoClient[dict[str, Any]]
) -> None:
    sample = run_service("tests.sample.service")
    documents = mongo_client[sample.database_name]
    organiser = Client(sample.url, sample.token())
    operator = Client(sample.url, sample.token("operator"))
    body = {"city_id": "tr-izmir", "tally_id": "t1", "amount": 3}
    for _ in range(3):
        organiser.post("/v1/orders", body).raise_for_status()
    wait_until(lambda: len((documents.tallies.find_one() or {"counts": {}})["counts"]) == 3)
    before = documents.tallies.find_one({}, {"_outbox": 0})
    wait_until(lambda: documents["_facts"].count_documents({"type": "OrderPlaced"}) == 3)

    answer = operator.post("/v1/restatements", {"events": ["OrderPlaced"]})
    assert answer.status_code == 202
    restatement = answer.json()["id"]
    path = f"/v1/copies/restatements/{restatement}"
    wait_until(lambda: operator.get(path).json()["handled"] == 3)

    assert operator.get(f"/v1/restatements/{restatement}").json()["published"] == 3
    assert documents.tallies.find_one({}, {"_outbox": 0}) == before
    for client in (organiser, operator):
        client.close()


def test_restatements_and_copies_refuse_what_makes_no_sense(
    run_service: Callable[..., RunningService],
) -> None:
    sample = run_service("tests.sample.service")
    operator, organiser = (Client(sample.url, sample.token(r)) for r in ("operator", "organiser"))

    assert organiser.post("/v1/restatements", {"events": ["OrderPlaced"]}).status_code == 403
    refused = operator.post("/v1/restatements", {"events": []})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "events")
    assert operator.get("/v1/restatements/none").json()["code"] == "unknown_restatement"
    assert operator.post("/v1/copies/orders/reset", {}).json()["code"] == "unknown_copy"
    assert operator.get("/v1/copies").json()["copies"] == []
    for client in (operator, organiser):
        client.close()
