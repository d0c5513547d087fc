"""What a service has published: its events, for whoever needs them again.

An event is kept here before it leaves its outbox, so it is always in one of the two. What is kept
is never changed; ids rise by collection, aggregate and number, so that all of it can be walked
through in an order that events published meanwhile do not upset.
"""

from collections.abc import Iterable, Sequence

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from shared.persistence.document import Document

DUPLICATE_KEY = 11000
"""MongoDB's error code DuplicateKey (src/mongo/base/error_codes.yml)."""
_COLLECTION = "_facts"
_DIGITS = 18
"""Of a number, so that ids sort as numbers do."""

Published = tuple[str, str, Document]
"""Collection, aggregate's id and outbox entry of an event."""


class Facts:
    """The published events of one service."""

    def __init__(self, database: Database[Document]) -> None:
        self._facts = database[_COLLECTION]

    def keep(self, published: Iterable[Published]) -> None:
        """Keep events; what is kept already stays as it is.

        Raises:
            PyMongoError: It is not known whether all are kept.
        """
        facts = [
            {**entry, "_id": _id(collection, aggregate_id, entry["sequence"])}
            for collection, aggregate_id, entry in published
        ]
        try:
            self._facts.insert_many(facts, ordered=False)
        except BulkWriteError as error:
            codes = {each["code"] for each in error.details["writeErrors"]}
            if error.details["writeConcernErrors"] or codes != {DUPLICATE_KEY}:
                raise

    def after(self, position: str, names: Sequence[str], limit: int) -> list[Document]:
        """Return the next events of these names, in order.

        Args:
            position: ``_id`` of the last one; empty for the first.
            names: Of contracts.
            limit: How many at the most.
        """
        query = {"_id": {"$gt": position}, "type": {"$in": list(names)}}
        return list(self._facts.find(query, sort=[("_id", ASCENDING)], limit=limit))

    def last_number(self, collection: str, aggregate_id: str) -> int:
        """Return the number of an aggregate's last published event; 0 when there is none."""
        first, beyond = (_id(collection, aggregate_id, number) for number in (0, 10**_DIGITS - 1))
        of_it = {"_id": {"$gt": first, "$lt": beyond}}
        newest = self._facts.find_one(of_it, {"sequence": 1}, sort=[("_id", DESCENDING)])
        return newest["sequence"] if newest else 0

    def count(self) -> int:
        """Count them, about."""
        return self._facts.estimated_document_count()


def aggregate_of(fact: Document) -> tuple[str, str]:
    """Return collection and id of the aggregate that an event happened to."""
    collection, _, rest = fact["_id"].partition("/")
    return collection, rest.rpartition("@")[0]


def _id(collection: str, aggregate_id: str, number: int) -> str:
    return f"{collection}/{aggregate_id}@{number:0{_DIGITS}}"
