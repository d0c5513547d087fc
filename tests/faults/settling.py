"""Waiting until nothing is under way any more."""

import time
from collections.abc import Iterator
from typing import Any

import amqp
from pymongo import MongoClient

from deploy.local.broker import DEAD_LETTER_CONFIRM_MS
from tests.faults.noise import channel
from tests.faults.site import LADDER_SECONDS, SERVICES, Site
from tests.faults.wires import AmqpWire

SETTLE_SECONDS = 420
PAUSE_SECONDS = 0.5
CALM_SECONDS = 3
"""For so long all looks must find nothing: between queue and process a message is nowhere."""
CALM_SECONDS_AFTER_KILLS = CALM_SECONDS + DEAD_LETTER_CONFIRM_MS / 1000
"""A message on its way down from the ladder is in no queue's count while the broker waits to hear
that it has arrived, and it does not arrive if the broker was killed just before."""


def settle(site: Site, calm_seconds: float = CALM_SECONDS) -> list[str]:
    """Wait; returns what is still under way when the time is up."""
    deadline = time.monotonic() + SETTLE_SECONDS
    calm_since, found = time.monotonic(), ["nobody has looked"]
    with MongoClient[dict[str, Any]](site.zirve.mongo_uri) as client:
        while time.monotonic() - calm_since < calm_seconds and time.monotonic() < deadline:
            found = [*_in_queues(site), *_in_outboxes(client), *_in_hand(site)]
            if found:
                calm_since = time.monotonic()
            time.sleep(PAUSE_SECONDS)
    return found


def _in_queues(site: Site) -> Iterator[str]:
    names = [f"{service}.in" for service in SERVICES]
    names += [f"{service}.retry.{level}s" for service in SERVICES for level in LADDER_SECONDS]
    try:
        with channel(site.zirve.amqp_uri) as looking:
            for name in names:
                if depth := looking.queue_declare(name, passive=True).message_count:
                    yield f"{depth} in {name}"
    except (OSError, amqp.AMQPError) as error:
        yield f"the broker: {error}"


def _in_outboxes(client: MongoClient[dict[str, Any]]) -> Iterator[str]:
    for service in SERVICES:
        for name in client[service].list_collection_names(filter={"name": {"$regex": "^[^_]"}}):
            unpublished = {"_outbox.at": {"$exists": True}}
            if count := client[service][name].count_documents(unpublished):
                yield f"{count} with an outbox in {service}.{name}"


def _in_hand(site: Site) -> Iterator[str]:
    for passage in list(site.to_broker.passages):
        if isinstance(passage.wire, AmqpWire) and (passage.wire.unacked or passage.wire.open):
            yield f"{len(passage.wire.unacked)} unacked, {len(passage.wire.open)} unconfirmed"
