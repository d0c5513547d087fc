"""What traces cost: processor time and memory without, with some, and with all of them.

``python -m tests.bench.traces [CHECKOUT]`` measures one process of the sample service, with each
way to keep traces in turn, beside a collector in a process of its own; with another checkout of the
project, that one as well. Processor time is that of the service alone.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import requests

from deploy.local.installation import Installation
from deploy.local.keys import Keys
from deploy.local.layout import REPOSITORY, Layout
from deploy.local.ports import free_port
from tests.bench import SAMPLE_DATABASE
from tests.bench.events import NOW, Queues, cleared
from tests.bench.world import World, resident_mib, wait
from tests.sample.outside import Poked
from tests.support.collector import Collector

ROUNDS = 5
EVENTS = 6000
REQUEST_SECONDS = "3"
CONNECTIONS = "10"
SOME = {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.01"}


@dataclass(frozen=True)
class Way:
    """A way to run the service.

    Attributes:
        name: Of it.
        checkout: Whose code.
        settings: What the process is told besides.
    """

    name: str
    checkout: Path
    settings: dict[str, str]


def collect(to: Connection) -> None:
    """Be a collector; a process of its own."""
    collector = Collector()
    to.send(collector.url)
    to.recv()


@contextmanager
def collecting() -> Iterator[str]:
    """Run a collector; yields its URL."""
    context = get_context("spawn")
    near, far = context.Pipe()
    process = context.Process(target=collect, args=[far], daemon=True)
    process.start()
    yield near.recv()
    process.terminate()
    process.join()


class Bench:
    """One process at a time of the sample service."""

    def __init__(self, world: World, public_key: Path) -> None:
        self._world = world
        self._public_key = public_key
        self._queues = Queues(world.zirve.amqp_uri)
        self._port = free_port()
        self._token = world.zirve.token("organiser")
        self._notes = world.mongo[SAMPLE_DATABASE].notes

    def measure(self, way: Way) -> dict[str, float]:
        """Return what one process took, and its rates."""
        with self._running(way) as pid:
            found = {"resident when idle, MiB": resident_mib(pid)}
            before, began = processor_seconds(pid), time.perf_counter()
            self._drain()
            took = time.perf_counter() - began
            found["an event that saves and emits, µs"] = used(pid, before, EVENTS)
            found["the same, events a second"] = EVENTS / took
            before = processor_seconds(pid)
            answered = self._ask()
            found["a GET, µs"] = used(pid, before, round(answered["requests"]))
            found["the same, requests a second"] = answered["requests"] / answered["seconds"]
            return found

    @contextmanager
    def _running(self, way: Way) -> Iterator[int]:
        told = {
            **self._world.environment,
            "MONGO_DATABASE": SAMPLE_DATABASE,
            "HTTP_PORT": str(self._port),
            "TOKEN_PUBLIC_KEY_FILE": str(self._public_key),
            **way.settings,
        }
        command = [sys.executable, "-m", "shared.run", "tests.sample.service"]
        process = subprocess.Popen(command, cwd=way.checkout, env=told, stdout=subprocess.DEVNULL)
        try:
            wait(self._is_ready)
            time.sleep(1)
            yield process.pid
        finally:
            process.terminate()
            process.wait(40)

    def _is_ready(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self._port}/health/ready", timeout=5).ok
        except requests.ConnectionError:
            return False

    def _drain(self) -> None:
        cleared(self._notes)
        self._queues.ours(
            [
                Poked(note_id=f"n{number}", text="hello", answer=True, occurred_at=NOW)
                for number in range(EVENTS)
            ]
        )
        wait(lambda: self._notes.estimated_document_count() >= EVENTS, 0.03)
        wait(lambda: not self._notes.find_one({"_outbox.at": {"$exists": True}}))

    def _ask(self) -> dict[str, float]:
        url = f"http://127.0.0.1:{self._port}/v1/clock"
        return self._world.program(
            "tests.bench.load", url, "GET", CONNECTIONS, REQUEST_SECONDS, self._token
        )


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def used(pid: int, before: float, times: int) -> float:
    """Return the processor time taken since, µs for each time."""
    return (processor_seconds(pid) - before) * 1e6 / times


def main(checkouts: list[str]) -> int:
    """Measure, and print a table."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    with (
        tempfile.TemporaryDirectory(prefix="zirve-bench-") as folder,
        Installation(Path(folder)) as zirve,
        collecting() as url,
    ):
        world = World(zirve)
        world.alone()
        world.declare_sample()
        kept = {"OTEL_EXPORTER_OTLP_ENDPOINT": url}
        ways = [Way(Path(each).name, Path(each), {}) for each in checkouts]
        ways += [
            Way("off", REPOSITORY, {}),
            Way("1 in 100", REPOSITORY, {**kept, **SOME}),
            Way("on", REPOSITORY, kept),
        ]
        bench = Bench(world, Keys(Layout(Path(folder)).keys).public_key)
        for number in range(ROUNDS + 1):
            for way in ways:
                for what, value in bench.measure(way).items():
                    if number:  # The first round is for caches.
                        found[what][way.name].append(value)
    sys.stdout.write(f"{'':38}" + "".join(f"{way.name:>12}" for way in ways) + "\n")
    for what, values in found.items():
        medians = "".join(f"{median(values[way.name]):12.1f}" for way in ways)
        sys.stdout.write(f"{what:38}{medians}\n")
        first = values[ways[0].name]
        ratios = [
            median(each / other for each, other in zip(values[way.name], first, strict=True))
            for way in ways
        ]
        sys.stdout.write(f"{'':38}" + "".join(f"{ratio:12.3f}" for ratio in ratios) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
