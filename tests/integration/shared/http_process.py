"""A process of the sample service, and a client of it, for tests."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from tests.unit.shared.web.tokens import Issuer

MODULE = "tests.integration.shared.http_service"
START_SECONDS = 20


class Answered:
    """What came back."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and code of a problem, which must be told as one."""
        assert self.headers["content-type"] == "application/problem+json"
        assert self.json["status"] == self.status
        assert self.json["correlation_id"] == self.headers["x-correlation-id"]
        return self.status, self.json["code"]


class Process:
    """One running process."""

    def __init__(
        self, uris: tuple[str, str], folder: Path, module: str = MODULE, **settings: Any
    ) -> None:
        """Start it.

        Args:
            uris: Broker with virtual host, and database.
            folder: For its key and its log.
            module: Of the service.
            settings: What it is told besides.
        """
        amqp_uri, self.mongo_uri = uris
        self.issuer = Issuer()
        key = folder / "key.pem"
        key.write_bytes(self.issuer.pem)
        self.port, self.admin_port = free_port(), free_port()
        self.database = settings.get("MONGO_DATABASE") or f"test_http_{uuid.uuid4().hex[:12]}"
        self.settings = {
            "MONGO_URI": self.mongo_uri,
            "AMQP_URI": amqp_uri,
            "MONGO_DATABASE": self.database,
            "TOKEN_PUBLIC_KEY_FILE": str(key),
            "HTTP_PORT": str(self.port),
            "ADMIN_PORT": str(self.admin_port),
            "PATH": os.getenv("PATH", ""),
            **settings,
        }
        self.log = folder / f"{self.port}.log"
        self.port = int(self.settings["HTTP_PORT"])
        subprocess.run(
            [sys.executable, "-m", "shared.run", "--declare", module], env=self.settings, check=True
        )
        with self.log.open("wb") as log:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "shared.run", module],
                env=self.settings,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> "Process":
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                if self.send("GET", "/health/ready", role=None).status == 200:
                    return self
            except OSError:
                pass
            assert self.popen.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def wait_until(self, holds: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until something holds."""
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.02)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        role: str | None = "organiser",
        cities: tuple[str, ...] = (),
        port: int | None = None,
        **headers: str,
    ) -> Answered:
        """Send a request; a body that is not bytes is sent as JSON, no role means no token."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if role is not None:
            named["Authorization"] = self.issuer.bearer(role, cities=list(cities))
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            named.setdefault("Content-Type", "application/json")
        connection = HTTPConnection("127.0.0.1", port or self.port, timeout=20)
        try:
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return Answered(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def place(self, city_id: str = "tr-istanbul", key: str = "", **more: Any) -> Answered:
        """Place an order."""
        body = {"city_id": city_id, "tally_id": "t-1", "amount": 1, **more}
        return self.send("POST", "/v1/orders", body, Idempotency_Key=key or uuid.uuid4().hex)

    def connect(self) -> socket.socket:
        """Open a bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def lines(self, message: str) -> list[dict[str, Any]]:
        """Return the log lines with this message."""
        every = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [line for line in every if line["message"] == message]

    def stop(self) -> int:
        """Tell it to stop; returns the exit code."""
        self.popen.send_signal(signal.SIGTERM)
        code = self.popen.wait(30)
        with MongoClient[dict[str, Any]](self.mongo_uri) as client:
            client.drop_database(self.database)
        return code


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def read_answer(connection: socket.socket) -> tuple[bytes, bytes]:
    """Return head and body of one answer on a bare connection."""
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(65536)
        assert more, received
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    found = re.search(rb"(?i)content-length: (\d+)", head)
    while found and len(body) < int(found[1]):
        body += connection.recv(65536)
    return head, body
