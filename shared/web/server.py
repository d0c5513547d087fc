"""The HTTP server of a process: eventlet's, with limits, a gate, and an end.

A request is answered in the green thread of its connection, on the one instance of the service:
no nameko worker is spawned for it.
"""

import errno
import logging
import resource
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import eventlet
from eventlet import wsgi
from nameko.extensions import SharedExtension
from werkzeug import exceptions as unmatched
from werkzeug.routing import Map, Rule

from shared.errors import BadRequest, MethodNotAllowed, NotFound, ServiceError, Unavailable
from shared.observability.logging import correlation_id
from shared.observability.metrics import DoorMeter, in_hand
from shared.observability.traces import spans
from shared.persistence.command import Answer
from shared.web.auth import Verifier
from shared.web.builtin import OPERATION, BuiltIn
from shared.web.door import Door, doors_of
from shared.web.problem import problem
from shared.web.protocol import SOCKET_SECONDS, Protocol
from shared.web.request import Request
from shared.web.route import Route

CONNECTIONS_MOST = 2000
"""Or half of the files that the process may open, whichever is less: it needs some itself."""
GOODBYE_SECONDS = 1
URL_BYTES = 8192
BACKLOG = 1024

log = logging.getLogger("shared.web")

_STATUS_LINES = {each.value: f"{each.value} {each.phrase}" for each in HTTPStatus}


class PortInUse(SystemExit):
    """Another process listens at the port; a stale one, perhaps."""


class Listener:
    """A port, and the green threads that answer there."""

    def __init__(self, host: str, port: int, application: Any, *, shared_port: bool) -> None:
        """Listen, and accept no one yet.

        Raises:
            PortInUse: Somebody else listens there.
        """
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            self._socket = socket.create_server(
                (host, port), family=family, backlog=BACKLOG, reuse_port=shared_port
            )
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortInUse(f"Port {port} of {host} is in use; is an old process left?") from None
        self.port: int = self._socket.getsockname()[1]
        self._server = wsgi.Server(
            self._socket,
            self._socket.getsockname(),
            application,
            protocol=Protocol,
            log=logging.getLogger("eventlet.wsgi"),
            log_output=False,
            keepalive=True,
            debug=False,
            socket_timeout=SOCKET_SECONDS,
            url_length_limit=URL_BYTES,
        )
        # Our names are spelt right; the constructor's own switch for this would warn.
        self._server.capitalize_response_headers = False
        most = min(CONNECTIONS_MOST, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)
        self._pool = eventlet.GreenPool(most)
        self._server.is_crowded = lambda: self._pool.free() < most // 2
        self._thread: Any = None

    def start(self) -> None:
        """Accept connections, in a green thread of its own."""
        self._thread = eventlet.spawn(self._accept)

    @property
    def requests_in_hand(self) -> int:
        """Requests that came whole and were not answered yet."""
        count: int = self._server.outstanding_requests
        return count

    def close(self) -> None:
        """Accept no more connections; those that are there stay."""
        if self._thread is not None:
            self._thread.kill()
        # Those that the kernel has taken for us are told to go elsewhere, not reset.
        self._socket.settimeout(0)
        try:
            while True:
                self._pool.spawn_n(self._serve, *self._socket.accept())
        except OSError:
            self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, address = self._socket.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                log.warning("connection not accepted", extra={"reason": str(error)})
                eventlet.sleep(0.1)  # Out of file descriptors, mostly; trying at once helps nobody.
                continue
            self._pool.spawn_n(self._serve, connection, address)

    def _serve(self, connection: Any, address: Any) -> None:
        try:
            self._server.process_request([address, connection, wsgi.STATE_IDLE])
        except Exception as error:  # noqa: BLE001 - a broken connection ends itself, nothing else
            log.debug("connection broken", extra={"reason": f"{type(error).__name__}: {error}"})
        finally:
            connection.close()


class Application:
    """Finds the route of a request, answers it, counts it and logs it.

    Attributes:
        draining: Nothing new is taken up.
        in_hand: Requests being handled now, those at public doors not counted.
    """

    def __init__(self, routes: Iterable[Route], concurrency: int) -> None:
        rules = [Rule(r.door.path, methods=[r.door.method], endpoint=r) for r in routes]
        self._find = Map(rules, merge_slashes=False).bind("").match
        self._concurrency = concurrency
        self.in_hand = 0
        self._lost = DoorMeter("none", logging.INFO)
        self.draining = False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """Answer a request; as WSGI wants it."""
        started = time.perf_counter()
        request = Request(environ)
        correlation_id.set(request.correlation_id)
        span = spans.request(request.method, request.traceparent)
        request.traceparent = span.traceparent
        with span:
            route, answer = self._met(request)
            meter = route.meter if route else self._lost
            seconds = time.perf_counter() - started
            meter.answered(answer.status, seconds)
            log.log(
                meter.level,
                "request answered",
                extra={"door": meter.door, "status": answer.status, "ms": round(seconds * 1000, 2)},
            )
        if route is not None and not route.is_public:
            spans.answered(span, request.method, route.door.path, answer.status)
        headers = [
            *answer.headers.items(),
            ("X-Correlation-Id", request.correlation_id),
            ("traceresponse", span.traceparent),
        ]
        if answer.status != HTTPStatus.NO_CONTENT:
            headers.append(("Content-Length", str(len(answer.body))))
        start_response(_STATUS_LINES[answer.status], headers)
        return [b"" if request.method == "HEAD" else answer.body]

    def _met(self, request: Request) -> tuple[Route | None, Answer]:
        """Answer whatever comes; returns the route, too, if there is one."""
        route = None
        try:
            route, arguments = self._match(request)
            return route, self._answer(route, request, arguments)
        except ServiceError as error:
            return route, problem(error, request.correlation_id)
        except Exception:
            door = route.meter.door if route else self._lost.door
            log.exception("request failed", extra={"door": door})
            wrong = ServiceError("Something went wrong here.")
            return route, problem(wrong, request.correlation_id)

    def _match(self, request: Request) -> tuple[Route, Mapping[str, Any]]:
        if request.is_framed_strangely():
            request.close_after()
            raise BadRequest("The request has no clear end.")
        try:
            found: tuple[Route, Mapping[str, Any]] = self._find(request.path, request.method)
        except unmatched.MethodNotAllowed as error:
            allow = ", ".join(sorted(error.valid_methods or ()))
            raise MethodNotAllowed("This path takes other methods.", allow=allow) from None
        except unmatched.NotFound:
            raise NotFound("There is nothing at this path.") from None
        return found

    def _answer(self, route: Route, request: Request, arguments: Mapping[str, str]) -> Answer:
        if route.is_public:
            return route.answer(request, arguments, *route.enter(request))
        self._check_room(request)
        try:
            # It takes no place before it has come: whoever sends slowly must hold up nobody.
            entered = route.enter(request)
            self._check_room(request)
            self.in_hand += 1
            try:
                return route.answer(request, arguments, *entered)
            finally:
                self.in_hand -= 1
        finally:
            request.release()

    def _check_room(self, request: Request) -> None:
        if self.draining:
            request.close_after()
            raise Unavailable("This process is stopping.")
        if self.in_hand >= self._concurrency:
            raise Unavailable("Too many requests at the same time.")


class WebServer(SharedExtension):
    """The server that all doors of a service share; and a second one for the operator."""

    def __init__(self) -> None:
        super().__init__()
        self._doors: list[Door] = []
        self._listeners: list[Listener] = []

    def add(self, door: Door) -> None:
        """Serve a door of the service, from the start on."""
        self._doors.append(door)

    def start(self) -> None:
        """Listen; every door was added by now.

        Raises:
            PortInUse: Somebody else listens at the port.
            SystemExit: There is no usable TOKEN_PUBLIC_KEY_FILE.
        """
        runtime = self.container.config["runtime"]
        settings = runtime.settings
        built_in = BuiltIn(runtime)
        verifier = _verifier(settings.TOKEN_PUBLIC_KEY_FILE)
        routes = [
            Route(door, getattr(instance, door.name), runtime, runtime.kind.name, verifier)
            for instance, doors in ((built_in, doors_of(BuiltIn)), (runtime.service, self._doors))
            for door in doors
        ]
        application = Application(routes, settings.HTTP_CONCURRENCY)
        in_hand.set_function(lambda: application.in_hand)
        port = settings.HTTP_PORT or runtime.kind.port
        self._listen(port, application, shared_port=settings.HTTP_SHARED_PORT)
        if settings.ADMIN_PORT:
            operators = Application([r for r in routes if OPERATION in r.door.tags], 1)
            self._listen(settings.ADMIN_PORT, operators, shared_port=False)

        def begin_drain(deadline: float) -> None:
            built_in.health.draining = application.draining = True
            self._listeners[0].close()
            _wait_while(lambda: application.in_hand, deadline)
            # Answers are still being sent; and some requests still come, without an end perhaps.
            last = min(deadline, time.monotonic() + GOODBYE_SECONDS)
            _wait_while(lambda: self._listeners[0].requests_in_hand, last)

        runtime.on_drain.append(begin_drain)

    def _listen(self, port: int, application: Application, *, shared_port: bool) -> None:
        host = self.container.config["runtime"].settings.HTTP_HOST
        listener = Listener(host, port, application, shared_port=shared_port)
        listener.start()
        self._listeners.append(listener)

    def kill(self) -> None:
        """Close the ports."""
        for listener in self._listeners:
            listener.close()

    stop = kill


def _wait_while(holds: Callable[[], int], deadline: float) -> None:
    while holds() and time.monotonic() < deadline:
        time.sleep(0.02)


def _verifier(path: Path | None) -> Verifier:
    try:
        return Verifier(path.read_bytes() if path else b"")
    except (OSError, ValueError) as error:
        raise SystemExit(f"TOKEN_PUBLIC_KEY_FILE cannot be used: {error}") from None
