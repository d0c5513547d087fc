"""Checks of events and queues: all published, each once, nothing left, only garbage parked."""

from collections import defaultdict
from collections.abc import Iterator

import amqp

from tests.faults.audit.evidence import SERVICES, Event, Evidence
from tests.faults.audit.verdict import Verdict


def check_events(verdict: Verdict, evidence: Evidence) -> None:
    """Check that what was recorded was published."""
    verdict.section("Events")
    by_source: defaultdict[str, list[Event]] = defaultdict(list)
    for event in evidence.events:
        by_source[event.source].append(event)
    wrong = [
        f"{source}: {sorted(each.sequence for each in events)}"
        for source, events in by_source.items()
        if sorted(each.sequence for each in events) != list(range(1, len(events) + 1))
    ]
    verdict.none("aggregates whose events are numbered 1, 2, 3 …", wrong, len(by_source))
    recorded = {
        f"{service}/{collection}/{id_}": document.get("_sequence", 0)
        for service, collections in evidence.documents.items()
        for collection, documents in collections.items()
        for id_, document in documents.items()
    }
    missing = [
        f"{source}: {number} recorded, {len(by_source.get(source, ()))} published"
        for source, number in recorded.items()
        if number != len(by_source.get(source, ()))
    ]
    missing += [f"{source} is in no database" for source in by_source.keys() - recorded.keys()]
    verdict.none("events recorded in the databases and published", missing, sum(recorded.values()))
    again = sum(number - 1 for number in evidence.times.values())
    verdict.note(f"published once more than once: {again} times")


def check_queues(verdict: Verdict, evidence: Evidence) -> None:
    """Check that nothing is left anywhere."""
    verdict.section("What is left")
    everything = [
        (f"{service}/{collection}/{id_}", document)
        for service, collections in evidence.documents.items()
        for collection, documents in collections.items()
        for id_, document in documents.items()
    ]
    verdict.none(
        "documents without an event in the outbox",
        [name for name, document in everything if document.get("_outbox")],
        len(everything),
    )
    verdict.none(
        "documents that wait for nothing",
        [(name, found) for name, document in everything if (found := document.get("_waiting_for"))],
        len(everything),
    )
    depths = dict(_depths(evidence))
    verdict.none("empty queues", [each for each in depths.items() if each[1]], len(depths))
    _check_parked(verdict, evidence)


def _check_parked(verdict: Verdict, evidence: Evidence) -> None:
    parked = evidence.parked
    unsure = set(evidence.unsure)
    others = [
        f"{key}: {reason[:200]}"
        for key, reason in parked.items()
        if key not in evidence.garbage and key not in unsure
    ]
    verdict.none("parked messages that are garbage", others, len(parked))
    lost = [
        f"{key}: {parked.get(key, 'is not there')[:200]}, {reason} was expected"
        for key, reason in evidence.garbage.items()
        if not parked.get(key, "").startswith(reason)
    ]
    verdict.none("pieces of garbage parked with the right reason", lost, len(evidence.garbage))


def _depths(evidence: Evidence) -> Iterator[tuple[str, int]]:
    for service in SERVICES:
        names = [f"{service}.in", f"{service}.parked"]
        names += [f"{service}.retry.{seconds}s" for seconds in evidence.ladder_seconds]
        for name in names:
            try:
                with evidence.channel() as channel:
                    yield name, channel.queue_declare(name, passive=True).message_count
            except amqp.NotFound:
                yield name, -1
