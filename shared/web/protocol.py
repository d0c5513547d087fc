"""HTTP/1.1 on a connection: eventlet's protocol, with heads that are read strictly and in time.

What one reader of a head takes for a field and the next does not is how requests are smuggled, so
a head that is not quite right is refused, as problem details, and the connection is closed.

Source:
    RFC 9112 §2.2, §3, §5, §9.3; RFC 9110 §5.5, §5.6.2, §7.2.
"""

import re
import socket
from typing import Any

import eventlet
from eventlet import wsgi

from shared.errors import BadRequest
from shared.ids import new_id
from shared.web.problem import problem

IDLE_SECONDS = 75
"""How long a connection may wait for its next request; above the 60 s of common proxies."""
SOCKET_SECONDS = 10
"""How long a sender may be silent within a request; and between two, where it gets crowded."""
READ_SECONDS = 30
"""Within which a request must have come, head and body, however steadily it drips."""
FIELDS_MOST = 100
_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!-~\x80-\xff]+) (HTTP/1\.[01])\r?\n")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*?)[ \t]*\r?\n")


class Fields:
    """The fields of a head, as eventlet asks for them.

    Attributes:
        type: Content-Type where none is given.
    """

    type = ""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._headers = pairs
        self._first: dict[str, str] = {}
        for name, value in pairs:
            self._first.setdefault(name.lower(), value)

    def get(self, name: str, default: Any = None) -> Any:
        """Return the first field of a name, however it is written."""
        return self._first.get(name.lower(), default)

    def count(self, name: str) -> int:
        """Tell how many fields have a name, given in lower case."""
        return sum(each.lower() == name for each, _ in self._headers)


class Protocol(wsgi.HttpProtocol):
    """One connection, request after request."""

    def handle_one_request(self) -> None:
        """Wait for a request, then read and answer it."""
        self.connection.settimeout(SOCKET_SECONDS if self.server.is_crowded() else IDLE_SECONDS)
        try:
            if not self.rfile.peek(1):
                self.close_connection = True
                return
        except OSError:
            self.close_connection = True
            return
        self.connection.settimeout(SOCKET_SECONDS)
        # Dripping must not hold a thread.
        self.reading = eventlet.Timeout(READ_SECONDS, TimeoutError("the request came too slowly"))
        try:
            super().handle_one_request()
        finally:
            self.reading.cancel()

    def is_open(self) -> bool:
        """Tell whether the client has closed its end, without waiting; a next request is open."""
        try:
            return bool(self.connection.fd.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def parse_request(self) -> bool:
        """Read a head; tells whether it is one, and answers when it is not."""
        self.close_connection = True
        self.command, self.request_version = None, "HTTP/1.0"
        line = _REQUEST_LINE.fullmatch(self.raw_requestline)
        if line is None:
            return self._refuse("The request line is not one of HTTP/1.1.")
        command, self.path, self.request_version = (
            part.decode("latin-1") for part in line.groups()
        )
        pairs = self._fields()
        if pairs is None:
            return self._refuse("A header field is not one of HTTP/1.1.")
        self.headers = fields = Fields(pairs)
        is_new = self.request_version == "HTTP/1.1"
        if fields.count("host") != 1 and is_new:
            return self._refuse("One Host is needed.")
        self.command = command
        wishes = {each.strip() for each in fields.get("connection", "").lower().split(",")}
        self.close_connection = "close" in wishes or not (is_new or "keep-alive" in wishes)
        return True

    def _fields(self) -> list[tuple[str, str]] | None:
        """Read fields up to the empty line; ``None`` when one is none, or there are too many."""
        pairs: list[tuple[str, str]] = []
        while (line := self.rfile.readline()) not in (b"\r\n", b"\n"):
            field = _FIELD.fullmatch(line)
            if field is None or len(pairs) == FIELDS_MOST:
                return None
            pairs.append((field[1].decode("latin-1"), field[2].decode("latin-1")))
        return pairs

    def _refuse(self, why: str) -> bool:
        answer = problem(BadRequest(why), new_id())
        head = (
            f"HTTP/1.1 400 Bad Request\r\nContent-Type: {answer.headers['Content-Type']}\r\n"
            f"Content-Length: {len(answer.body)}\r\nConnection: close\r\n\r\n"
        )
        self.wfile.write(head.encode() + answer.body)
        return False

    def get_environ(self) -> dict[str, Any]:
        """Return WSGI's environment, and this connection in it."""
        environ: dict[str, Any] = super().get_environ()
        environ["zirve.connection"] = self
        return environ
