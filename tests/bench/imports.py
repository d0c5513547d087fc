"""Ten thousand people from a workbook: how long, how much memory, and who waits meanwhile.

``python -m tests.bench.imports [ROWS]`` runs membership by itself. Memory is that of its process
and of the workbook's reader together, looked at every 20 ms; the wait is that of GET /health/live,
asked all the time by another process, beside the same for some seconds in which nothing is done.
"""

import base64
import io
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import openpyxl
import requests

from deploy.local.installation import Installation
from deploy.local.services import MODULES
from tests.bench.world import resident_mib, wait

ROWS = 10_000
SECONDS_MOST = 60
MIB_MOST = 300
PAUSE_MS_MOST = 200
IDLE_SECONDS = 5
HEADER = ("Ad Soyad", "Şehir", "E-posta", "Telefon", "Unvan", "Diller", "Uyruk", "Pasaport")
CITY = {
    "city_id": "tr-izmir",
    "name": "Izmir",
    "country": "TR",
    "zone": "Europe/Istanbul",
    "languages": ["tr"],
}


def workbook(rows: int) -> str:
    """Return a workbook of so many people, as base64."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("People")
    sheet.append(HEADER)
    for number in range(rows):
        mail = f"person{number}@izmir.example"
        phone = f"+90 532 {number:07}"
        sheet.append((f"Deniz Örnek {number}", "İzmir", mail, phone, "", "tr;en", "TR", "yeşil"))
    written = io.BytesIO()
    book.save(written)
    return base64.b64encode(written.getvalue()).decode()


def ask_all_the_time(url: str, stop: Event, waits: Any) -> None:
    """Ask whether a process lives until told to stop; puts the waits, ms, in order of length."""
    found = []
    with requests.Session() as session:
        session.trust_env = False
        while not stop.is_set():
            started = time.perf_counter()
            session.get(url, timeout=30).raise_for_status()
            found.append(1000 * (time.perf_counter() - started))
            time.sleep(0.002)
    waits.put(sorted(found))


@contextmanager
def waits_of(url: str, name: str) -> Iterator[None]:
    """Print how long others wait during a block."""
    stop, waits = multiprocessing.Event(), multiprocessing.Queue()
    process = multiprocessing.Process(target=ask_all_the_time, args=(url, stop, waits))
    process.start()
    try:
        yield
    finally:
        stop.set()
        found = waits.get(timeout=30)
        process.join()
    p99 = found[int(len(found) * 0.99)]
    say(f"others wait, {name}: p99", p99, "ms")
    say(f"others wait, {name}: longest", found[-1], "ms", PAUSE_MS_MOST)


class Memory(threading.Thread):
    """Looks at what a process and its children hold.

    Attributes:
        most: The most that it has seen, MiB.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.most = 0.0
        self._pid = pid
        self._stopping = threading.Event()

    def run(self) -> None:
        """Look until told to stop."""
        children = Path(f"/proc/{self._pid}/task/{self._pid}/children")
        while not self._stopping.wait(0.02):
            try:
                pids = [self._pid, *map(int, children.read_text().split())]
            except FileNotFoundError:
                return
            self.most = max(self.most, sum(map(_resident, pids)))

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()
        self.join()


def _resident(pid: int) -> float:
    try:
        return resident_mib(pid)
    except (OSError, LookupError):
        return 0.0  # it has ended meanwhile


def processor_seconds(pid: int) -> float:
    """Return how long processors have worked for a process and its ended children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def say(name: str, value: float, unit: str, most: float | None = None) -> None:
    """Print one row."""
    verdict = "" if most is None else f"< {most:g} {'met' if value < most else 'NOT MET'}"
    sys.stdout.write(f"{name:44} {value:9.1f} {unit:4} {verdict}\n")
    sys.stdout.flush()


class Importer:
    """Imports workbooks and waits for them."""

    def __init__(self, zirve: Installation) -> None:
        self.url = zirve.url("membership")
        self.pid = zirve.pid("membership")
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {zirve.token('organiser')}"

    def post(self, path: str, body: Any, key: str) -> Any:
        """Send a body, and return what is answered."""
        headers = {"Idempotency-Key": key}
        answer = self._session.post(self.url + path, json=body, headers=headers, timeout=120)
        answer.raise_for_status()
        return answer.json()

    def get(self, path: str) -> Any:
        """Return what is answered."""
        answer = self._session.get(self.url + path, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def run(self, sheet: dict[str, Any], which: str) -> None:
        """Import a sheet, and print what that takes."""
        started, worked = time.perf_counter(), processor_seconds(self.pid)
        path = f"/v1/imports/{self.post('/v1/imports', sheet, which.replace(' ', '-'))['id']}"
        say(f"{which}: judged", time.perf_counter() - started, "s")
        wait(lambda: self.get(path)["state"] == "completed", 0.2)
        say(f"{which}: completed", time.perf_counter() - started, "s", SECONDS_MOST)
        say(f"{which}: processor time of it", processor_seconds(self.pid) - worked, "s")
        sys.stdout.write(f"  {self.get(path)['outcomes']}\n")


def measure(zirve: Installation, rows: int) -> None:
    """Import a workbook twice, and print what that takes."""
    importer = Importer(zirve)
    importer.post("/v1/cities", CITY, "city")
    sheet = {"kind": "people", "format": "xlsx", "content": workbook(rows), "commit": True}
    health = f"{importer.url}/health/live"
    with waits_of(health, "idle"):
        time.sleep(IDLE_SECONDS)
    memory = Memory(importer.pid)
    memory.start()
    for which in (f"{rows} people", "the same again"):
        with waits_of(health, which):
            importer.run(sheet, which)
    memory.stop()
    say("resident, with the reader, at the most", memory.most, "MiB", MIB_MOST)
    say("resident, afterwards", resident_mib(importer.pid), "MiB")


def main(rows: int) -> None:
    """Run membership and measure."""
    modules = {"membership": MODULES["membership"]}
    with (
        tempfile.TemporaryDirectory() as folder,
        Installation(Path(folder), counts={"membership": 1}, modules=modules) as zirve,
    ):
        measure(zirve, rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
