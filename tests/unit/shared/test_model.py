import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.messaging.envelope import Cause, headers_of, sealed
from shared.messaging.frames import Outgoing
from shared.messaging.received import Fate
from shared.persistence.command import RequestKey
from tests.sample.domain import Order
from tests.sample.outside import Poked
from tests.unit.shared.simulation import Process, World, without_time

SCHEDULES = int(os.environ.get("MODEL_SCHEDULES", "10000"))  # noqa: TID251 - a test's own
NOW = datetime(2024, 11, 1, tzinfo=UTC)
ORDERS, TALLIES, REMARKS, POKES = 5, 2, 6, 5


def place(number: int) -> Callable[[Process], None]:
    def start(process: Process) -> None:
        orders = process.service.orders

        def call() -> str:
            order = Order.place(f"o{number}", "tr-izmir", f"t{number % TALLIES}", 10 + number, NOW)
            orders.save(order)
            return order.id

        process.spawn(process.command, number, call, RequestKey(f"k{number}", "b"))

    return start


def remark(number: int, *, keyed: bool) -> Callable[[Process], None]:
    def start(process: Process) -> None:
        orders = process.service.orders

        def call() -> int:
            order = orders.find(f"o{number % ORDERS}")
            if order is None:
                return -1
            order.remark(f"r{number}")
            orders.save(order)
            return len(order.remarks)

        request = RequestKey(f"k{number}", "b") if keyed else None
        process.spawn(process.command, number, call, request)

    return start


def poke(world: World, number: int, text: str) -> Callable[[Process], None]:
    """Publish from outside, numbered as the aggregate n0 of another service would."""

    def start(process: Process) -> None:
        event = Poked(note_id="n0", text=text, occurred_at=NOW)
        entry = sealed(event, number + 1, Cause("c", "d"))
        headers = headers_of(entry, "outside", "things", "n0")
        message = Outgoing("outside.events", "Poked", entry["body"], headers, entry["id"])
        process.spawn(world.send, [message])

    return start


def play(schedule: bytes, store: Any = None) -> World:
    world = World(iter(schedule), store)
    script: list[Callable[[Process], None]] = []
    for number in range(ORDERS):
        # The same request comes twice, perhaps at once, as from a client that lost its answer.
        script += [place(number), place(number)]
    for number in range(100, 100 + REMARKS):
        keyed = number % 2 == 0
        script += [remark(number, keyed=keyed)] * (2 if keyed else 1)
    for number in range(POKES):
        text = {2: "poison", 3: "refuse"}.get(number, f"p{number}")
        script.append(poke(world, number, text))
    order = list(range(len(script)))
    for place_ in range(len(order) - 1, 0, -1):
        other = world.choose(place_ + 1)
        order[place_], order[other] = order[other], order[place_]
    with without_time():
        world.run([script[each] for each in order], steps=len(schedule))
        world.settle()
    return world


def check(world: World) -> None:
    acknowledged_commands_are_there(world)
    every_order_is_counted_once(world)
    every_event_was_published_and_no_number_given_twice(world)
    every_published_event_is_a_fact(world)
    every_poke_is_noted_once(world)
    failures_have_their_reason(world)


def acknowledged_commands_are_there(world: World) -> None:
    orders = world.documents("orders")
    for number, answer in world.acknowledged.items():
        if number < ORDERS:
            assert answer.body == f"o{number}".encode()
            assert f"o{number}" in orders
        elif answer.body != b"-1":
            remarks = orders[f"o{number % ORDERS}"]["remarks"]
            assert remarks.count(f"r{number}") == 1, remarks


def every_order_is_counted_once(world: World) -> None:
    orders, tallies = world.documents("orders"), world.documents("tallies")
    for order in orders.values():
        assert len(order["remarks"]) == len(set(order["remarks"]))
        assert tallies[order["tally_id"]]["counts"][order["_id"]] == order["amount"]
    counted = [each for tally in tallies.values() for each in tally["counts"]]
    assert sorted(counted) == sorted(orders)


def every_event_was_published_and_no_number_given_twice(world: World) -> None:
    for ids in world.published.values():
        assert len(ids) == 1
    for collection in ("orders", "tallies", "notes"):
        for document in world.documents(collection).values():
            assert document["_outbox"] == []
            for number in range(1, document["_sequence"] + 1):
                assert (f"/sample/{collection}/{document['_id']}", str(number)) in world.published


def every_published_event_is_a_fact(world: World) -> None:
    published = [
        id_
        for (source, _), ids in world.published.items()
        if source.startswith("/sample")
        for id_ in ids
    ]
    assert sorted(each["id"] for each in world.store.facts.everything()) == sorted(published)


def every_poke_is_noted_once(world: World) -> None:
    sent = {number for source, number in world.published if source.startswith("/outside")}
    texts = world.documents("notes").get("n0", {"texts": []})["texts"]
    assert sorted(texts) == sorted({f"p{int(each) - 1}" for each in sent} - {"p2", "p3"})


def failures_have_their_reason(world: World) -> None:
    for message in world.failed:
        if message.envelope is not None and message.envelope.name == "OrderCounted":
            assert message.reason.startswith("no_handler")
        else:
            assert message.fate is (Fate.PARK if b"refuse" in message.body else Fate.RETRY)
            assert b"poison" in message.body or b"refuse" in message.body


@settings(
    max_examples=SCHEDULES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.binary(min_size=200, max_size=900))
def test_whatever_is_killed_when_nothing_is_lost_and_nothing_happens_twice(schedule: bytes) -> None:
    check(play(schedule))
