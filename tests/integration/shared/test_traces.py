import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.local.services import Outside
from shared.clock import real_now
from shared.messaging.frames import Outgoing
from shared.observability.traces import context
from tests.conftest import TEST_SETTINGS
from tests.sample.outside import Poked
from tests.support.collector import Collector, by_name, has_all, is_whole, path_to, roots
from tests.support.line import Line
from tests.support.outside import Outsider
from tests.support.running_service import NO_MAILS, RunningService, installation_of
from tests.support.waiting import wait_until

MODULE = "tests.sample.service"
NOW = datetime(2024, 11, 1, tzinfo=UTC)
ORDER = {"city_id": "tr-izmir", "tally_id": "t1", "amount": 3}
CALLER = "00-{trace}-00f067aa0ba902b7-01"
HEARD = "process sample.events:OrderPlaced:sample.in"
PROCESS = "process outside.events:Poked:sample.in"
SOON_SECONDS, STOP_SECONDS = 4, 8
"""An exporter that is waited for keeps one for 10 s."""
Documents = Any


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.close()


@pytest.fixture
def sample(run_service: Callable[..., RunningService], collector: Collector) -> RunningService:
    return run_service(MODULE, {**traced(collector), "TIMER_POLL_SECONDS": "0.2"})


@pytest.fixture
def documents(sample: RunningService, mongo_client: MongoClient[dict[str, Any]]) -> Documents:
    return mongo_client[sample.database_name]


@pytest.fixture
def outsider(sample: RunningService) -> Iterator[Outsider]:
    outsider = Outsider(sample.amqp_uri)
    yield outsider
    outsider.close()


def traced(collector: Collector, **more: str) -> dict[str, str]:
    return {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OUTBOX_SWEEP_SECONDS": "1", **more}


def poke(outsider: Outsider, note: str, trace: str, text: str = "hello") -> Outgoing:
    event = Poked(note_id=note, text=text, answer=True, occurred_at=NOW)
    message = outsider.message(event, "things", note, 1)
    message.headers["traceparent"] = CALLER.format(trace=trace)
    return message


def lines(sample: RunningService, message: str) -> list[dict[str, Any]]:
    logged = [json.loads(line) for line in sample.log.splitlines()]
    return [line for line in logged if line["message"] == message]


def a_trace() -> str:
    return context.trace_id_of(context.begun())


def has_protobuf(sample: RunningService) -> bool:
    """Tell whether the process has loaded what OpenTelemetry's exporter needs."""
    return "google/_upb" in Path(f"/proc/{sample.zirve.pid('sample')}/maps").read_text()


def place(sample: RunningService, tally: str = "t1", **headers: str) -> Any:
    return sample.client().post("/v1/orders", {**ORDER, "tally_id": tally}, headers=headers)


# -- one tree --------------------------------------------------------------------------------------


def test_a_request_and_all_that_follows_from_it_are_one_tree_below_the_callers_span(
    sample: RunningService, collector: Collector
) -> None:
    trace = a_trace()

    placed = place(sample, traceparent=CALLER.format(trace=trace))

    counted = ["publish sample.events:OrderCounted", "bulkWrite tallies"]
    spans = collector.wait_for(trace, is_whole(*counted))
    (root,) = roots(spans)
    assert root.parent_id == "00f067aa0ba902b7"
    assert placed.headers["traceresponse"][:-2] == root.traceparent[:-2]
    assert context.is_sampled(placed.headers["traceresponse"])
    found = {name: each for name, (each,) in by_name(spans).items()}
    handled = [
        "POST /v1/orders",
        "publish sample.events:OrderPlaced",
        "process sample.events:OrderPlaced:sample.in",
    ]
    assert path_to(found["bulkWrite orders"], spans) == ["POST /v1/orders", "bulkWrite orders"]
    for name in counted:
        assert path_to(found[name], spans) == [*handled, name]
    assert len(spans) == 6
    assert has_protobuf(sample)


def test_spans_are_named_and_described_by_the_conventions_and_tell_of_nobody(
    sample: RunningService, collector: Collector, documents: Documents
) -> None:
    trace = a_trace()
    headers = {"traceparent": CALLER.format(trace=trace), "X-Correlation-Id": "c-1"}
    place(sample, **headers)

    spans = collector.wait_for(trace, is_whole("publish sample.events:OrderCounted"))
    found = {name: each for name, (each,) in by_name(spans).items()}

    request = found["POST /v1/orders"]
    assert request.kind == "SERVER"
    assert request.attributes == {
        "http.request.method": "POST",
        "http.route": "/v1/orders",
        "http.response.status_code": 201,
    }
    (fact,) = documents["_facts"].find({"type": "OrderPlaced"})
    message = {
        "messaging.system": "rabbitmq",
        "messaging.message.id": fact["id"],
        "messaging.message.conversation_id": "c-1",
        "messaging.rabbitmq.destination.routing_key": "OrderPlaced",
    }
    published = found["publish sample.events:OrderPlaced"]
    assert published.kind == "PRODUCER"
    assert published.attributes == message | {
        "messaging.operation.name": "publish",
        "messaging.operation.type": "send",
        "messaging.destination.name": "sample.events:OrderPlaced",
    }
    handled = found["process sample.events:OrderPlaced:sample.in"]
    assert handled.kind == "CONSUMER"
    assert handled.attributes == message | {
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": "sample.events:OrderPlaced:sample.in",
        "zirve.tries": 0,
        "zirve.fate": "done",
    }
    saved = found["bulkWrite tallies"]
    assert saved.kind == "CLIENT"
    assert saved.attributes == {
        "db.system.name": "mongodb",
        "db.operation.name": "bulkWrite",
        "db.collection.name": "tallies",
        "db.operation.batch.size": 1,
    }
    process = request.resource
    assert (process["service.name"], process["service.version"]) == ("sample", "0.1.0")
    assert len(process["service.instance.id"]) == 36
    assert process["process.pid"] == sample.zirve.pid("sample")
    assert not any(each.failed for each in spans)


def test_a_context_that_is_none_is_ignored_and_a_new_trace_begins(
    sample: RunningService, collector: Collector
) -> None:
    zeros = CALLER.format(trace="0" * 32)

    answer = place(sample, traceparent=zeros)

    trace = context.trace_id_of(answer.headers["traceresponse"])
    spans = collector.wait_for(trace, has_all("POST /v1/orders"))
    (root,) = roots(spans)
    assert trace != "0" * 32
    assert root.parent_id == ""


def test_log_lines_name_the_trace(sample: RunningService, outsider: Outsider) -> None:
    asked, heard = a_trace(), a_trace()

    place(sample, traceparent=CALLER.format(trace=asked))
    outsider.send([poke(outsider, "n1", heard, "poison")])

    wait_until(lambda: lines(sample, "event parked"), 20)
    assert [each["trace_id"] for each in lines(sample, "request answered")].count(asked) == 1
    failed = lines(sample, "event failed")
    assert {each["trace_id"] for each in failed} == {heard}
    assert {each["correlation_id"] for each in failed} == {"a-test"}
    assert [each["trace_id"] for each in lines(sample, "event parked")] == [heard]


def test_what_nobody_asks_about_is_no_trace(sample: RunningService, collector: Collector) -> None:
    client = sample.client()
    client.get("/metrics")
    lost = client.get("/v1/nothing")
    trace = context.trace_id_of(client.get("/v1/clock").headers["traceresponse"])

    collector.wait_for(trace, has_all("GET /v1/clock"))

    assert {each.name for each in collector.spans} == {"GET /v1/clock"}
    assert context.read(lost.headers["traceresponse"])


# -- batches ---------------------------------------------------------------------------------------


def test_a_batch_is_a_span_of_its_own_that_is_linked_to_each_of_its_messages(
    sample: RunningService, outsider: Outsider, collector: Collector
) -> None:
    traces = [a_trace() for _ in range(40)]
    sample.stop()
    outsider.send([poke(outsider, f"n{number}", each) for number, each in enumerate(traces)])
    sample.start()

    for each in traces:
        collector.wait_for(each, is_whole("publish sample.events:OrderCounted"))
    together = wait_until(
        lambda: [
            each for each in collector.spans if "messaging.batch.message_count" in each.attributes
        ]
    )
    handled = {each.trace_id: each for each in collector.spans if each.name == PROCESS}
    in_batches = {link for each in together for link in each.links}
    assert set(handled) == set(traces)
    for batch in together:
        assert batch.name == "process sample.in"
        assert batch.parent_id == ""
        assert batch.attributes["messaging.batch.message_count"] == len(batch.links)
        (saved,) = [each for each in collector.trace(batch.trace_id) if each is not batch]
        assert (saved.name, saved.parent_id) == ("bulkWrite notes", batch.id)
        for trace, parent in batch.links:
            message = handled[trace]
            assert message.parent_id == parent == "00f067aa0ba902b7"
            assert message.links == ((batch.trace_id, batch.id),)
            assert batch.began >= message.began
            assert batch.ended <= message.ended
    # The first of them may have come by itself.
    assert len(in_batches) >= len(traces) - 5


def test_of_what_was_not_sampled_nothing_is_kept_and_of_what_was_all(
    run_service: Callable[..., RunningService], collector: Collector
) -> None:
    chosen = {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0"}
    sample = run_service(MODULE, traced(collector, **chosen))
    trace = a_trace()

    unsampled = place(sample, "t1")
    sampled = place(sample, "t2", traceparent=CALLER.format(trace=trace))

    spans = collector.wait_for(trace, is_whole("publish sample.events:OrderCounted"))
    assert not context.is_sampled(unsampled.headers["traceresponse"])
    assert context.is_sampled(sampled.headers["traceresponse"])
    assert {each.trace_id for each in collector.spans} == {trace}
    assert len(spans) == 6


# -- later -----------------------------------------------------------------------------------------


def test_a_timer_begins_a_trace_that_is_linked_to_the_request_that_set_it(
    sample: RunningService, collector: Collector, documents: Documents
) -> None:
    order = place(sample).json()["id"]
    trace = a_trace()
    due_at = (real_now() + timedelta(seconds=1)).isoformat()
    answer = sample.client().put(
        f"/v1/orders/{order}/reminder",
        {"due_at": due_at},
        headers={"traceparent": CALLER.format(trace=trace)},
    )
    assert answer.status_code == 204

    (fired,) = wait_until(
        lambda: [each for each in collector.spans if each.name == "timer reminder"], 15
    )
    request = context.read(answer.headers["traceresponse"]) or ""
    assert fired.parent_id == ""
    assert fired.trace_id != trace
    assert fired.links == ((trace, request.split("-")[2]),)
    assert fired.attributes == {"zirve.timer": "reminder"}
    assert documents.orders.find_one({"_id": order})["reminded"] == 1
    collector.wait_for(fired.trace_id, has_all("timer reminder", "bulkWrite orders"))


def test_every_try_and_the_replay_of_a_dead_letter_stay_in_the_trace(
    sample: RunningService, outsider: Outsider, collector: Collector, documents: Documents
) -> None:
    trace = a_trace()
    outsider.send([poke(outsider, "n1", trace, "poison")])
    (letter,) = wait_until(lambda: list(documents["_dead_letters"].find()), 20)

    sample.client("operator").post("/v1/dead-letters/replays", {"ids": [letter["_id"]]})

    spans = collector.wait_for(trace, lambda found: len(found) == 8, 30)
    told = sorted((each.began, each.attributes["zirve.tries"]) for each in spans)
    assert [tries for _, tries in told] == [0, 1, 2, 3] * 2
    assert {each.parent_id for each in spans} == {"00f067aa0ba902b7"}
    assert {each.attributes["error.type"] for each in spans} == {"ValueError"}
    assert all(each.failed for each in spans)


def test_a_kill_between_save_and_publish_keeps_the_trace(
    tmp_path: Path,
    outside: Outside,
    collector: Collector,
    mongo_client: MongoClient[dict[str, Any]],
) -> None:
    line = Line(outside.amqp_uri or "")
    given = Outside(
        amqp_uri=line.through(outside.amqp_uri or ""),
        mongo_uri=outside.mongo_uri,
        smtp_uri=NO_MAILS,
        database_prefix=outside.database_prefix,
    )
    told = {**TEST_SETTINGS, **traced(collector)}
    name, zirve = installation_of(MODULE, tmp_path / "sample", given, told)
    with zirve:
        sample = RunningService(name, zirve)
        line.cut()
        trace = a_trace()
        answer = place(sample, traceparent=CALLER.format(trace=trace))
        sample.kill()
        (order,) = mongo_client[sample.database_name].orders.find()
        (saved,) = order["_outbox"]

        line.mend()
        sample.start()

        counted = has_all("publish sample.events:OrderCounted", HEARD)
        spans = collector.wait_for(trace, counted, 30)
    assert answer.status_code == 201
    assert saved["traceparent"] == answer.headers["traceresponse"]
    found = by_name(spans)
    published = found["publish sample.events:OrderPlaced"]
    assert {each.parent_id for each in published} == {saved["traceparent"].split("-")[2]}
    (handled,) = found[HEARD]
    assert handled.parent_id in {each.id for each in published}


# -- nobody keeps them -----------------------------------------------------------------------------


def test_without_a_collector_the_callers_context_travels_as_it_came(
    run_service: Callable[..., RunningService], mongo_client: MongoClient[dict[str, Any]]
) -> None:
    sample = run_service(MODULE)
    documents = mongo_client[sample.database_name]
    given = CALLER.format(trace=a_trace())

    asked = place(sample, "t1", traceparent=given)
    new = place(sample, "t2")

    facts = wait_until(lambda: len(found := list(documents["_facts"].find())) == 4 and found, 15)
    traces = {each["traceparent"] for each in facts}
    assert asked.headers["traceresponse"] == given
    assert traces == {given, new.headers["traceresponse"]}
    assert new.headers["traceresponse"].endswith("-00")
    named = [each["trace_id"] for each in lines(sample, "request answered")]
    assert [context.trace_id_of(each.headers["traceresponse"]) for each in (asked, new)] == named
    assert not has_protobuf(sample)


# -- a collector that is no help -------------------------------------------------------------------


def test_a_collector_that_is_away_costs_spans_and_nothing_else(
    sample: RunningService, collector: Collector, outsider: Outsider, documents: Documents
) -> None:
    collector.close()

    slowest = answer_and_handle(sample, outsider, documents)

    assert slowest < SOON_SECONDS
    wait_until(lambda: lines(sample, "spans are lost"), 30)
    began = time.monotonic()
    sample.stop()
    assert time.monotonic() - began < STOP_SECONDS
    assert len(lines(sample, "spans are lost")) == 1
    assert lines(sample, "stopped")


def test_a_collector_that_does_not_answer_delays_nothing_and_may_come_back(
    sample: RunningService, collector: Collector, outsider: Outsider, documents: Documents
) -> None:
    collector.hold()

    slowest = answer_and_handle(sample, outsider, documents)

    assert slowest < SOON_SECONDS
    assert collector.requests
    assert not collector.spans
    wait_until(lambda: lines(sample, "spans are lost"), 30)
    collector.let_go()
    wait_until(lambda: lines(sample, "spans are kept again"), 30)

    before = collector.requests
    collector.hold()
    place(sample)
    wait_until(lambda: collector.requests > before, 15)
    began = time.monotonic()
    sample.stop()
    assert time.monotonic() - began < STOP_SECONDS
    assert lines(sample, "stopped")


def answer_and_handle(sample: RunningService, outsider: Outsider, documents: Documents) -> float:
    """Have 200 requests answered and 500 events handled; returns the slowest answer, s."""
    pokes = [poke(outsider, f"n{number}", a_trace()) for number in range(500)]
    thread = threading.Thread(target=outsider.send, args=[pokes])
    thread.start()
    client, seconds = sample.client(), []
    for _ in range(200):
        began = time.monotonic()
        assert client.post("/v1/orders", ORDER).status_code == 201
        seconds.append(time.monotonic() - began)
    thread.join()
    wait_until(lambda: documents.notes.count_documents({}) == 500, 30)
    wait_until(lambda: sum(documents.tallies.find_one({"_id": "t1"})["counts"].values()) == 600, 30)
    return max(seconds)
