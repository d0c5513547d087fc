"""A collector of traces: an OTLP/HTTP receiver that can be slow, silent, or away."""

import socket
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from deploy.local.ports import LOOPBACK
from tests.support.waiting import wait_until

KINDS = {
    Span.SPAN_KIND_INTERNAL: "INTERNAL",
    Span.SPAN_KIND_SERVER: "SERVER",
    Span.SPAN_KIND_CLIENT: "CLIENT",
    Span.SPAN_KIND_PRODUCER: "PRODUCER",
    Span.SPAN_KIND_CONSUMER: "CONSUMER",
}


@dataclass(frozen=True)
class Collected:
    """A span as it came.

    Attributes:
        resource: Attributes of the process that sent it.
        name: Its name.
        kind: ``SERVER``, ``PRODUCER`` …
        trace_id: 32 hexadecimal digits.
        id: 16 hexadecimal digits.
        parent_id: The same, or empty.
        attributes: By name.
        links: Trace and span of each.
        failed: Whether its status is an error.
        began: Unix time, ns.
        ended: Unix time, ns.
    """

    resource: dict[str, Any]
    name: str
    kind: str
    trace_id: str
    id: str
    parent_id: str
    attributes: dict[str, Any]
    links: tuple[tuple[str, str], ...]
    failed: bool
    began: int
    ended: int

    @property
    def service(self) -> str:
        """Which service it is of."""
        name: str = self.resource["service.name"]
        return name

    @property
    def traceparent(self) -> str:
        """Its context, sampled."""
        return f"00-{self.trace_id}-{self.id}-01"


class Collector:
    """Listens at a port of its own until it is closed.

    Attributes:
        url: For OTEL_EXPORTER_OTLP_ENDPOINT.
        requests: How many came, answered or not.
    """

    def __init__(self) -> None:
        self._spans: list[Collected] = []
        self._answers = threading.Event()
        self._answers.set()
        self.requests = 0
        self._server = _Server((LOOPBACK, 0), _handler(self))
        self.url = f"http://{LOOPBACK}:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def spans(self) -> list[Collected]:
        """All that came so far."""
        return list(self._spans)

    def trace(self, trace_id: str) -> list[Collected]:
        """Return the spans of a trace, as they came."""
        return [each for each in self.spans if each.trace_id == trace_id]

    def wait_for(
        self, trace_id: str, holds: Callable[[list[Collected]], Any], seconds: float = 15
    ) -> list[Collected]:
        """Wait until something holds of a trace, and return the spans of which it holds."""

        def holding() -> list[Collected]:
            found = self.trace(trace_id)
            return found if holds(found) else []

        return wait_until(holding, seconds, what=f"what trace {trace_id} has")

    def hold(self) -> None:
        """Take connections and requests, and answer none."""
        self._answers.clear()

    def let_go(self) -> None:
        """Answer what is held, and what comes."""
        self._answers.set()

    def close(self) -> None:
        """Be away: whoever comes is refused."""
        self._answers.set()
        self._server.shutdown()
        self._server.server_close()

    def take(self, body: bytes) -> bytes:
        """Take a request's spans; returns the answer's body."""
        self.requests += 1
        self._answers.wait()
        request = ExportTraceServiceRequest.FromString(body)
        for group in request.resource_spans:
            resource = _attributes(group.resource.attributes)
            for scope in group.scope_spans:
                self._spans += [_collected(resource, span) for span in scope.spans]
        answer: bytes = ExportTraceServiceResponse().SerializeToString()
        return answer


def roots(spans: Iterable[Collected]) -> list[Collected]:
    """Return the spans whose parent is not among them."""
    ids = {each.id for each in spans}
    return [each for each in spans if each.parent_id not in ids]


def has_all(*names: str) -> Callable[[list[Collected]], bool]:
    """Tell of spans whether each name is among them."""
    return lambda spans: set(names) <= {each.name for each in spans}


def is_whole(*names: str) -> Callable[[list[Collected]], bool]:
    """Tell of spans whether each name is among them, and all that they are below.

    A span ends after those that are below it, and each process sends its own once a second.
    """
    return lambda spans: has_all(*names)(spans) and len(roots(spans)) == 1


def path_to(span: Collected, spans: Iterable[Collected]) -> list[str]:
    """Return the names of the spans from the root to one of them."""
    by_id = {each.id: each for each in spans}
    names = [span.name]
    while (parent := by_id.get(span.parent_id)) is not None:
        names.append(parent.name)
        span = parent
    return names[::-1]


def by_name(spans: Iterable[Collected]) -> dict[str, list[Collected]]:
    """Return spans by their names."""
    found: dict[str, list[Collected]] = defaultdict(list)
    for each in spans:
        found[each.name].append(each)
    return found


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._open: list[Any] = []

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.append(request)
        super().process_request(request, client_address)

    def server_close(self) -> None:
        super().server_close()
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


def _handler(collector: Collector) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            assert self.headers["Content-Type"] == "application/x-protobuf"
            answer = collector.take(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            except OSError:
                self.close_connection = True  # Whoever waited has given up.

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


def _collected(resource: dict[str, Any], span: Any) -> Collected:
    return Collected(
        resource=resource,
        name=span.name,
        kind=KINDS[span.kind],
        trace_id=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        attributes=_attributes(span.attributes),
        links=tuple((each.trace_id.hex(), each.span_id.hex()) for each in span.links),
        failed=span.status.code == Status.STATUS_CODE_ERROR,
        began=span.start_time_unix_nano,
        ended=span.end_time_unix_nano,
    )


def _attributes(pairs: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in pairs}
