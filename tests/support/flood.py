"""A flood of bad clients: idle, dripping, stalling and endless ones, all at the same time."""

import random
import select
import socket
import time
from collections.abc import Callable, Iterator
from itertools import chain, cycle, repeat

MIB = 1_048_576
TURN_SECONDS = 0.02
Client = Callable[[str], Iterator[bytes]]


def idle(_: str) -> Iterator[bytes]:
    """Say nothing."""
    return repeat(b"")


def drips_a_head(_: str) -> Iterator[bytes]:
    """Send a head byte by byte, and never its end."""
    return chain(
        (bytes([each]) for each in b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-Long: "),
        repeat(b"x"),
    )


def stalls(token: str) -> Iterator[bytes]:
    """Send a large body but for its last byte."""
    return chain([_head(token, f"Content-Length: {MIB}"), b" " * (MIB - 1)], repeat(b""))


def drips_a_body(token: str) -> Iterator[bytes]:
    """Send a body byte by byte."""
    return chain([_head(token, f"Content-Length: {MIB}")], repeat(b" "))


def says_too_much(token: str) -> Iterator[bytes]:
    """Announce 5 GB, and begin with them."""
    return chain([_head(token, "Content-Length: 5000000000")], repeat(b" " * 65_536))


def never_ends(token: str) -> Iterator[bytes]:
    """Send chunk after chunk."""
    chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
    return chain([_head(token, "Transfer-Encoding: chunked")], repeat(chunk))


EVERY_KIND: tuple[Client, ...] = (
    idle,
    drips_a_head,
    stalls,
    drips_a_body,
    says_too_much,
    never_ends,
)


def _head(token: str, framing: str) -> bytes:
    return (
        f"POST /v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n"
        f"Idempotency-Key: k\r\nContent-Type: application/json\r\n{framing}\r\n\r\n"
    ).encode()


class Flood:
    """Connections of many kinds to one port; those that are ended come again.

    Attributes:
        begun: Connections opened so far.
    """

    def __init__(
        self, port: int, token: str, connections: int, kinds: tuple[Client, ...] = EVERY_KIND
    ) -> None:
        self._port = port
        self._token = token
        self.begun = 0
        self._open = [
            self._begin(kind) for kind, _ in zip(cycle(kinds), range(connections), strict=False)
        ]

    def run(self, seconds: float) -> None:
        """Go on for a time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            random.shuffle(self._open)
            self._open = [each if each.send() else self._again(each) for each in self._open]
            self._wait()

    def close(self) -> None:
        """Let go of all of them."""
        for each in self._open:
            each.close()

    def _wait(self) -> None:
        """Wait a little, or until one of them is answered or ended."""
        waiting = select.poll()
        for each in self._open:
            waiting.register(each.number, select.POLLIN)
        waiting.poll(TURN_SECONDS * 1000)

    def _begin(self, kind: Client) -> "_Connection":
        self.begun += 1
        return _Connection(self._port, kind, kind(self._token))

    def _again(self, ended: "_Connection") -> "_Connection":
        ended.close()
        return self._begin(ended.kind)


class _Connection:
    def __init__(self, port: int, kind: Client, says: Iterator[bytes]) -> None:
        self.kind = kind
        self._says = says
        self._unsent = b""
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._socket.setblocking(False)

    def send(self) -> bool:
        """Send a little; False when the other side has ended the connection."""
        try:
            self._unsent = self._unsent or next(self._says)
            if self._unsent:
                self._unsent = self._unsent[self._socket.send(self._unsent) :]
            return bool(self._socket.recv(65_536))
        except BlockingIOError:
            return True
        except OSError:
            return False

    @property
    def number(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()
