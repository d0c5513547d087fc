"""Aggregates as documents: the state by its fields, the chassis's own fields beside it.

A document is ``{_id, <state>…, _version, _sequence, _schema, _saved_by, _outbox, _heard, _news,
_timers, _waiting_for, _requests, _claim}``; the last six only when there is something to keep.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Generic, TypeVar

from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from shared.domain import Aggregate, Bookkeeping, Timer, bookkeeping
from shared.errors import Unavailable
from shared.local_time import LocalTime

A = TypeVar("A", bound=Aggregate)
Document = dict[str, Any]

SAVES_KEPT = 8
"""Ids of saves kept in a document: how many later saves an unsure writer can still look behind."""
LOST_LOCK = 241
"""MongoDB's error code ConversionFailure (src/mongo/base/error_codes.yml); see ``Change``."""

_converter = Converter(detailed_validation=False, unstruct_collection_overrides={tuple: list})
_converter.register_unstructure_hook(date, date.isoformat)
_converter.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
_converter.register_unstructure_hook(datetime, lambda value: value)
_converter.register_structure_hook(datetime, lambda value, _: value)
# The instant follows from the wall time; it is stored so that queries can sort by it.
_converter.register_unstructure_hook(
    LocalTime,
    lambda time: {
        "local": time.local.isoformat(),
        "zone": time.zone,
        "fold": time.fold,
        "at": time.at,
    },
)
_converter.register_structure_hook(
    LocalTime,
    lambda value, _: LocalTime(
        datetime.fromisoformat(value["local"]), value["zone"], value["fold"]
    ),
)
_converter.register_unstructure_hook(StrEnum, lambda value: value.value)


@cache
def _compiled(aggregate: Any) -> tuple[Callable[..., Any], Callable[..., Any]]:
    renamed: Any = {"id": override(rename="_id"), "_book": override(omit=True)}
    return (
        make_dict_structure_fn(aggregate, _converter, **renamed),
        make_dict_unstructure_fn(aggregate, _converter, **renamed),
    )


class StoredByNewer(Unavailable):
    """A newer version of the service has stored it in a shape that this one does not know.

    Saved by this one it would lose what only the newer one knows. So a request is for another
    process, and an event for later.
    """


class Codec(Generic[A]):
    """Turns aggregates of one kind into documents and back."""

    def __init__(
        self, aggregate: type[A], schema: int, upcast: Callable[[Document, int], Document]
    ) -> None:
        """Compile the conversion.

        Args:
            aggregate: The class.
            schema: The number written as ``_schema``.
            upcast: Brings a document of an older schema up to date.
        """
        self._upcast = upcast
        self._schema = schema
        kind: Any = aggregate
        self._structure, self._unstructure = _compiled(kind)
        self._aggregate = aggregate

    def state(self, aggregate: A) -> Document:
        """Return the state alone, with its ``_id``."""
        document: Document = self._unstructure(aggregate)
        return document

    def load(self, document: Document) -> A:
        """Return the aggregate that a document holds.

        Raises:
            StoredByNewer: This version must not touch it.
        """
        if document["_schema"] > self._schema:
            raise StoredByNewer("A newer version of this service has stored it.")
        if document["_schema"] < self._schema:
            document = self._upcast(dict(document), document["_schema"])
        aggregate: A = self._structure(document, self._aggregate)
        read_bookkeeping(document, bookkeeping(aggregate))
        return aggregate


def read_bookkeeping(document: Document, book: Bookkeeping) -> None:
    """Fill in what the chassis keeps, from copies, so that the document stays as it was loaded."""
    get = document.get
    book.version = document["_version"]
    book.sequence = document["_sequence"]
    book.outbox = document["_outbox"]
    if heard := get("_heard"):
        book.heard = dict(heard)
    if news := get("_news"):
        book.news = dict(news)
    if timers := get("_timers"):
        book.timers = [Timer(**timer) for timer in timers]
    if waiting := get("_waiting_for"):
        book.waiting_for = list(waiting)
    if requests := get("_requests"):
        book.requests = list(requests)


def written_bookkeeping(book: Bookkeeping) -> Document:
    """Return the chassis's own fields that a save sets; ``None`` where one is to vanish."""
    return {
        "_heard": book.heard or None,
        "_news": book.news or None,
        "_timers": [_written_timer(timer) for timer in book.timers] or None,
        "_waiting_for": book.waiting_for or None,
        "_requests": book.requests or None,
    }


def _written_timer(timer: Timer) -> Document:
    begun = {"tries": timer.tries, "again_at": timer.again_at} if timer.tries else {}
    known = {"set_by": timer.set_by} if timer.set_by else {}
    return {"kind": timer.kind, "due_at": timer.due_at, **begun, **known}


def insertion(state: Document, book: Bookkeeping, schema: int, save_id: int) -> Document:
    """Return the document of a new aggregate."""
    document = dict(state)
    document["_version"] = 1
    document["_sequence"] = book.sequence
    document["_schema"] = schema
    document["_saved_by"] = [save_id]
    document["_outbox"] = book.pending
    own = written_bookkeeping(book)
    return document | {key: value for key, value in own.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Change:
    """What a save changes in a stored document, unless somebody else has saved it meanwhile.

    Attributes:
        version: That the document must have; it has the next one afterwards.
        values: New values of fields, by name.
        gone: Names of fields that vanish.
        said: Entries for the outbox; those that are in it stay, since the relay takes published
            events out at any moment without touching the version.
        save_id: Joins the ids of the last saves.
    """

    version: int
    values: Document
    gone: tuple[str, ...]
    said: list[Document]
    save_id: int

    def pipeline(self) -> list[Document]:
        """Return the update of MongoDB; on another version it fails with ``LOST_LOCK``.

        A filter that has more in it than ``_id`` is planned anew for each update, which takes a
        third of the time that the update takes (docs/decisions/0011).
        """
        fields: Document = {name: {"$literal": value} for name, value in self.values.items()}
        fields["_version"] = self.version + 1
        saves = {"$concatArrays": ["$_saved_by", [self.save_id]]}
        fields["_saved_by"] = {"$slice": [saves, -SAVES_KEPT]}
        if self.said:
            fields["_outbox"] = {"$concatArrays": ["$_outbox", {"$literal": self.said}]}
        saved: Document = {"$mergeObjects": ["$$ROOT", fields]}
        for name in self.gone:
            saved = {"$unsetField": {"field": name, "input": saved}}
        # No array is a number: the one expression that surely fails, and is not folded beforehand.
        lost = {"$toInt": "$_saved_by"}
        return [{"$replaceWith": {"$cond": [{"$eq": ["$_version", self.version]}, saved, lost]}}]


def change(
    loaded: Document, state: Document, book: Bookkeeping, schema: int, save_id: int
) -> Change:
    """Return what takes a document from what was loaded to what is to be stored."""
    wanted = {**state, **written_bookkeeping(book), "_sequence": book.sequence, "_schema": schema}
    values: Document = {}
    gone = []
    for key, value in wanted.items():
        if value is None and key.startswith("_"):
            if key in loaded:
                gone.append(key)
        elif key not in loaded or loaded[key] != value:
            values[key] = value
    if loaded["_schema"] != schema:
        # Of the older shape nothing stays that the newer one does not have.
        gone += [key for key in loaded if key not in wanted and not key.startswith("_")]
    return Change(book.version, values, tuple(gone), book.pending, save_id)
