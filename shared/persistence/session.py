"""A session: the aggregates that one door, or one batch of messages, loads and saves.

Repositories give from it and mark in it; the chassis writes when the door returns. An aggregate is
loaded once and is the same object for everybody in the session.
"""

import contextvars
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from shared.domain import Aggregate, bookkeeping
from shared.errors import Conflict, Unavailable
from shared.messaging.envelope import Cause, sealed
from shared.persistence.document import Document, change, insertion
from shared.persistence.store import Write

if TYPE_CHECKING:
    from shared.persistence.repository import Repository

A = TypeVar("A", bound=Aggregate)

OUTBOX_BYTES = 1_048_576
"""Unpublished events of one aggregate: 1 MiB; beyond it the broker has been away for too long."""


class TooOldToJudge(Conflict):
    """An event lies below all the sequence numbers that an aggregate remembers of its source."""


class Misuse(RuntimeError):
    """A service uses the chassis in a way that would break a promise; a bug, never an answer."""


@dataclass(slots=True, eq=False)
class Entry:
    """One aggregate in a session.

    Attributes:
        repository: Whose it is.
        aggregate: The one object that everybody in the session gets.
        document: As it was loaded; ``None`` when the aggregate is new.
        looked_for: The door has looked for it before and found that there was none.
        write: Its save, once it was marked.
        users: Numbers of the messages that loaded it, in a batch.
        savers: Numbers of the messages that changed it, in a batch.
    """

    repository: "Repository[Any]"
    aggregate: Aggregate
    document: Document | None
    looked_for: bool = False
    write: Write | None = None
    users: set[int] = field(default_factory=set)
    savers: set[int] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, str]:
        """Collection and id."""
        return self.repository.collection, self.aggregate.id


@dataclass(slots=True)
class Hearing:
    """The message that is being handled.

    Attributes:
        number: Its place in the batch.
        source: The aggregate it comes from, ``<service>/<collection>/<id>``.
        sequence: Its sequence number there.
    """

    number: int
    source: str
    sequence: int


class Session:
    """The aggregates of one command, query, timer or batch of messages."""

    def __init__(
        self,
        cause: Cause,
        *,
        may_save: bool = True,
        one_aggregate: bool = False,
        guard: Callable[[Aggregate], None] | None = None,
    ) -> None:
        """Open a session.

        Args:
            cause: What events recorded in it carry.
            may_save: False for a query.
            one_aggregate: True for a command.
            guard: Called with each aggregate that is about to be saved; raises to refuse.
        """
        self.cause = cause
        self.hearing: Hearing | None = None
        self._may_save = may_save
        self._one_aggregate = one_aggregate
        self._guard = guard
        self._entries: dict[tuple[str, str], Entry] = {}
        self._known: dict[tuple[str, str], Document | None] = {}

    # -- what repositories call --------------------------------------------------------------

    def find(self, repository: "Repository[A]", aggregate_id: str) -> A | None:
        """Return the aggregate with this id, or ``None``."""
        return self.find_many(repository, [aggregate_id]).get(aggregate_id)

    def find_many(self, repository: "Repository[A]", ids: Iterable[str]) -> dict[str, A]:
        """Return the aggregates that exist, by id."""
        wanted = list(dict.fromkeys(ids))
        self.preload(repository, wanted)
        given = {}
        for each in wanted:
            aggregate = self._give(repository, each)
            if aggregate is not None:
                given[each] = aggregate
        return given

    def adopt(self, repository: "Repository[A]", documents: list[Document]) -> list[A]:
        """Return the aggregates of documents that a query found; those at hand stay as they are."""
        adopted = []
        for document in documents:
            key = repository.collection, document["_id"]
            if self._known.get(key) is None and key not in self._entries:
                self._known[key] = document
            aggregate = self._give(repository, document["_id"])
            if aggregate is not None:
                adopted.append(aggregate)
        return adopted

    def save(self, repository: "Repository[A]", aggregate: A) -> None:
        """Mark an aggregate to be written when the door returns.

        Raises:
            Misuse: The session is a query's, or a command saves a second aggregate.
            TooOldToJudge: The message is older than all that the aggregate remembers.
        """
        if not self._may_save:
            raise Misuse(f"a query saved {aggregate.id}")
        key = repository.collection, aggregate.id
        entry = self._entries.get(key)
        if entry is None:
            if self._known.get(key) is not None:
                return  # A throwaway copy: this aggregate has heard the message already.
            entry = Entry(repository, aggregate, None, looked_for=key in self._known)
            self._entries[key] = entry
        elif entry.aggregate is not aggregate:
            return
        self._check_rules(entry)
        book = bookkeeping(aggregate)
        if self.hearing is not None:
            if book.is_too_old(self.hearing.source, self.hearing.sequence):
                raise TooOldToJudge(f"{self.hearing.source}@{self.hearing.sequence}")
            book.hear(self.hearing.source, self.hearing.sequence)
            entry.users.add(self.hearing.number)
            entry.savers.add(self.hearing.number)
        _seal(entry, self.cause)
        if entry.write is None:
            save_id = random.getrandbits(62)
            entry.write = Write(repository.collection, aggregate.id, save_id)

    # -- what the chassis calls ---------------------------------------------------------------

    def preload(self, repository: "Repository[Any]", ids: Iterable[str]) -> None:
        """Read documents ahead of the messages that need them, all of a collection at once."""
        wanted = [each for each in ids if (repository.collection, each) not in self._known]
        if wanted:
            found = repository.store.read(repository.collection, wanted)
            for each in wanted:
                self._known[repository.collection, each] = found.get(each)

    def marked(self) -> list[Entry]:
        """Return what was saved, in the order of the first save."""
        return [entry for entry in self._entries.values() if entry.write is not None]

    def loaded(self) -> list[Aggregate]:
        """Return every aggregate that was given out or saved."""
        return [entry.aggregate for entry in self._entries.values()]

    def writes(self, entries: Iterable[Entry]) -> list[Write]:
        """Return the writes of marked entries, ready for ``Store.write``."""
        made = []
        for entry in entries:
            if entry.write is None:
                continue
            aggregate, repository = entry.aggregate, entry.repository
            book = bookkeeping(aggregate)
            if book.recorded:
                raise Misuse(f"{aggregate.id} recorded an event after it was saved")
            state = repository.state(aggregate)
            write = entry.write
            if entry.document is None:
                write.content = insertion(state, book, repository.schema, write.save_id)
            else:
                schema = repository.schema
                write.content = change(entry.document, state, book, schema, write.save_id)
            made.append(write)
        return made

    def forget(self, numbers: set[int]) -> set[int]:
        """Take back what these messages did; return all messages that have to be handled again.

        Aggregates they used are rebuilt from their documents at the next use. Messages that used
        the same aggregates, and those that used what these used, go with them.
        """
        while True:
            touched = [entry for entry in self._entries.values() if entry.users & numbers]
            grown = set(numbers).union(*(entry.users for entry in touched))
            if grown == numbers:
                break
            numbers = grown
        for entry in touched:
            del self._entries[entry.key]
        return numbers

    def _give(self, repository: "Repository[A]", aggregate_id: str) -> Any:
        key = repository.collection, aggregate_id
        entry = self._entries.get(key)
        if entry is None:
            document = self._known.get(key)
            if document is None:
                return None
            entry = Entry(repository, repository.load(document), document)
            self._entries[key] = entry
        hearing = self.hearing
        if hearing is None:
            return entry.aggregate
        if bookkeeping(entry.aggregate).has_heard(hearing.source, hearing.sequence):
            return entry.repository.copy(entry.aggregate)
        entry.users.add(hearing.number)
        return entry.aggregate

    def _check_rules(self, entry: Entry) -> None:
        if self._one_aggregate and any(each is not entry for each in self.marked()):
            raise Misuse(f"a command saved a second aggregate, {entry.aggregate.id}")
        if self._guard is not None:
            self._guard(entry.aggregate)


def _seal(entry: Entry, cause: Cause) -> None:
    """Put what was recorded into envelopes, numbered without gaps; mark timers with their cause."""
    book = bookkeeping(entry.aggregate)
    for timer in book.timers:
        if timer.set_by == "":
            timer.set_by = cause.traceparent
    if book.recorded and book.sequence <= entry.repository.store.floor:
        book.sequence = entry.repository.last_number(entry.aggregate.id)
    for event in book.recorded:
        book.sequence += 1
        book.pending.append(sealed(event, book.sequence, cause))
    book.recorded.clear()
    if book.outbox and sum(len(each["body"]) for each in book.outbox) > OUTBOX_BYTES:
        raise Unavailable("Too many events of this are waiting for the broker.")


_current: contextvars.ContextVar[Session | None] = contextvars.ContextVar("session", default=None)


def current_session() -> Session:
    """Return the session of this door.

    Raises:
        Misuse: A repository is used outside of any door.
    """
    session = _current.get()
    if session is None:
        raise Misuse("a repository was used outside of a door")
    return session


def current_cause() -> Cause:
    """Return what the events recorded in this door carry; for those who keep it with their state.

    Raises:
        Misuse: There is no door.
    """
    return current_session().cause


@contextmanager
def opened(session: Session) -> Iterator[Session]:
    """Make a session the current one."""
    token = _current.set(session)
    try:
        yield session
    finally:
        _current.reset(token)
