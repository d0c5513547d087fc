"""What is seen from outside while services work: processors, memory, documents, messages.

Nothing is asked of the services themselves, since answering would be work as well.
"""

import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kombu import Connection
from pymongo import MongoClient

from deploy.local.installation import Installation
from tests.bench.capacity import PROCESSES, SERVICES
from tests.bench.imports import processor_seconds

LOOK_SECONDS = 0.4
CALM_LOOKS = 4
"""Looks in a row that must find nothing new: what is in a process's hands is in no queue."""
PATIENCE_SECONDS = 300
OPERATIONS = ("insert", "update", "delete")


class Observed:
    """An installation, looked at."""

    def __init__(self, zirve: Installation) -> None:
        self.zirve = zirve
        self.mongo: Any = MongoClient(zirve.mongo_uri, tz_aware=True)
        self._broker = Connection(zirve.amqp_uri)

    def close(self) -> None:
        """Disconnect."""
        self.mongo.close()
        self._broker.release()

    def pid(self, process: str) -> int:
        """Return the pid of one of ``PROCESSES``."""
        return self.zirve.pid(process)

    def database(self, service: str) -> Any:
        """Return a service's database."""
        return self.mongo[self.zirve.database(service)]

    # -- work --------------------------------------------------------------------------------------

    def work(self) -> dict[str, float]:
        """Return the processor seconds of each process so far."""
        return {name: processor_seconds(self.pid(name)) for name in PROCESSES}

    def written(self) -> dict[str, float]:
        """Return what the database has written so far: documents, and bytes of journal."""
        status = self.mongo.admin.command("serverStatus")
        journal = status["wiredTiger"]["log"]["log bytes written"]
        documents = sum(status["opcounters"][name] for name in OPERATIONS)
        return {"writes": documents, "journal_bytes": journal}

    # -- what there is -----------------------------------------------------------------------------

    def counted(self) -> dict[str, float]:
        """Return what there is: documents, published and handled events, mails."""
        found: dict[str, float] = {}
        for service in SERVICES:
            database = self.database(service)
            for collection in database.list_collection_names():
                count = database[collection].count_documents({})
                found[f"documents.{service}.{collection}"] = count
            found[f"published.{service}"] = found.get(f"documents.{service}._facts", 0)
            found[f"handled.{service}"] = self._handled(service)
        found["mails"] = len(list(self.zirve.mails.glob("*.eml")))
        return found

    def events(self) -> Counter[str]:
        """Return how often each event was published, by name."""
        names: Counter[str] = Counter()
        for service in SERVICES:
            stages = [{"$group": {"_id": "$type", "number": {"$sum": 1}}}]
            for each in self.database(service)["_facts"].aggregate(stages):
                names[each["_id"]] += each["number"]
        return names

    def bytes_each(self) -> dict[str, float]:
        """Return what a document takes on disk with its indexes, by ``service.collection``.

        The database is told to write all it has in memory first.
        """
        self.mongo.admin.command("fsync")
        found = {}
        for service in SERVICES:
            database = self.database(service)
            for collection in database.list_collection_names():
                stats = database.command("collStats", collection)
                if stats["count"]:
                    size = stats["storageSize"] + stats["totalIndexSize"]
                    found[f"{service}.{collection}"] = size / stats["count"]
        return found

    def _handled(self, service: str) -> float:
        stages = [{"$group": {"_id": None, "number": {"$sum": {"$size": "$events"}}}}]
        return next((f["number"] for f in self.database(service)["_seen"].aggregate(stages)), 0)

    # -- waiting -----------------------------------------------------------------------------------

    def settle(self) -> float:
        """Wait until nothing is under way; returns since when, ``time.monotonic``.

        Raises:
            TimeoutError: Something is, for very long.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        calm, before, since = 0, None, time.monotonic()
        while calm < CALM_LOOKS:
            if time.monotonic() > deadline:
                raise TimeoutError(f"still under way: {before}")
            time.sleep(LOOK_SECONDS)
            now = self._under_way()
            if now == before and not any(now[-1]):
                calm += 1
            else:
                calm, since = 0, time.monotonic()
            before = now
        return since

    def look_idly(self, seconds: float) -> None:
        """Look as ``settle`` does while nothing happens, to learn what looking costs."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
            self._under_way()

    def _under_way(self) -> tuple[Any, ...]:
        counts = [sum(1 for _ in self.zirve.mails.glob("*.eml"))]
        for service in SERVICES:
            database = self.database(service)
            counts.append(database["_facts"].estimated_document_count())
            counts.append(database["_seen"].estimated_document_count())
        channel = self._broker.default_channel
        waiting = [
            channel.queue_declare(f"{service}.in", passive=True).message_count
            for service in SERVICES
        ]
        return (tuple(counts), tuple(waiting))


def difference(after: Mapping[str, float], before: Mapping[str, float]) -> dict[str, float]:
    """Return by how much each number has grown; those that have not are left out."""
    grown = {name: value - before.get(name, 0.0) for name, value in after.items()}
    return {name: value for name, value in grown.items() if value > 0}


def peak_mib(pid: int) -> float:
    """Return the most memory that a process has had resident, MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise LookupError(pid)


def tree_bytes(folder: Path) -> int:
    """Return what the files below a folder take on disk."""
    return sum(file.stat().st_blocks * 512 for file in folder.rglob("*") if file.is_file())
