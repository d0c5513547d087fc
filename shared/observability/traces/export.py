"""Spans kept by OpenTelemetry's SDK and sent to a collector: OTLP over HTTP.

They wait in a queue that holds 2,048 of them, the newest ones, and go from there in a green thread
of their own. A collector that is away or slow costs spans, and nothing else.
"""

import atexit
import logging
import os
import socket
import threading
from collections.abc import Sequence
from contextvars import Token
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from eventlet import tpool
from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider, sampling
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from shared import VERSION
from shared.config import PARENT_BASED, Settings
from shared.ids import new_id
from shared.observability.traces.context import is_sampled
from shared.observability.traces.spans import CURRENT, NOTHING, Attributes, Span

TOGETHER = 64
"""Spans in one request. Writing them as protobuf takes all of the process: 64 take some 2 ms, and
the 512 that the SDK would send at once would halt everybody for 14 ms."""
WAITING_MOST = 2048
SEND_SECONDS = 1.0
"""How long a span waits for others."""

log = logging.getLogger(__name__)


class Recorder:
    """Keeps the spans of one process."""

    def __init__(self, service: str, settings: Settings) -> None:
        """Send spans to where the settings say; ``spans.record_with`` takes it into use."""
        own: dict[str, str | int] = {
            "service.name": service,
            "service.namespace": "zirve",
            "service.instance.id": new_id(),
            "host.name": socket.gethostname(),
            "process.pid": os.getpid(),
        }
        self._provider = TracerProvider(
            sampler=sampler_of(settings.OTEL_TRACES_SAMPLER, settings.OTEL_TRACES_SAMPLER_ARG),
            # OTEL_RESOURCE_ATTRIBUTES may say what is not in ``own``, and another version.
            resource=Resource({"service.version": VERSION}).merge(Resource.create(own)),
            shutdown_on_exit=False,  # It would wait for a collector as long as 30 s.
        )
        processor = BatchSpanProcessor(
            _Sender(settings.OTEL_EXPORTER_OTLP_ENDPOINT),
            max_queue_size=WAITING_MOST,
            schedule_delay_millis=SEND_SECONDS * 1000,
            max_export_batch_size=TOGETHER,
        )
        self._provider.add_span_processor(processor)
        self._asks_parent = settings.OTEL_TRACES_SAMPLER.startswith(PARENT_BASED)
        self._begin = self._provider.get_tracer("zirve", VERSION).start_span
        # It tells of each request that failed; _Sender tells when that begins and when it ends.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)

    def begin(
        self,
        name: str,
        kind: str,
        parent: str | None,
        attributes: Attributes,
        *,
        links: Sequence[str] = (),
        began_at: datetime | None = None,
    ) -> Span:
        """Begin a span.

        Args:
            name: Its name.
            kind: ``SERVER``, ``CLIENT``, ``PRODUCER``, ``CONSUMER`` or ``INTERNAL``.
            parent: Context of what it is a part of; or ``CURRENT``, so that nothing is kept where
                nothing is current; or ``None`` for a new trace.
            attributes: What is known of it.
            links: Contexts that it has to do with.
            began_at: When it began; now when missing.
        """
        if parent is CURRENT and not trace.get_current_span().is_recording():
            return Span()
        if self._asks_parent and parent not in (None, CURRENT) and not is_sampled(parent):
            # The SDK would come to the same, and take twice as long.
            return _Recorded(trace.NonRecordingSpan(_parsed(parent)))
        span = self._begin(
            name,
            None if parent is CURRENT else _within(parent),
            trace.SpanKind[kind],
            attributes,
            [trace.Link(_parsed(each)) for each in links],
            round(began_at.timestamp() * 1e9) if began_at else None,
        )
        return _Recorded(span)

    def stop(self, seconds: float) -> None:
        """Hand over what is kept; what takes longer is lost."""
        # The SDK's own limit, 30 s, is beyond what a process has left when it is told to stop.
        going = threading.Thread(target=self._provider.shutdown, daemon=True)
        going.start()
        going.join(seconds)


class _Recorded(Span):
    """A span of the SDK; ``is_recorded`` is false where the sampler does not want it."""

    __slots__ = ("_outer", "_span", "is_recorded")

    def __init__(self, span: trace.Span) -> None:
        own = span.get_span_context()
        super().__init__(f"00-{own.trace_id:032x}-{own.span_id:016x}-{own.trace_flags & 3:02x}")
        self._span = span
        self._outer: list[Token[Context]] = []
        self.is_recorded = span.is_recording()

    def __enter__(self) -> None:
        super().__enter__()
        self._outer.append(attach(trace.set_span_in_context(self._span)))

    def __exit__(self, *_: object) -> None:
        detach(self._outer.pop())
        super().__exit__()

    def link(self, traceparent: str) -> None:
        self._span.add_link(_parsed(traceparent))

    def end(self, attributes: Attributes = NOTHING, *, name: str = "", error: str = "") -> None:
        if name:
            self._span.update_name(name)
        self._span.set_attributes(attributes)
        if error:
            self._span.set_attribute("error.type", error)
            self._span.set_status(trace.StatusCode.ERROR)
        self._span.end()


def _parsed(traceparent: str) -> trace.SpanContext:
    _, trace_id, span_id, flags = (int(part, 16) for part in traceparent.split("-"))
    return trace.SpanContext(trace_id, span_id, is_remote=True, trace_flags=trace.TraceFlags(flags))


def _within(parent: str | None) -> Context:
    if parent is None:
        return Context()
    return trace.set_span_in_context(trace.NonRecordingSpan(_parsed(parent)), Context())


class _Linked(sampling.Sampler):
    """Decides about new traces: one that is linked to a trace that is kept is kept, too.

    Else a batch, or what a timer does, would be drawn anew, and links would lead nowhere.
    """

    def __init__(self, other: sampling.Sampler) -> None:
        self._other = other

    def should_sample(self, *about: Any, **named: Any) -> sampling.SamplingResult:
        links = named.get("links") or ()
        linked = any(each.context.trace_flags.sampled for each in links)
        return (sampling.ALWAYS_ON if linked else self._other).should_sample(*about, **named)

    def get_description(self) -> str:
        return f"Linked{{{self._other.get_description()}}}"


def sampler_of(name: str, ratio: float) -> sampling.Sampler:
    """Return the sampler of a name that OpenTelemetry's specification has.

    Args:
        name: As ``parentbased_traceidratio``.
        ratio: Share of traces that a ``traceidratio`` keeps, 0 to 1.
    """
    roots = {
        "always_on": sampling.ALWAYS_ON,
        "always_off": sampling.ALWAYS_OFF,
        "traceidratio": sampling.TraceIdRatioBased(ratio),
    }
    root = roots[name.removeprefix(PARENT_BASED)]
    return sampling.ParentBased(_Linked(root)) if name.startswith(PARENT_BASED) else root


class _Sender(SpanExporter):
    """Sends spans, and says when they begin to be lost and when that ends."""

    def __init__(self, endpoint: str) -> None:
        parts = urlsplit(endpoint)
        self._place = parts.hostname, parts.port
        self._exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")
        self._loses = False
        tpool.set_num_threads(1)
        # At its end the process would wait for a name server.
        atexit.unregister(tpool.killall)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        loses = not self._is_found() or (
            self._exporter.export(spans) is not SpanExportResult.SUCCESS
        )
        if loses is not self._loses:
            self._loses = loses
            log.warning("spans are lost" if loses else "spans are kept again")
        return SpanExportResult.FAILURE if loses else SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        self._exporter.shutdown()  # type: ignore[no-untyped-call]

    def _is_found(self) -> bool:
        """Tell whether the collector's name has an address.

        A name server that does not answer would halt the process, since looking a name up is one of
        the few things that eventlet does not wait for in a green thread; so it is asked in a real
        one first.
        """
        try:
            tpool.execute(socket.getaddrinfo, *self._place)
        except OSError:
            return False
        return True
