"""Repository: the only door to a collection."""

from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from pymongo import ASCENDING
from pymongo.collation import Collation

from shared.domain import Aggregate, bookkeeping
from shared.errors import Claimed, Conflict, NotFound
from shared.persistence.document import Codec, Document, read_bookkeeping
from shared.persistence.session import current_session
from shared.persistence.store import DuplicateKey, Store, answering
from shared.web.paging import Page, PageRequest

A = TypeVar("A", bound=Aggregate)


IGNORING_CASE = Collation("en", strength=2)
"""For finding texts however they are written in capital or small letters."""
COUNTED_MOST = 10_000
"""Documents in one state that are counted, which takes some milliseconds however many there are."""


@dataclass(frozen=True, slots=True, init=False)
class Index:
    """An index of a collection.

    Attributes:
        fields: Names, ascending, in order.
        unique: No two documents may agree in them.
        sparse: Documents without them are left out.
        ignores_case: It is of use to queries with the collation ``IGNORING_CASE``.
        error: What a refused duplicate raises; ``unique`` alone needs it.
    """

    fields: tuple[str, ...]
    unique: bool
    sparse: bool
    ignores_case: bool
    error: type[Conflict] | None

    def __init__(
        self,
        *fields: str,
        unique: bool = False,
        sparse: bool = False,
        ignores_case: bool = False,
        error: type[Conflict] | None = None,
    ) -> None:
        object.__setattr__(self, "fields", fields)
        object.__setattr__(self, "unique", unique)
        object.__setattr__(self, "sparse", sparse)
        object.__setattr__(self, "ignores_case", ignores_case)
        object.__setattr__(self, "error", error)


CHASSIS_INDEXES = (
    Index("_outbox.at", sparse=True),
    Index("_timers.due_at", sparse=True),
    Index("_waiting_for", sparse=True),
)
"""What the relay's sweep, the timers and the status look for; every collection has them."""


class Repository(Generic[A]):
    """Gives and saves the aggregates of one collection within the current session.

    Attributes:
        collection: Its name, plural.
        aggregate: What is kept in it.
        schema: Number of the documents' shape; raise it together with ``upcast``.
        not_found: What ``get`` raises.
        indexes: The collection's own.
        is_copy: Whether all that is in it was heard from others, so that it can be heard again.
        counted_states: Values of the field ``state`` that operators want counted: those that do
            not last. An index has to begin with ``state``.
    """

    collection: ClassVar[str]
    aggregate: ClassVar[type[Any]]
    schema: ClassVar[int] = 1
    not_found: ClassVar[type[NotFound]] = NotFound
    indexes: ClassVar[tuple[Index, ...]] = ()
    is_copy: ClassVar[bool] = False
    counted_states: ClassVar[tuple[str, ...]] = ()

    def __init__(self, store: Store) -> None:
        self.store = store
        self._codec: Codec[A] = Codec(self.aggregate, self.schema, self.upcast)

    # -- for use cases ------------------------------------------------------------------------

    def get(self, aggregate_id: str) -> A:
        """Return the aggregate with this id.

        Raises:
            NotFound: There is none; the repository's own kind of it.
        """
        found = self.find(aggregate_id)
        if found is None:
            name = self.aggregate.__name__.lower()
            raise self.not_found(f"There is no {name} {aggregate_id!r}.")
        return found

    def find(self, aggregate_id: str) -> A | None:
        """Return the aggregate with this id, or ``None``."""
        return current_session().find(self, aggregate_id)

    def find_many(self, ids: Any) -> dict[str, A]:
        """Return the aggregates that exist, by id."""
        return current_session().find_many(self, ids)

    def save(self, aggregate: A) -> None:
        """Have the aggregate and its events written, in one write, when the door returns."""
        current_session().save(self, aggregate)

    def claim(self, aggregate: A, seconds: float) -> None:
        """Keep other processes from what follows, before an effect outside that cannot be undone.

        An event can be handled by two processes at once: it may be published twice, and the broker
        takes it back from a process that is slow. The claim ends by itself, or with a save.

        Args:
            aggregate: As loaded.
            seconds: In real time; longer than the effect can take.

        Raises:
            Claimed: Another process is at it, or has been.
            DatabaseAway: It does not answer.
        """
        version = bookkeeping(aggregate).version
        if not self.store.claim(self.collection, aggregate.id, version, seconds):
            raise Claimed(f"Another process is at {aggregate.id!r}.")

    # -- for subclasses -----------------------------------------------------------------------

    def query(
        self, query: Document, *, sort: list[tuple[str, int]] | None = None, limit: int = 0
    ) -> list[A]:
        """Return the aggregates that a query finds, in the order of ``sort``, else of ``_id``."""
        order = sort or [("_id", ASCENDING)]
        found = self.store.find(self.collection, query, sort=order, limit=limit)
        return current_session().adopt(self, found)

    def page(self, query: Document, request: PageRequest, *, sort: tuple[str, ...] = ()) -> Page[A]:
        """Return one page of what a query finds.

        Args:
            query: Which documents.
            request: How many, and after which.
            sort: Fields to order by, ascending, parts as ``begins.at``; ``_id`` decides among
                equals.

        Raises:
            BadCursor: The page before was of a list with another order.
        """
        fields = (*sort, "_id")
        after = request.position(len(fields))
        if after is not None:
            query = {"$and": [query, _beyond(fields, after)]}
        order = [(name, ASCENDING) for name in fields]
        found = self.store.find(self.collection, query, sort=order, limit=request.limit + 1)
        more = len(found) > request.limit
        shown = found[: request.limit]
        last = [_value(shown[-1], name) for name in fields] if more else None
        return Page.of(current_session().adopt(self, shown), last)

    @staticmethod
    def upcast(document: Document, schema: int) -> Document:
        """Bring a document of an older schema up to date; a repository with one overrides this."""
        raise ValueError(f"a document of schema {schema} is unknown")

    # -- for the chassis ----------------------------------------------------------------------

    def load(self, document: Document) -> A:
        """Return the aggregate that a document holds."""
        return self._codec.load(document)

    def state(self, aggregate: A) -> Document:
        """Return an aggregate's state as a document."""
        return self._codec.state(aggregate)

    def last_number(self, aggregate_id: str) -> int:
        """Return the number beyond which the events of an aggregate without any are numbered.

        So are those of one whose last event is older than the last restore.

        A copy may have been there before, and been dropped.

        Raises:
            DatabaseAway: It does not answer.
        """
        if not self.is_copy:
            return self.store.floor
        with answering():
            published = self.store.facts.last_number(self.collection, aggregate_id)
        return max(published, self.store.floor)

    def count_states(self) -> dict[str, int]:
        """Count the documents in each of the ``counted_states``, up to ``COUNTED_MOST``.

        Raises:
            DatabaseAway: It does not answer.
        """
        count = self.store.database[self.collection].count_documents
        with answering():
            return {
                each: count({"state": each}, limit=COUNTED_MOST) for each in self.counted_states
            }

    def conflict(self, duplicate: DuplicateKey) -> Exception:
        """Return the error that tells of a duplicate in one of the collection's unique indexes."""
        for index in self.indexes:
            if index.fields == duplicate.fields and index.error is not None:
                return index.error(f"Another has the same {', '.join(index.fields)}.")
        return Conflict(f"Another has the same {', '.join(duplicate.fields)}.")

    def copy(self, aggregate: A) -> A:
        """Return an equal aggregate whose changes reach nobody."""
        book = bookkeeping(aggregate)
        document = self.state(aggregate)
        document |= {"_version": book.version, "_sequence": book.sequence, "_outbox": []}
        document |= {"_schema": self.schema, "_news": book.news, "_waiting_for": book.waiting_for}
        twin = self._codec.load(document)
        read_bookkeeping(document, bookkeeping(twin))
        return twin


def _value(document: Document, path: str) -> Any:
    """Return what a document has at a path; ``None`` when it ends before."""
    value: Any = document
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _beyond(fields: tuple[str, ...], after: list[Any]) -> Document:
    """Return the condition that a document comes after these values in the order of the fields."""
    branches = []
    for place, name in enumerate(fields):
        equal = dict(zip(fields[:place], after[:place], strict=True))
        # Absent values sort first, and ``$gt`` compares values of one type alone.
        beyond = {"$ne": None} if after[place] is None else {"$gt": after[place]}
        branches.append({**equal, name: beyond})
    return {"$or": branches}
