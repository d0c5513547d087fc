"""Checks of the broker: every event once and in order, everything handled, nothing left."""

from collections import Counter, defaultdict

import amqp

from deploy.demo.checker.evidence import SERVICES, Evidence, Expected
from deploy.demo.checker.verdict import Verdict
from deploy.demo.checker.witness import Heard, heard


def check_broker(verdict: Verdict, evidence: Evidence, expected: Expected) -> None:
    """Check events and queues."""
    verdict.section("Events")
    events = heard(evidence)
    _check_numbers(verdict, events, expected)
    _check_sequences(verdict, events)
    _check_outboxes(verdict, evidence, events)
    _check_handled(verdict, evidence, events)
    leaks = {event.name for event in events if "/v1/answers/" in event.body}
    verdict.holds("no event carries an answer link", not leaks, leaks)
    verdict.section("Queues")
    for service in SERVICES:
        depths = _depths(evidence, service)
        left = {name: depth for name, depth in depths.items() if depth}
        verdict.holds(f"{service} has nothing in {len(depths)} queues", not left, left)
        # Where what is parked is taken from its queue.
        letters = evidence.database(service)["_dead_letters"]
        parked = letters.count_documents({"state": "parked"})
        verdict.same(f"{service} has parked nothing", parked, 0)


def _check_numbers(verdict: Verdict, events: list[Heard], expected: Expected) -> None:
    for service, numbers in expected.facts["events"].items():
        free = expected.facts["events_in_any_number"].get(service, ())
        found = Counter(e.name for e in events if e.service == service and e.name not in free)
        verdict.same(
            f"{service} has published {sum(numbers.values())} events", dict(found), numbers
        )


def _check_sequences(verdict: Verdict, events: list[Heard]) -> None:
    """Events of one aggregate are numbered 1, 2, 3 … without gaps, and no number comes twice."""
    by_source: defaultdict[str, list[int]] = defaultdict(list)
    for event in events:
        by_source[event.source].append(event.sequence)
    wrong = {
        source: sorted(numbers)
        for source, numbers in by_source.items()
        if sorted(numbers) != list(range(1, len(numbers) + 1))
    }
    verdict.holds(
        f"events of {len(by_source)} aggregates are numbered without gaps", not wrong, wrong
    )


def _check_outboxes(verdict: Verdict, evidence: Evidence, events: list[Heard]) -> None:
    for service in SERVICES:
        left, waiting, recorded = 0, [], 0
        for name in evidence.collections(service):
            for document in evidence.documents(service, name):
                left += len(document.get("_outbox", ()))
                recorded += document.get("_sequence", 0)
                if document.get("_waiting_for"):
                    waiting.append((name, document["_id"], document["_waiting_for"]))
        verdict.same(f"{service} has nothing in its outboxes", left, 0)
        verdict.holds(f"nothing waits in {service}", not waiting, waiting)
        published = sum(event.service == service for event in events)
        verdict.same(f"{service} has published all it has recorded", published, recorded)


def _check_handled(verdict: Verdict, evidence: Evidence, events: list[Heard]) -> None:
    """Whoever hears events of a kind has handled every one of them."""
    names = {f"{event.source}@{event.sequence}": event.name for event in events}
    for service in SERVICES:
        notes = evidence.database(service)["_seen"].find()
        handled = {each for note in notes for each in note["events"]}
        kinds = {(each.partition("/")[0], names[each]) for each in handled if each in names}
        due = {
            f"{event.source}@{event.sequence}"
            for event in events
            if (event.service, event.name) in kinds
        }
        missing = sorted(due - handled)[:5]
        verdict.holds(
            f"{service} has handled {len(due)} events of {len(kinds)} kinds", not missing, missing
        )


def _depths(evidence: Evidence, service: str) -> dict[str, int]:
    names = [f"{service}.{name}" for name in ("in", "parked", "unrouted")]
    names += [f"{service}.retry.{seconds}s" for seconds in evidence.ladder_seconds]
    depths = {}
    for name in names:
        try:
            with evidence.channel() as channel:
                depths[name] = channel.queue_declare(name, passive=True).message_count
        except amqp.NotFound:
            depths[name] = -1
    return depths
