"""Noise: garbage that has to end among the parked, and events that are said again in disorder."""

import json
import random
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import amqp

from deploy.local.ports import LOOPBACK

TRIES = 60
PAUSE_SECONDS = 0.5
ECHO_SECONDS = 3
ECHOED_MOST = 60
KINDS = (
    ("bad JSON", "broken_contract"),
    ("wrong content type", "bad_envelope"),
    ("no envelope", "bad_envelope"),
    ("unknown event", "no_handler"),
    ("broken contract", "broken_contract"),
    ("oversize", "broken_contract"),
)
"""What is wrong, and how the reason begins that it is parked with."""
HEARERS = {
    ("membership", "people", "PersonDescribed"): ("events", "travel", "notification"),
    ("events", "delegations", "DelegateConfirmed"): ("events", "travel", "notification"),
    ("travel", "trips", "TripBooked"): ("notification",),
}
SUBJECT = "garbage"
"""Subject of every event that never was."""


@dataclass
class Noise:
    """Whoever publishes what no service has said.

    Attributes:
        uri: Tells where the broker is.
        sent: Reason that each piece of garbage must be parked with, by queue and message id.
        unsure: Those whose publishing was not confirmed; they may be there.
        echoed: Number of events said again.
    """

    uri: Callable[[], str]
    sent: dict[tuple[str, str], str] = field(default_factory=dict)
    unsure: set[tuple[str, str]] = field(default_factory=set)
    echoed: int = 0

    def garbage(self, chance: random.Random) -> None:
        """Send one piece of each kind."""
        for kind, reason in KINDS:
            (publisher, collection, name), hearers = chance.choice(list(HEARERS.items()))
            message = _garbage(kind, publisher, collection, name)
            id_ = message.properties["message_id"]
            pieces = {(f"{hearer}.parked", id_) for hearer in hearers}
            for _ in range(TRIES):
                if self._publish([(f"{publisher}.events", name, message)]):
                    self.sent |= dict.fromkeys(pieces, reason)
                    break
                self.unsure |= pieces

    def echo(self, chance: random.Random) -> None:
        """Listen for some seconds, then say it all again in another order."""
        heard: list[tuple[str, str, amqp.Message]] = []
        try:
            with channel(self.uri()) as taps:
                queue = taps.queue_declare("", exclusive=True, auto_delete=True).queue
                for publisher in ("membership", "events", "travel", "notification"):
                    taps.queue_bind(queue, f"{publisher}.events", routing_key="#")
                time.sleep(ECHO_SECONDS)
                while len(heard) < ECHOED_MOST and (found := taps.basic_get(queue, no_ack=True)):
                    info = found.delivery_info
                    copy = amqp.Message(found.body, **found.properties)
                    heard.append((info["exchange"], info["routing_key"], copy))
        except (OSError, amqp.AMQPError):
            return  # The broker was killed meanwhile; there will be other echoes.
        chance.shuffle(heard)
        if self._publish(heard):
            self.echoed += len(heard)

    def _publish(self, messages: list[tuple[str, str, amqp.Message]]) -> bool:
        try:
            with channel(self.uri()) as publishing:
                publishing.confirm_select()
                for exchange, key, message in messages:
                    publishing.basic_publish_confirm(message, exchange, key)
        except (OSError, amqp.AMQPError):
            time.sleep(PAUSE_SECONDS)
            return False
        return True


def _garbage(kind: str, publisher: str, collection: str, name: str) -> amqp.Message:
    id_ = str(uuid.uuid4())
    headers: dict[str, Any] = {
        "ce-specversion": "1.0",
        "ce-id": id_,
        "ce-source": f"/{publisher}/{collection}",
        "ce-type": f"zirve.{publisher}.{name}.v1",
        "ce-subject": f"{SUBJECT}-{id_}",
        "ce-time": "2026-01-01T00:00:00.000Z",
        "ce-sequence": "1",
    }
    body, content_type = json.dumps({"person_id": 7}), "application/json"
    if kind == "bad JSON":
        body = '{"person_id": '
    elif kind == "wrong content type":
        content_type = "application/x-python-serialize"
    elif kind == "no envelope":
        headers = {"ce-subject": headers["ce-subject"]}
    elif kind == "unknown event":
        headers["ce-type"] = f"zirve.{publisher}.HatLost.v1"
    elif kind == "oversize":
        body = json.dumps({"person_id": "x" * 70_000})
    return amqp.Message(
        body,
        application_headers=headers,
        content_type=content_type,
        message_id=id_,
        delivery_mode=2,
    )


@contextmanager
def channel(uri: str) -> Iterator[Any]:
    """Open a channel to the broker."""
    connection = amqp.Connection(f"{LOOPBACK}:{urlsplit(uri).port}", read_timeout=30)
    connection.connect()
    try:
        yield connection.channel()
    finally:
        connection.collect()
