"""Where the bench runs: an installation of its own, the peer beside it, and helpers of both."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kombu import Connection
from pymongo import MongoClient

from deploy.local.environment import inherited
from deploy.local.installation import Installation
from deploy.local.ports import free_port
from tests.bench import PEER_DATABASE, SAMPLE_DATABASE

WAIT_SECONDS = 120
HEARD = (
    ("plain.events", "PersonRegistered", 3),  # as PersonDescribed: events, travel, notification
    ("plain.events", "TripBooked", 1),  # as ours: notification
    ("bench_plain.events", "OrderPlaced", 1),  # as ours: the sample itself
)
"""Exchange, event and number of subscribers of what the peer says."""


class World:
    """An installation with travel and membership in it, and the plain peer."""

    def __init__(self, zirve: Installation) -> None:
        self.zirve = zirve
        self.mongo: Any = MongoClient(zirve.mongo_uri, tz_aware=True)
        self.environment = {
            **inherited(),
            "AMQP_URI": zirve.amqp_uri,
            "MONGO_URI": zirve.mongo_uri,
        }

    def database(self, service: str) -> Any:
        """Return a service's database, or the peer's."""
        return self.mongo[PEER_DATABASE if service == "plain" else self.zirve.database(service)]

    @contextmanager
    def plain(self) -> Iterator[str]:
        """Run the peer; yields the base URL of its API."""
        port = free_port()
        command = [sys.executable, "-m", "tests.bench.plain", str(port)]
        process = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL)
        try:
            self._listening(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)

    def program(self, module: str, *arguments: str, **settings: str) -> dict[str, float]:
        """Run a program of the bench that prints one JSON object, and return it."""
        command = [sys.executable, "-m", module, *arguments]
        environment = {**self.environment, **settings}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=WAIT_SECONDS
        )
        if done.returncode:
            raise RuntimeError(f"{module} failed:\n{done.stderr[-2000:]}")
        found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return found

    def alone(self, *services: str) -> None:
        """Have only these services run: the peer has no subscribers that take their share."""
        for service in ("membership", "events", "travel", "notification"):
            runs = any(entry.name == f"{service}-1" for entry in self.zirve.running())
            if runs and service not in services:
                self.zirve.stop(service)
            elif not runs and service in services:
                self.zirve.start(service)

    def purge(self, queue: str) -> None:
        """Empty a queue that nobody consumes from."""
        with Connection(self.zirve.amqp_uri) as connection:
            connection.default_channel.queue_purge(queue)

    def declare_sample(self) -> None:
        """Run the deploy step of the sample service, whose commands are measured."""
        command = [sys.executable, "-m", "shared.run", "--declare", "tests.sample.service"]
        environment = {**self.environment, "MONGO_DATABASE": SAMPLE_DATABASE}
        subprocess.run(command, env=environment, check=True, timeout=WAIT_SECONDS)

    def declare_for_plain(self) -> None:
        """Make the exchanges and queues that the peer's events go through.

        Whatever it says is heard by as many subscribers as the same event of ours. nameko declares
        the queue of a handler when the handler starts, so the peer is started once.
        """
        with Connection(self.zirve.amqp_uri) as connection:
            channel = connection.default_channel
            for exchange in ("bench.events", "bench_plain.events", "plain.events"):
                channel.exchange_declare(exchange, "topic", durable=True, auto_delete=False)
            for exchange, event, subscribers in HEARD:
                for number in range(subscribers):
                    queue = f"evt-{event}--subscriber-{number}"
                    channel.queue_declare(queue, durable=True, auto_delete=False)
                    channel.queue_bind(queue, exchange, event)
        with self.plain():
            time.sleep(2)

    def _listening(self, port: int) -> None:
        import socket

        def answers() -> bool:
            with socket.socket() as sock:
                return sock.connect_ex(("127.0.0.1", port)) == 0

        wait(answers)


def wait(predicate: Callable[[], Any], pause: float = 0.02) -> None:
    """Wait until a predicate holds.

    Raises:
        TimeoutError: It does not within two minutes.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while not predicate():
        if time.monotonic() > deadline:
            raise TimeoutError("the bench waited for two minutes")
        time.sleep(pause)


def resident_mib(pid: int) -> float:
    """Return a process's resident memory, MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError(pid)
