"""Requests over N connections for some seconds, from one process, as fast as answers come.

``python -m tests.bench.load URL METHOD CONNECTIONS SECONDS TOKEN [BODY]`` prints
``{"requests": n, "seconds": s, "failed": n}``. One selector loop, requests made ready as bytes, so
that the client takes as little of the machine as it can.
"""

import json
import selectors
import socket
import sys
import time
import uuid
from urllib.parse import urlsplit


class Connection:
    """One connection with one request under way."""

    def __init__(self, address: tuple[str, int], head: bytes, body: bytes) -> None:
        self.sock = socket.create_connection(address)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = head
        self._body = body
        self._received = b""

    def ask(self) -> None:
        """Send the next request."""
        key = b"Idempotency-Key: " + uuid.uuid4().hex.encode() + b"\r\n" if self._body else b""
        self.sock.sendall(self._head + key + b"\r\n" + self._body)

    def answer(self) -> int | None:
        """Take what has come; the status once an answer is whole, else ``None``."""
        self._received += self.sock.recv(65_536)
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator:
            return None
        lower = head.lower()
        start = lower.index(b"content-length:") + len(b"content-length:")
        length = int(lower[start:].split(b"\r\n", 1)[0])
        if len(body) < length:
            return None
        self._received = b""
        return int(head.split(b" ", 2)[1])


def main(url: str, method: str, connections: int, seconds: float, token: str, body: str) -> None:
    """Ask, count, print."""
    parts = urlsplit(url)
    payload = body.encode()
    lines = [f"{method} {parts.path} HTTP/1.1", f"Host: {parts.netloc}"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if payload:
        lines += ["Content-Type: application/json", f"Content-Length: {len(payload)}"]
    head = "\r\n".join([*lines, ""]).encode()
    address = (parts.hostname or "", parts.port or 80)
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        connection = Connection(address, head, payload)
        selector.register(connection.sock, selectors.EVENT_READ, connection)
        connection.ask()
    answered = failed = 0
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        for key, _ in selector.select(0.5):
            status = key.data.answer()
            if status is not None:
                answered += 1
                failed += status >= 400
                key.data.ask()
    elapsed = time.perf_counter() - started
    print(json.dumps({"requests": answered, "seconds": elapsed, "failed": failed}))  # noqa: T201


if __name__ == "__main__":
    main(
        sys.argv[1],
        sys.argv[2],
        int(sys.argv[3]),
        float(sys.argv[4]),
        sys.argv[5],
        sys.argv[6] if len(sys.argv) > 6 else "",
    )
