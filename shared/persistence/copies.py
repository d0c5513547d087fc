"""Copies of what other services own: how many there are, and having them taken in again."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shared.errors import NotFound, Unavailable
from shared.persistence.document import Document
from shared.persistence.repository import Repository
from shared.persistence.store import Store, answering

OUTBOX_SECONDS = 20.0
LOOK_SECONDS = 0.1


class UnknownCopy(NotFound):
    """The service keeps no copy of this name."""


class StillPublishing(Unavailable):
    """Events of the copy are not published yet, and must not be dropped with it."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One collection of copies.

    Attributes:
        name: Of the collection.
        documents: How many there are.
        waiting: Those that wait for a fact.
    """

    name: str
    documents: int
    waiting: int


class Copies:
    """The copies that one service keeps."""

    def __init__(self, store: Store, repositories: Iterable[Repository[Any]]) -> None:
        self._store = store
        self._names = [each.collection for each in repositories if each.is_copy]

    def all(self) -> list[Copy]:
        """Count them.

        Raises:
            DatabaseAway: It does not answer.
        """
        waiting: Document = {"_waiting_for": {"$exists": True}}
        with answering():
            return [
                Copy(
                    name,
                    self._store.database[name].count_documents({}),
                    self._store.database[name].count_documents(waiting),
                )
                for name in self._names
            ]

    def reset(self, name: str, *, drop: bool) -> int:
        """Have a copy take in again what it is told; returns how many documents are concerned.

        Args:
            name: Of the collection.
            drop: Begin with nothing. Else each document stays until what is newer overwrites it,
                and what was never true of it stays for good.

        Raises:
            UnknownCopy: There is none.
            StillPublishing: Too many events of it wait for the broker.
            DatabaseAway: It does not answer.
        """
        if name not in self._names:
            raise UnknownCopy(f"There is no copy {name!r} here.")
        with answering():
            return self._drop(name) if drop else self._forget(name)

    def _forget(self, name: str) -> int:
        # The version: who has loaded one before loads it again.
        forget = {"$unset": {"_heard": 1}, "$inc": {"_version": 1}}
        return self._store.database[name].update_many({}, forget).modified_count

    def _drop(self, name: str) -> int:
        collection = self._store.database[name]
        dropped = collection.delete_many({"_outbox": []}).deleted_count
        left = [each["_id"] for each in collection.find({"_outbox": {"$ne": []}}, {"_id": 1})]
        deadline = time.monotonic() + OUTBOX_SECONDS
        while left:
            dropped += collection.delete_many({"_id": {"$in": left}, "_outbox": []}).deleted_count
            left = [each["_id"] for each in collection.find({"_id": {"$in": left}}, {"_id": 1})]
            if left and time.monotonic() > deadline:
                raise StillPublishing("Events of this copy still wait for the broker.")
            if left:
                time.sleep(LOOK_SECONDS)
        return dropped
