"""The envelope of an event: CloudEvents 1.0, binary mode, in AMQP headers prefixed ``ce-``.

The prefix is that of Knative's RabbitMQ binding, since the AMQP binding of CloudEvents itself is
for AMQP 1.0. An event waits in its aggregate's ``_outbox`` as a small document and becomes a
message when it is published; the bytes of its body are the same in both.

Source:
    CloudEvents 1.0.2 §3; extensions "sequence", "correlation" and "distributed tracing".
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.clock import real_now
from shared.domain import Event
from shared.ids import new_id
from shared.messaging.serialization import encode
from shared.observability.traces import context

CONTENT_TYPE = "application/json"


class BadEnvelope(ValueError):
    """A message's headers do not make an event of ours."""


@dataclass(slots=True, frozen=True)
class Cause:
    """Why something is being done; every event recorded meanwhile carries it.

    Attributes:
        correlation_id: The same from the first request to the last mail.
        causation_id: Id of the event, or of the request, that led to this.
        traceparent: W3C Trace Context, or ``None``.
    """

    correlation_id: str
    causation_id: str
    traceparent: str | None = None

    @property
    def trace_id(self) -> str:
        """Id of the trace, 32 hexadecimal digits, or empty."""
        return context.trace_id_of(self.traceparent or "")


@dataclass(slots=True, frozen=True)
class Envelope:
    """What is known of a received message beside its body.

    Attributes:
        id: The event's identity, UUIDv7.
        publisher: Service that published it.
        source: The aggregate it happened to: ``<service>/<collection>/<id>``.
        name: The contract's class name.
        sequence: Its place among the events of that aggregate: 1, 2, 3 …
        cause: What events that follow from it carry.
        tries: How often it was handled in vain before.
        restatement: Id of the restatement that it is said again in; empty the first time.
    """

    id: str
    publisher: str
    source: str
    name: str
    sequence: int
    cause: Cause
    tries: int = 0
    restatement: str = ""


def sealed(event: Event, sequence: int, cause: Cause) -> dict[str, Any]:
    """Return the outbox entry of a new event.

    Raises:
        BrokenContract: The event does not fit its own contract.
    """
    entry = {
        "id": new_id(),
        "at": real_now(),
        "type": type(event).__name__,
        "sequence": sequence,
        "time": event.occurred_at,
        "correlation_id": cause.correlation_id,
        "causation_id": cause.causation_id,
        "body": encode(event),
    }
    if cause.traceparent:
        entry["traceparent"] = cause.traceparent
    return entry


def headers_of(
    entry: dict[str, Any], service: str, collection: str, aggregate_id: str
) -> dict[str, Any]:
    """Return the headers of the message that an outbox entry becomes."""
    time: datetime = entry["time"]
    headers = {
        "ce-specversion": "1.0",
        "ce-id": entry["id"],
        "ce-source": f"/{service}/{collection}",
        "ce-type": f"zirve.{service}.{entry['type']}.v1",
        "ce-subject": aggregate_id,
        "ce-time": time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "ce-sequence": str(entry["sequence"]),
        "ce-correlationid": entry["correlation_id"],
        "ce-causationid": entry["causation_id"],
    }
    if "traceparent" in entry:
        headers["traceparent"] = entry["traceparent"]
    return headers


def arrived(exchange: str, properties: dict[str, Any]) -> Envelope:
    """Read the envelope of a message that came through an exchange, if its body is plain JSON.

    The broker says which exchange that was and who may publish there, so nobody can speak in the
    name of another service. What comes back from the ladder, which only its service may publish
    to, was looked at when it came first.

    Raises:
        BadEnvelope: The body is of another type, or encoded; a header is missing or has an
            impossible value; or the exchange is not that of the publisher which the headers name.
    """
    if properties.get("content_type") != CONTENT_TYPE:
        raise BadEnvelope("not application/json")
    if properties.get("content_encoding") not in (None, "utf-8"):
        raise BadEnvelope("compressed, or not UTF-8")
    envelope = opened(properties.get("application_headers") or {})
    if exchange != f"{envelope.publisher}.events" and not exchange.endswith(".requeue"):
        raise BadEnvelope(f"{envelope.publisher!r} does not publish to {exchange!r}")
    return envelope


def opened(headers: dict[str, Any]) -> Envelope:
    """Read the envelope of a received message.

    Raises:
        BadEnvelope: A header is missing or has an impossible value.
    """
    try:
        if headers["ce-specversion"] != "1.0":
            raise BadEnvelope("ce-specversion is not 1.0")
        prefix, publisher, name, major = headers["ce-type"].split(".")
        service, collection = headers["ce-source"].removeprefix("/").split("/")
        sequence = int(headers["ce-sequence"])
        event_id, subject = headers["ce-id"], headers["ce-subject"]
        correlation_id = headers.get("ce-correlationid", event_id)
        tries = int(headers.get("zirve-tries", 0))
        restatement = headers.get("ce-restatementid", "")
        texts = (event_id, subject, correlation_id, restatement)
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise BadEnvelope(f"{type(error).__name__}: {error}") from None
    if not all(isinstance(text, str) for text in texts) or not event_id or not subject:
        raise BadEnvelope("a header that must be text is not")
    if prefix != "zirve" or publisher != service or major != "v1" or sequence < 1 or tries < 0:
        raise BadEnvelope(f"not an event of this system: {headers['ce-type']!r} from {service!r}")
    # One that is none fails nothing: a new trace begins.
    cause = Cause(correlation_id, event_id, context.read(headers.get("traceparent")))
    source = f"{service}/{collection}/{subject}"
    return Envelope(event_id, publisher, source, name, sequence, cause, tries, restatement)
