"""Evidence: what was acknowledged, and everything that is stored, queued and sent."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import amqp
from pymongo import MongoClient

SERVICES = ("membership", "events", "travel", "notification")
WITNESS = "faults.witness"
"""A queue of the auditor's own that hears every event, whoever else does."""
ARGUMENTS = {"x-queue-type": "quorum"}
PREFETCH = 1000
SILENCE_SECONDS = 30
GARBAGE = "garbage-"
"""How the subject begins of what never was an event."""

Json = dict[str, Any]


class Incident(Protocol):
    """Something that went wrong on purpose, as the auditor needs to know it."""

    what: str
    began: float
    ended: float

    @property
    def victim(self) -> object:
        """Whom it struck."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event as the witness has heard it.

    Attributes:
        id: Its identity.
        source: ``<service>/<collection>/<id>`` of its aggregate.
        name: Of its contract.
        sequence: Its place among those of its aggregate.
        body: What it says.
    """

    id: str
    source: str
    name: str
    sequence: int
    body: Json


@dataclass(kw_only=True)
class Evidence:
    """Where the auditor looks.

    Attributes:
        mongo_uri: Replica set.
        amqp_uri: Broker.
        mails: Directory of ``.eml`` files.
        ladder_seconds: Levels of the retry ladder.
        entries: What clients were told, in order.
        garbage: How the reason begins for each piece that has to be parked, by queue and id.
        unsure: Pieces that may be parked as well.
        incidents: What went wrong on purpose.
    """

    mongo_uri: str
    amqp_uri: str
    mails: Path
    ladder_seconds: Sequence[int]
    entries: Sequence[Json] = ()
    garbage: Mapping[tuple[str, str], str] = field(default_factory=dict)
    unsure: Iterable[tuple[str, str]] = ()
    incidents: Sequence[Incident] = ()

    @contextmanager
    def channel(self) -> Iterator[Any]:
        """Open a channel to the broker."""
        parts = urlsplit(self.amqp_uri)
        connection = amqp.Connection(f"{parts.hostname}:{parts.port}")
        connection.connect()
        try:
            yield connection.channel()
        finally:
            connection.close()

    def watch(self) -> None:
        """Begin to hear every event."""
        with self.channel() as channel:
            channel.queue_declare(WITNESS, durable=True, auto_delete=False, arguments=ARGUMENTS)
            for service in SERVICES:
                channel.queue_bind(WITNESS, f"{service}.events", routing_key="#")

    def noted(self, *whats: str) -> list[Json]:
        """Return the acknowledged commands of some kinds."""
        return [each for each in self.entries if each["what"] in whats]

    @cached_property
    def documents(self) -> dict[str, dict[str, dict[str, Json]]]:
        """Every aggregate by service, collection and id."""
        found: dict[str, dict[str, dict[str, Json]]] = {}
        with MongoClient[Json](self.mongo_uri, tz_aware=True) as client:
            for service in SERVICES:
                database = client[service]
                names = [n for n in database.list_collection_names() if not n.startswith("_")]
                found[service] = {
                    name: {each["_id"]: each for each in database[name].find()}
                    for name in sorted(names)
                }
        return found

    @cached_property
    def parked(self) -> dict[tuple[str, str], str]:
        """Reason of what was parked, by queue and message id; nobody leaves it in the queue."""
        with MongoClient[Json](self.mongo_uri, tz_aware=True) as client:
            return {
                (f"{service}.parked", letter["message_id"]): letter["reason"]
                for service in SERVICES
                for letter in client[service]["_dead_letters"].find({"state": "parked"})
            }

    def stored(self, place: str) -> dict[str, Json]:
        """Return the aggregates of ``<service>.<collection>`` by id; none where there is none."""
        service, collection = place.split(".")
        return self.documents[service].get(collection, {})

    @cached_property
    def _witnessed(self) -> tuple[list[Event], Counter[str]]:
        times: Counter[str] = Counter()
        events: dict[str, Event] = {}
        for message in self._heard():
            headers = message.headers
            subject = headers.get("ce-subject", "")
            if subject.startswith(GARBAGE):
                continue
            id_ = headers["ce-id"]
            times[id_] += 1
            events[id_] = Event(
                id=id_,
                source=f"{headers['ce-source'].removeprefix('/')}/{subject}",
                name=headers["ce-type"].split(".")[2],
                sequence=int(headers["ce-sequence"]),
                body=json.loads(message.body),
            )
        return list(events.values()), times

    def _heard(self) -> list[Any]:
        """Take all that the witness has heard; nothing is published any more."""
        heard: list[Any] = []
        with self.channel() as channel:
            count = channel.queue_declare(WITNESS, passive=True).message_count
            channel.basic_qos(0, PREFETCH, False)
            channel.basic_consume(WITNESS, no_ack=True, callback=heard.append)
            while len(heard) < count:
                channel.connection.drain_events(timeout=SILENCE_SECONDS)
        return heard

    @property
    def events(self) -> list[Event]:
        """Every event that was published, once."""
        return self._witnessed[0]

    @property
    def times(self) -> Counter[str]:
        """How often each event was published, by its id."""
        return self._witnessed[1]

    @cached_property
    def by_name(self) -> dict[str, list[Event]]:
        """Events by their name."""
        found: defaultdict[str, list[Event]] = defaultdict(list)
        for event in self.events:
            found[event.name].append(event)
        return found
