"""Organisers at their desks: commands over HTTP, several at once, each with its time."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

Json = dict[str, Any]
REQUEST_SECONDS = 60
MOST_AT_ONCE = 32


class Refused(Exception):
    """A service did not do what it was asked."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """A request.

    Attributes:
        service: Whose door it is.
        method: Of HTTP.
        path: With its query.
        body: JSON; none with GET.
        key: The Idempotency-Key; none with GET.
    """

    service: str
    path: str
    method: str = "POST"
    body: Json | None = None
    key: str = ""


Chain = Sequence[Command]
"""Commands that one person gives one after the other."""


@dataclass
class Desk:
    """Sends commands and keeps how long each took.

    Attributes:
        url: Tells where a service is.
        token: An organiser's.
        seconds: Of each command that was answered.
    """

    url: Callable[[str], str]
    token: str = field(repr=False)
    seconds: list[float] = field(default_factory=list)
    _mine: threading.local = field(default_factory=threading.local)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(MOST_AT_ONCE))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=error is not None)

    def send(self, command: Command) -> Json:
        """Send one; returns what was answered.

        Raises:
            Refused: It was not done.
        """
        headers = {"Authorization": f"Bearer {self.token}"}
        content = None
        if command.method != "GET":
            content = json.dumps(command.body or {})
            headers |= {"Content-Type": "application/json", "Idempotency-Key": command.key}
        started = time.perf_counter()
        try:
            status, text = self._exchange(command, content, headers)
        except (OSError, http.client.HTTPException):
            # A service closes a connection that nobody has used for a while; its key makes a
            # command that was done before harmless.
            status, text = self._exchange(command, content, headers)
        self.seconds.append(time.perf_counter() - started)
        if status >= http.HTTPStatus.BAD_REQUEST:
            raise Refused(f"{command.method} {command.path}: {status} {text[:400]!r}")
        found: Json = json.loads(text) if text else {}
        return found

    def _exchange(
        self, command: Command, content: str | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        connection = self._connected(command.service)
        try:
            connection.request(command.method, command.path, content, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            raise

    def do(self, chains: Iterable[Chain], callers: int) -> list[Json]:
        """Send chains, so many at once; returns the last answer of each, in their order."""
        work = list(chains)
        found: list[Json] = [{} for _ in work]
        numbers = iter(range(len(work)))
        taking = threading.Lock()

        def serve() -> None:
            while True:
                with taking:
                    number = next(numbers, None)
                if number is None:
                    return
                for command in work[number]:
                    found[number] = self.send(command)

        for each in [self._pool.submit(serve) for _ in range(callers)]:
            each.result()
        return found

    def later(self, chain: Chain, done: Callable[[Exception | None], None]) -> None:
        """Send a chain from a thread of its own, and tell what came of it."""

        def serve() -> None:
            try:
                for command in chain:
                    self.send(command)
            except (Refused, OSError, http.client.HTTPException) as error:
                done(error)
            else:
                done(None)

        self._pool.submit(serve)

    def _connected(self, service: str) -> http.client.HTTPConnection:
        connections = self._mine.__dict__.setdefault("connections", {})
        if service not in connections:
            parts = urlsplit(self.url(service))
            connections[service] = http.client.HTTPConnection(
                parts.hostname or "", parts.port, timeout=REQUEST_SECONDS
            )
        connection: http.client.HTTPConnection = connections[service]
        return connection
