"""A client who repeats the very same request until it is answered."""

import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.faults.journal import Journal

REQUEST_SECONDS = 6
"""A stopped process takes connections and answers nothing, so nobody is patient for long."""
PATIENCE_SECONDS = 420
CONNECTED_FOR = 10
"""Requests over one connection; the next may lead to another process, which would have no work if
all clients stayed where they went while it was being killed."""
PAUSE_SECONDS = 0.05
ALIVE = 500
LATER = frozenset({429, 503})

Json = dict[str, Any]


class NoAnswer(Exception):
    """Nobody answered for longer than any fault lasts, or what was to follow did not."""


class Refused(Exception):
    """A request was refused.

    Attributes:
        answer: Why.
    """

    def __init__(self, request: str, answer: "Answer") -> None:
        super().__init__(f"{request}: {answer}")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        status: HTTP status.
        body: Of a problem or an answer.
    """

    status: int
    body: Json

    @property
    def code(self) -> str:
        """The problem's code, or that of its first field; empty of what was done."""
        errors = self.body.get("errors") or [{}]
        return str(errors[0].get("code") or self.body.get("code", ""))


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A command that a client waits for.

    Attributes:
        number: Tells it from all others.
        service: Who is asked.
        port: The client's end of the connection.
    """

    number: int
    service: str
    port: int


@dataclass
class OpenRequests:
    """The commands that are open now, by the thread that waits."""

    by_thread: dict[int, OpenRequest] = field(default_factory=dict)
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def of(self, service: str) -> list[OpenRequest]:
        """Return those of a service."""
        return [each for each in list(self.by_thread.values()) if each.service == service]


class Caller:
    """Speaks with the services; one per thread.

    Args:
        url: Tells where a service listens now.
        token: An organiser's.
        journal: Where repetitions and oddities are noted.
        opened: Where open commands are shown to whoever kills.
        over: Set when nobody is to wait any longer.
    """

    def __init__(
        self,
        url: Callable[[str], str],
        token: str,
        journal: Journal,
        opened: OpenRequests,
        over: threading.Event,
    ) -> None:
        self._url = url
        self._token = token
        self._journal = journal
        self._opened = opened
        self._over = over
        self._connections: dict[str, http.client.HTTPConnection] = {}
        self._answered: Counter[str] = Counter()

    def get(self, service: str, path: str, **query: str | int) -> Json:
        """Read something that there is."""
        target = f"{path}?{urlencode(query)}" if query else path
        answer = self.send("GET", service, target)
        if answer.status != http.HTTPStatus.OK:
            raise Refused(f"GET {service}{target}", answer)
        return answer.body

    def items(self, service: str, path: str, **query: str | int) -> list[Json]:
        """Read a list that fits on one page."""
        found: list[Json] = self.get(service, path, limit=200, **query)["items"]
        return found

    def do(
        self,
        service: str,
        path: str,
        body: Json | None = None,
        *,
        key: str,
        method: str = "POST",
        later: Collection[str] = (),
    ) -> Answer:
        """Give a command, once however often it has to be sent.

        Args:
            service: Who is asked.
            path: Below the service's URL.
            body: JSON.
            key: The Idempotency-Key.
            method: Of HTTP.
            later: Codes that mean that the service has not heard yet what this builds upon.

        Raises:
            Refused: It was refused for good.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self.send(method, service, path, body, {"Idempotency-Key": key})
            if answer.status < http.HTTPStatus.BAD_REQUEST:
                return answer
            if answer.code not in later or self._is_late(deadline):
                raise Refused(f"{method} {service}{path} {body}", answer)
            self._journal.note_repeat(answer.code)
            time.sleep(2 * PAUSE_SECONDS)

    def wait_for(self, what: str, look: Callable[[], Any]) -> Any:
        """Wait until something can be read, and return it.

        Raises:
            NoAnswer: It could not; something was lost.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := look()):
            if self._is_late(deadline):
                raise NoAnswer(f"not to be seen: {what}")
            time.sleep(4 * PAUSE_SECONDS)
        return found

    def send(
        self,
        method: str,
        service: str,
        path: str,
        body: Json | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send until it is answered with more than "later".

        Raises:
            NoAnswer: It was not, for very long.
        """
        content = None if method == "GET" else json.dumps(body or {})
        told = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        told |= headers or {}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = self._try(method, service, path, content, told)
                if answer.status not in LATER and answer.status < ALIVE:
                    return answer
                reason = f"{answer.status} {answer.code}"
                if answer.status not in LATER:
                    self._journal.note_oddity(f"{method} {service}{path}: {answer}")
            except (OSError, http.client.HTTPException) as error:
                self._drop(service)
                reason = type(error).__name__
            self._journal.note_repeat(reason)
            if self._is_late(deadline):
                raise NoAnswer(f"{method} {service}{path}: {reason}")
            time.sleep(PAUSE_SECONDS)

    def close(self) -> None:
        """Let go of the connections."""
        for service in list(self._connections):
            self._drop(service)

    def _is_late(self, deadline: float) -> bool:
        return self._over.is_set() or time.monotonic() > deadline

    def _try(
        self, method: str, service: str, path: str, content: str | None, headers: Mapping[str, str]
    ) -> Answer:
        connection = self._connected(service)
        thread = threading.get_ident()
        if method != "GET":
            port: int = connection.sock.getsockname()[1]
            self._opened.by_thread[thread] = OpenRequest(next(self._opened.numbers), service, port)
        try:
            connection.request(method, path, content, dict(headers))
            response = connection.getresponse()
            text = response.read()
        finally:
            self._opened.by_thread.pop(thread, None)
        self._answered[service] += 1
        if self._answered[service] % CONNECTED_FOR == 0:
            self._drop(service)
        return Answer(response.status, json.loads(text) if text else {})

    def _connected(self, service: str) -> http.client.HTTPConnection:
        connection = self._connections.get(service)
        if connection is None:
            parts = urlsplit(self._url(service))
            connection = http.client.HTTPConnection(
                parts.hostname or "", parts.port, timeout=REQUEST_SECONDS
            )
            self._connections[service] = connection
        if connection.sock is None:
            connection.connect()
        return connection

    def _drop(self, service: str) -> None:
        connection = self._connections.pop(service, None)
        if connection is not None:
            connection.close()
