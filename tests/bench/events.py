"""Events drained by a handler, and how soon one is visible."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from kombu import Connection, Exchange, Producer
from pymongo import WriteConcern

from shared.contracts import PlaceTime
from shared.contracts.events import DelegateConfirmed
from shared.contracts.membership import PersonDescribed
from shared.contracts.travel import BookedLeg, PartyBooked
from shared.domain import Event
from shared.ids import derived_id
from shared.messaging.envelope import Cause, headers_of, sealed
from shared.messaging.frames import Outgoing
from shared.messaging.publisher import Publisher
from shared.messaging.serialization import encode
from tests.bench.world import wait

DRAINED = 6000
RATE = 100
"""Events a second at which the delay is measured."""
MEASURED_SECONDS = 10
NOW = datetime(2024, 11, 1, tzinfo=UTC)


def described(number: int) -> PersonDescribed:
    """A person is described: a handler that saves."""
    return PersonDescribed(
        person_id=f"p{number}",
        city_id="tr-izmir",
        name=f"Person {number}",
        languages=("tr", "en"),
        occurred_at=NOW,
    )


def confirmed(number: int) -> DelegateConfirmed:
    """A delegate is confirmed; opens the trip that ``booked`` books."""
    return DelegateConfirmed(
        delegation_id=f"d{number}",
        meeting_id="m",
        city_id="tr-izmir",
        person_id=f"p{number}",
        role="member",
        invitee=False,
        revision=0,
        occurred_at=NOW,
    )


def booked(number: int) -> PartyBooked:
    """A party of one is booked: a handler that loads, saves and emits."""
    departs = PlaceTime(local="2024-12-07T08:00:00", zone="Europe/Istanbul", at=NOW)
    arrives = PlaceTime(local="2024-12-07T07:50:00", zone="Europe/Tirane", at=NOW.replace(hour=1))
    leg = BookedLeg(
        mode="air", origin="IST", destination="TIA", departs=departs, arrives=arrives, number="S1"
    )
    return PartyBooked(
        party_id=f"party{number}",
        meeting_id="m",
        trip_ids=(derived_id("travel.trip", "m", "tr-izmir", f"p{number}"),),
        direction="arrival",
        legs=(leg,),
        occurred_at=NOW,
    )


class Queues:
    """Publishes for ours and for the peer, the same bodies."""

    def __init__(self, amqp_uri: str) -> None:
        self._publisher = Publisher(amqp_uri, "bench")
        threading.Thread(target=self._publisher.run, daemon=True).start()
        self._publisher.connected.wait(10)
        self._connection = Connection(amqp_uri)
        self._producer = Producer(self._connection.channel(), Exchange("bench.events", "topic"))

    def ours(self, events: Sequence[Event]) -> None:
        """Publish in the name of the services whose events they are, each of its own aggregate."""
        messages = []
        for event in events:
            entry = sealed(event, 1, Cause("bench", "bench"))
            headers = headers_of(entry, event.publisher(), "bench", entry["id"])
            exchange, name = f"{event.publisher()}.events", type(event).__name__
            messages.append(Outgoing(exchange, name, entry["body"], headers, entry["id"]))
        for start in range(0, len(messages), 500):
            self._publisher.send(messages[start : start + 500])

    def plain(self, events: Sequence[Event]) -> None:
        """Publish as nameko's event handlers expect it."""
        for event in events:
            body: Any = json.loads(encode(event))
            self._producer.publish(
                body, routing_key=type(event).__name__, serializer="json", delivery_mode=2
            )

    def close(self) -> None:
        """Disconnect."""
        self._publisher.stop()
        self._connection.release()


def drained(count: Callable[[], int], total: int, start: Callable[[], None]) -> float:
    """Return events a second from the first that was seen to the last.

    Args:
        count: How many took effect.
        total: How many there will be.
        start: Starts the consumer.
    """
    start()
    wait(lambda: count() > 0, 0.005)
    first, started = count(), time.perf_counter()
    wait(lambda: count() >= total, 0.03)
    return (total - first) / (time.perf_counter() - started)


def visible_seconds(
    collection: Any, publish: Callable[[Sequence[Event]], None], offset: int
) -> list[float]:
    """Return the delays from publishing a person to seeing the copy, sorted, seconds."""
    sent: dict[str, float] = {}
    delays: list[float] = []
    total = RATE * MEASURED_SECONDS
    stream = collection.watch([{"$project": {"documentKey": 1, "operationType": 1}}])

    def look() -> None:
        while len(delays) < total:
            key = next(stream)["documentKey"]["_id"]
            if key in sent:
                delays.append(time.perf_counter() - sent.pop(key))

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    started = time.perf_counter()
    for number in range(total):
        pause = started + number / RATE - time.perf_counter()
        if pause > 0:
            time.sleep(pause)
        event = described(offset + number)
        sent[event.person_id] = time.perf_counter()
        publish([event])
    looking.join(60)
    stream.close()
    return sorted(delays)


def cleared(collection: Any) -> None:
    """Empty a collection without touching its indexes."""
    collection.with_options(write_concern=WriteConcern(w=1)).delete_many({})
