"""Spans: steps of the way from a request to its last mail, named as OpenTelemetry names them.

Where no traces are kept, which is the default, a span only hands its context on, and names the
trace in log lines. No attribute holds personal data: no path with ids in it, no query, no body, no
address of a person.

Source:
    OpenTelemetry semantic conventions 1.44: HTTP spans (server), messaging spans and RabbitMQ's
    names of destinations, database spans (client).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import Token
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.observability.logging import trace_id
from shared.observability.traces.context import begun, is_sampled, trace_id_of

if TYPE_CHECKING:
    from shared.messaging.frames import Outgoing
    from shared.messaging.received import Received
    from shared.observability.traces.export import Recorder

CURRENT = "current"
"""Stands for the context of the span that is current."""
Attributes = Mapping[str, str | int]
NOTHING: Attributes = {}
_NO_SPAN = nullcontext()
_recorder: "Recorder | None" = None


class Span:
    """Something that takes a while; within ``with`` it is current. This one is kept by nobody.

    Attributes:
        traceparent: Its context, for what follows from it.
        is_recorded: Somebody keeps it.
    """

    __slots__ = ("_names", "traceparent")
    is_recorded = False

    def __init__(self, traceparent: str = "") -> None:
        self.traceparent = traceparent
        self._names: list[Token[str]] = []

    def __enter__(self) -> Any:
        self._names.append(trace_id.set(trace_id_of(self.traceparent)))

    def __exit__(self, *_: object) -> None:
        trace_id.reset(self._names.pop())

    def link(self, traceparent: str) -> None:
        """Say that it has to do with a span of another trace."""

    def end(self, attributes: Attributes = NOTHING, *, name: str = "", error: str = "") -> None:
        """End it; ``error`` says in one word why it failed, if it has."""


def record_with(recorder: "Recorder") -> None:
    """Have spans kept from now on."""
    global _recorder
    _recorder = recorder


def stop(seconds: float) -> None:
    """Hand over the spans that are kept; what takes longer is lost."""
    if _recorder is not None:
        _recorder.stop(seconds)


def request(method: str, parent: str | None) -> Span:
    """Begin the span of a request; it is kept only if ``answered`` ends it.

    Args:
        method: Of HTTP.
        parent: The caller's context, or ``None``.
    """
    if _recorder is None:
        return Span(parent or begun())
    return _recorder.begin(method, "SERVER", parent, {"http.request.method": method})


def answered(span: Span, method: str, route: str, status: int) -> None:
    """End the span of a request.

    Args:
        span: The span.
        method: Of HTTP.
        route: Path with arguments as ``<city_id>``, never the path that came.
        status: Of HTTP.
    """
    told: Attributes = {"http.route": route, "http.response.status_code": status}
    span.end(told, name=f"{method} {route}", error=str(status) if status >= 500 else "")


@contextmanager
def publishing(messages: Sequence["Outgoing"], said_at: Sequence[datetime]) -> Iterator[None]:
    """Give each message a span from the save that it tells of to the broker's confirm.

    Args:
        messages: They are told which span they come from.
        said_at: When each of them was recorded, real time.
    """
    each = zip(messages, said_at, strict=True)
    spans = [_published(_recorder, message, at) for message, at in each] if _recorder else []
    error = ""
    try:
        yield
    except BaseException as failure:
        error = type(failure).__name__
        raise
    finally:
        for span in spans:
            span.end(error=error)


def _published(recorder: "Recorder", message: "Outgoing", at: datetime) -> Span:
    headers, destination = message.headers, f"{message.exchange}:{message.key}"
    attributes = _messaging("publish", "send", destination)
    attributes |= _identity(message.id, message.key, headers["ce-correlationid"])
    name, parent = f"publish {destination}", headers.get("traceparent")
    span = recorder.begin(name, "PRODUCER", parent, attributes, began_at=at)
    headers["traceparent"] = span.traceparent
    return span


@contextmanager
def handling(messages: Sequence["Received"], queue: str) -> Iterator[None]:
    """Give each message a span in its own trace, until it is settled.

    What several of them wait for together, their loads and their write, is a span of a trace of its
    own, with a link to and from each: it belongs to none of theirs.
    """
    heard = [message for message in messages if message.envelope is not None]
    for message in heard:
        message.span = _received(message, queue)
    try:
        with _together(heard, queue):
            yield
    finally:
        for message in heard:
            failed = message.fate.value in ("retry", "park")
            error = message.reason.partition(":")[0] if failed else ""
            message.span.end({"zirve.fate": message.fate.value}, error=error)


def _received(message: "Received", queue: str) -> Span:
    envelope, cause = message.envelope, message.cause
    if _recorder is None or envelope is None:
        return Span(cause.traceparent or begun())
    destination = f"{envelope.publisher}.events:{envelope.name}:{queue}"
    attributes = _messaging("process", "process", destination)
    attributes |= _identity(envelope.id, envelope.name, cause.correlation_id)
    attributes["zirve.tries"] = envelope.tries
    return _recorder.begin(f"process {destination}", "CONSUMER", cause.traceparent, attributes)


def _together(heard: Sequence["Received"], queue: str) -> AbstractContextManager[Any]:
    recorded = [message for message in heard if message.span.is_recorded]
    if _recorder is None or not recorded or len(heard) == 1:
        return _NO_SPAN
    attributes = _messaging("process", "process", queue)
    attributes["messaging.batch.message_count"] = len(heard)
    causes = [each.envelope.cause.traceparent for each in recorded if each.envelope]
    links = [each for each in causes if each]
    span = _recorder.begin(f"process {queue}", "CONSUMER", None, attributes, links=links)
    for message in recorded:
        message.span.link(span.traceparent)
    return _ending(span)


def of_one(messages: Sequence["Received"]) -> AbstractContextManager[Any]:
    """Make current the span of a message that is handled by itself: its write is below it."""
    return messages[0].span if len(messages) == 1 else _NO_SPAN


def _messaging(operation: str, kind: str, destination: str) -> dict[str, str | int]:
    return {
        "messaging.system": "rabbitmq",
        "messaging.operation.name": operation,
        "messaging.operation.type": kind,
        "messaging.destination.name": destination,
    }


def _identity(message_id: str, key: str, correlation_id: str) -> dict[str, str | int]:
    return {
        "messaging.message.id": message_id,
        "messaging.message.conversation_id": correlation_id,
        "messaging.rabbitmq.destination.routing_key": key,
    }


def saving(collection: str, documents: int) -> AbstractContextManager[Any]:
    """Give a write of documents a span, a part of the current one."""
    if _recorder is None:
        return _NO_SPAN
    attributes: Attributes = {
        "db.system.name": "mongodb",
        "db.operation.name": "bulkWrite",
        "db.collection.name": collection,
        "db.operation.batch.size": documents,
    }
    return _ending(_recorder.begin(f"bulkWrite {collection}", "CLIENT", CURRENT, attributes))


def calling(name: str, address: str, port: int) -> AbstractContextManager[Any]:
    """Give a call out of the system a span, a part of the current one.

    Args:
        name: What is done there.
        address: Host.
        port: Of TCP.
    """
    if _recorder is None:
        return _NO_SPAN
    attributes: Attributes = {"server.address": address, "server.port": port}
    return _ending(_recorder.begin(name, "CLIENT", CURRENT, attributes))


@contextmanager
def _ending(span: Span) -> Iterator[None]:
    error = ""
    try:
        with span:
            yield
    except Exception as failure:
        error = type(failure).__name__
        raise
    finally:
        span.end(error=error)


def firing(kind: str, set_by: str | None) -> Span:
    """Begin the span of a timer: a new trace, with a link to what has set the timer.

    That may be months ago. Trace stores have forgotten it by then, and one that still knew it
    would show a trace of months in which nothing can be seen.

    Args:
        kind: Of the timer.
        set_by: Context of what has set it, if that is known.
    """
    if _recorder is None:
        return Span(begun())
    links = [set_by] if set_by and is_sampled(set_by) else []
    return _recorder.begin(f"timer {kind}", "INTERNAL", None, {"zirve.timer": kind}, links=links)
