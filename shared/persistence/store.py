"""Where documents are read and written: one class, so that every wait for the database is here.

``write`` is a group commit: what waits at the same moment for the same collection goes in one
unordered ``bulk_write``, and each write has an outcome of its own. ``read`` does the same with one
``find``: reading twenty documents one by one costs more than writing them together.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

from pymongo import InsertOne, UpdateMany, UpdateOne, WriteConcern
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import BulkWriteError, ConnectionFailure, PyMongoError, WriteConcernError

from shared.errors import Unavailable
from shared.ids import new_id
from shared.observability.traces import spans
from shared.persistence.document import LOST_LOCK, Change, Document
from shared.persistence.epoch import floor_of
from shared.persistence.facts import DUPLICATE_KEY, Facts
from shared.persistence.lane import Lane
from shared.persistence.reading import Read, look

WRITTEN_TOGETHER = 1000
"""Writes in one ``bulk_write`` at the most."""
READ_TOGETHER = 1000
"""Ids in one ``find`` at the most."""
LARGE = 50
"""Documents that are worth a call of their own beside one that is under way."""


class DatabaseAway(Unavailable):
    """The database does not answer."""


@contextmanager
def answering() -> Iterator[None]:
    """Tell that the database is away when it does not answer within the block.

    Raises:
        DatabaseAway: It does not.
    """
    try:
        yield
    except ConnectionFailure as error:
        raise DatabaseAway("The database does not answer.") from error


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
        content: A new document, or what changes in one; ``None`` until the door returns.
        outcome: Set by ``Store.write``; an exception when the write itself is impossible or its
            fate could not be learned (``DatabaseAway``).
    """

    collection: str
    id: str
    save_id: int
    content: Document | Change | None = None
    outcome: Outcome | DuplicateKey | Exception = Outcome.LOST


class Store:
    """The documents of one service.

    Attributes:
        database: Where they are.
        facts: What was published.
        floor: Number beyond which a new aggregate's events are numbered.
    """

    def __init__(self, database: Database[Document]) -> None:
        self.database = database
        self.facts = Facts(database)
        self.floor = floor_of(database)
        self._process = new_id()
        self._readers: dict[str, Lane[Read]] = {}
        self._writers: dict[str, Lane[list[Write]]] = {}

    def read(self, collection: str, ids: Iterable[str]) -> dict[str, Document]:
        """Return the documents that exist, by id; nobody may change them.

        Raises:
            DatabaseAway: It does not answer.
            Exception: It refuses, or has what cannot be decoded; of many kinds.
        """
        lane = self._readers.get(collection)
        if lane is None:
            work = partial(look, self.database[collection])
            lane = self._readers.setdefault(collection, Lane(work, READ_TOGETHER, LARGE))
        read = Read(list(ids))
        lane.do(read, len(read.ids))
        if read.failure is not None:
            with answering():
                raise read.failure
        return read.found

    def find(self, collection: str, query: Document, **options: Any) -> list[Document]:
        """Return the documents that a query finds; options are those of pymongo's ``find``.

        Raises:
            DatabaseAway: It does not answer.
        """
        with answering():
            return list(self.database[collection].find(query, **options))

    def write(self, writes: Sequence[Write]) -> None:
        """Store documents, each for itself; the outcome is noted on each write."""
        by_collection: dict[str, list[Write]] = {}
        for write in writes:
            by_collection.setdefault(write.collection, []).append(write)
        for collection, group in by_collection.items():
            lane = self._writers.get(collection)
            if lane is None:
                work = partial(_store_groups, self.database[collection])
                lane = self._writers.setdefault(collection, Lane(work, WRITTEN_TOGETHER, LARGE))
            with spans.saving(collection, len(group)):
                lane.do(group, len(group))

    def published(self, collection: str, ids: list[str], event_ids: list[str]) -> None:
        """Take published events out of the outboxes of these documents.

        Neither version nor journal matters here: an event that stays is published once more, and
        its receivers have heard it.
        """
        update = UpdateMany(
            {"_id": {"$in": ids}}, {"$pull": {"_outbox": {"id": {"$in": event_ids}}}}
        )
        self._in_memory(collection).bulk_write([update])

    def note(self, collection: str, query: Document, update: Document) -> bool:
        """Change one document beside its version, in what may be lost; tells whether it was there.

        Raises:
            DatabaseAway: It does not answer.
        """
        with answering():
            return self._in_memory(collection).update_one(query, update).modified_count == 1

    def claim(self, collection: str, id_: str, version: int, seconds: float) -> bool:
        """Keep all other processes off a document of this version; tells whether it was free.

        The claim is journaled: an effect outside follows, which nobody can take back. Its end is by
        the database's clock, which is one for all.

        Raises:
            DatabaseAway: It does not answer.
        """
        lapsed = {"$lte": ["$_claim.until", "$$NOW"]}  # as one that is missing, too
        free = {"$expr": {"$or": [{"$eq": ["$_claim.by", self._process]}, lapsed]}}
        until = {"$add": ["$$NOW", round(seconds * 1000)]}
        claim = {"$set": {"_claim": {"by": self._process, "until": until}}}
        with answering():
            query = {"_id": id_, "_version": version, **free}
            return self.database[collection].update_one(query, [claim]).matched_count == 1

    def _in_memory(self, collection: str) -> Collection[Document]:
        return self.database.get_collection(collection, write_concern=WriteConcern(w=1))


def _store_groups(collection: Any, groups: list[list[Write]]) -> None:
    _store(collection, [write for group in groups for write in group])


def _store(collection: Any, writes: list[Write]) -> None:
    """Run one unordered ``bulk_write`` and note each write's outcome."""
    details: Any = {}
    try:
        operations = [_operation(write) for write in writes]
        matched = collection.bulk_write(operations, ordered=False).matched_count
    except BulkWriteError as error:
        # The error's text holds whole documents; it is never logged, chained or formatted.
        details = error.details
        matched = details["nMatched"]
    except (ConnectionFailure, WriteConcernError):
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
    changes = [w for w in writes if isinstance(w.content, Change) and w.outcome is Outcome.SAVED]
    if matched < len(changes):
        # A document has vanished; nothing of ours deletes any.
        _learn_fate(collection, changes, absent=Outcome.LOST)


def _operation(write: Write) -> InsertOne[Document] | UpdateOne:
    if write.content is None:
        raise ValueError(f"the write of {write.id} has no content")
    if isinstance(write.content, Change):
        return UpdateOne({"_id": write.id}, write.content.pipeline())
    return InsertOne(write.content)


def _note_refusals(collection: Any, writes: list[Write], refusals: Sequence[Document]) -> None:
    """Tell the writes that the database refused by itself apart: lost locks, duplicates, others."""
    lost = []
    for refusal in refusals:
        write, code = writes[refusal["index"]], refusal["code"]
        pattern = tuple(refusal.get("keyPattern", ()))
        if code == LOST_LOCK or (code == DUPLICATE_KEY and pattern == ("_id",)):
            lost.append(write)
        elif code == DUPLICATE_KEY:
            write.outcome = DuplicateKey(pattern)
        else:
            write.outcome = RuntimeError(f"the database refused a write, code {code}")
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
