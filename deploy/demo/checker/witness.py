"""The witness: a queue of the checker's own that hears every event, whoever else does.

It is declared before the scene begins and only looked into, so the checker may look again. The
broker forgets it after a day without a look.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from deploy.demo.checker.evidence import SERVICES, Evidence

QUEUE = "demo.witness"
ARGUMENTS = {"x-expires": 24 * 3600 * 1000, "x-max-length": 1_000_000}


@dataclass(frozen=True, slots=True)
class Heard:
    """An event as the witness has heard it.

    Attributes:
        id: Its identity.
        service: Who published it.
        source: The aggregate it happened to: ``<service>/<collection>/<id>``.
        name: Its contract's name.
        sequence: Its place among the events of that aggregate.
        correlation_id: What it belongs to.
        body: Its JSON.
    """

    id: str
    service: str
    source: str
    name: str
    sequence: int
    correlation_id: str
    body: str


def watch(evidence: Evidence, *, anew: bool) -> None:
    """Begin to hear.

    Args:
        evidence: Where.
        anew: Forget what was heard before; else go on, as after a scene that was cut off.
    """
    with evidence.channel() as channel:
        if anew:
            channel.queue_delete(QUEUE)
        channel.queue_declare(QUEUE, durable=True, auto_delete=False, arguments=ARGUMENTS)
        for service in SERVICES:
            channel.queue_bind(QUEUE, f"{service}.events", routing_key="#")


def heard(evidence: Evidence) -> list[Heard]:
    """Return every event heard, each once, in the order in which it came first."""
    events: dict[str, Heard] = {}
    with evidence.channel() as channel:
        for event in _look(channel):
            events.setdefault(event.id, event)
    return list(events.values())


def _look(channel: Any) -> Iterator[Heard]:
    """Read the queue and take nothing: what is not acked goes back when the channel closes."""
    while (message := channel.basic_get(QUEUE)) is not None:
        headers = message.headers
        service, _, collection = headers["ce-source"].removeprefix("/").partition("/")
        body = message.body
        yield Heard(
            id=headers["ce-id"],
            service=service,
            source=f"{service}/{collection}/{headers['ce-subject']}",
            name=headers["ce-type"].split(".")[2],
            sequence=int(headers["ce-sequence"]),
            correlation_id=headers["ce-correlationid"],
            body=body if isinstance(body, str) else body.decode(),
        )
