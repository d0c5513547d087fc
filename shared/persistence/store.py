"""Where documents are read and written: one class, so that every wait for the database is here.

``write`` is a group commit: what is waiting at the same moment for the same collection goes in one
unordered ``bulk_write``, and each write has an outcome of its own.
"""

import threading
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pymongo import InsertOne, UpdateMany, UpdateOne
from pymongo.database import Database
from pymongo.errors import AutoReconnect, BulkWriteError, PyMongoError, WriteConcernError

from shared.errors import Unavailable
from shared.persistence.document import Document

DUPLICATE_KEY = 11000
GROUP_MOST = 1000
"""Writes in one ``bulk_write`` at the most."""


class DatabaseAway(Unavailable):
    """The database does not answer."""


class Outcome(Enum):
    """What became of a write that raised nothing of its own."""

    SAVED = "saved"
    LOST = "lost"
    """Somebody else saved first: the optimistic lock, or an ``_id`` that is taken."""


@dataclass(frozen=True, slots=True)
class DuplicateKey:
    """A unique index other than ``_id`` refused the write; a domain conflict.

    Attributes:
        fields: The index's fields, in order.
    """

    fields: tuple[str, ...]


@dataclass(slots=True, eq=False)
class Write:
    """One save of one document.

    Attributes:
        collection: Where.
        id: Which document.
        save_id: The save's own identity, found in ``_saved_by`` once it is stored.
        operation: ``InsertOne`` of a new document, or ``UpdateOne`` guarded by ``_version``.
        outcome: Set by ``Store.write``; an exception when the write itself is impossible or its
            fate could not be learned (``DatabaseAway``).
    """

    collection: str
    id: str
    save_id: int
    operation: InsertOne[Document] | UpdateOne
    outcome: Outcome | DuplicateKey | Exception = Outcome.LOST
    done: threading.Event | None = field(default=None, repr=False)


class Store:
    """The documents of one service."""

    def __init__(self, database: Database[Document]) -> None:
        self.database = database
        self._lanes: dict[str, _Lane] = {}

    def read(self, collection: str, ids: Iterable[str]) -> dict[str, Document]:
        """Return the documents that exist, by id.

        Raises:
            DatabaseAway: It does not answer.
        """
        wanted = list(ids)
        query = {"_id": wanted[0]} if len(wanted) == 1 else {"_id": {"$in": wanted}}
        return {document["_id"]: document for document in self.find(collection, query)}

    def find(self, collection: str, query: Document, **options: Any) -> list[Document]:
        """Return the documents that a query finds; options are those of pymongo's ``find``.

        Raises:
            DatabaseAway: It does not answer.
        """
        try:
            return list(self.database[collection].find(query, **options))
        except AutoReconnect as error:
            raise DatabaseAway("The database does not answer.") from error

    def write(self, writes: Sequence[Write]) -> None:
        """Store documents, each for itself; the outcome is noted on each write."""
        if not writes:
            return
        by_collection: dict[str, list[Write]] = {}
        for write in writes:
            by_collection.setdefault(write.collection, []).append(write)
        for collection, group in by_collection.items():
            lane = self._lanes.get(collection)
            if lane is None:
                lane = self._lanes.setdefault(collection, _Lane(self.database, collection))
            lane.write(group)

    def published(self, collection: str, ids: list[str], event_ids: list[str]) -> None:
        """Take published events out of the outboxes of these documents.

        Neither version nor journal matters here: an event that stays is published once more, and
        its receivers have heard it.
        """
        self.database[collection].bulk_write(
            [UpdateMany({"_id": {"$in": ids}}, {"$pull": {"_outbox": {"id": {"$in": event_ids}}}})]
        )


class _Lane:
    """The group commit of one collection: one ``bulk_write`` under way, the rest waits for it."""

    def __init__(self, database: Database[Document], collection: str) -> None:
        self._collection = database[collection]
        self._waiting: deque[list[Write]] = deque()
        self._lock = threading.Lock()
        self._busy = False

    def write(self, group: list[Write]) -> None:
        done = threading.Event()
        with self._lock:
            if self._busy:
                group[-1].done = done
                self._waiting.append(group)
            self._busy, follower = True, self._busy
        if follower:
            done.wait()
            if not isinstance(group[-1].outcome, _Promoted):
                return
        self._lead(group)

    def _lead(self, group: list[Write]) -> None:
        """Write one group, then hand the lead to the oldest of those that came meanwhile."""
        groups = [group]
        with self._lock:
            size = len(group)
            while self._waiting and size < GROUP_MOST:
                groups.append(self._waiting.popleft())
                size += len(groups[-1])
        try:
            _store(self._collection, [write for each in groups for write in each])
        finally:
            with self._lock:
                heir = self._waiting.popleft() if self._waiting else None
                self._busy = heir is not None
            if heir is not None:
                heir[-1].outcome = _Promoted()
                _wake(heir)
            for each in groups[1:]:
                _wake(each)


class _Promoted(Exception):
    pass


def _wake(group: list[Write]) -> None:
    done = group[-1].done
    if done is not None:
        done.set()


def _store(collection: Any, writes: list[Write]) -> None:
    """Run one unordered ``bulk_write`` and note each write's outcome."""
    details: Any = {}
    try:
        collection.bulk_write([write.operation for write in writes], ordered=False)
    except BulkWriteError as error:
        # The error's text holds whole documents; it is never logged, chained or formatted.
        details = error.details
    except (AutoReconnect, WriteConcernError):
        _learn_fate(collection, writes)
        return
    except Exception as error:  # noqa: BLE001 - what BSON cannot hold raises errors of many kinds
        _one_by_one(collection, writes, error)
        return
    if details.get("writeConcernErrors"):
        _learn_fate(collection, writes)
        return
    for write in writes:
        write.outcome = Outcome.SAVED
    _note_refusals(collection, writes, details.get("writeErrors", ()))


def _note_refusals(collection: Any, writes: list[Write], refusals: Sequence[Document]) -> None:
    """Tell the writes that the database refused by itself apart: lost locks, duplicates, others."""
    lost = []
    for refusal in refusals:
        write = writes[refusal["index"]]
        if refusal["code"] != DUPLICATE_KEY:
            write.outcome = RuntimeError(f"the database refused a write, code {refusal['code']}")
        elif list(refusal["keyPattern"]) == ["_id"]:
            lost.append(write)
        else:
            write.outcome = DuplicateKey(tuple(refusal["keyPattern"]))
    if lost:
        _learn_fate(collection, lost, absent=Outcome.LOST)


def _one_by_one(collection: Any, writes: list[Write], error: Exception) -> None:
    """One document that cannot be written must not fail its neighbours."""
    if len(writes) == 1:
        writes[0].outcome = error
        return
    for write in writes:
        _store(collection, [write])


def _learn_fate(collection: Any, writes: list[Write], absent: Outcome | None = None) -> None:
    """Look whether each save is stored although the database did not say so.

    Args:
        collection: Where.
        writes: Saves whose fate is open.
        absent: Their outcome when they are not there. ``None`` after a lost connection: the
            write may still be on its way, so that nobody can say it will not happen.
    """
    unknown = DatabaseAway("The database did not say whether it stored this.")
    try:
        found = collection.find({"_id": {"$in": [write.id for write in writes]}}, {"_saved_by": 1})
        saves = {document["_id"]: document["_saved_by"] for document in found}
    except PyMongoError:
        saves, absent = {}, None
    for write in writes:
        if write.save_id in saves.get(write.id, ()):
            write.outcome = Outcome.SAVED
        else:
            write.outcome = absent or unknown
