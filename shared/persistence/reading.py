"""Reading what several threads ask for at once with one ``find``."""

from dataclasses import dataclass, field
from typing import Any

from pymongo.errors import ConnectionFailure

from shared.persistence.document import Document


@dataclass(slots=True, eq=False)
class Read:
    """A look at documents of one collection.

    Attributes:
        ids: Which.
        found: Those that exist, by id, and perhaps others that somebody else asked for.
        failure: Why nobody knows which of them exist.
    """

    ids: list[str]
    found: dict[str, Document] = field(default_factory=dict)
    failure: Exception | None = None


def look(collection: Any, reads: list[Read]) -> None:
    """Read what several ask for at once; what cannot be read fails only those who asked for it."""
    ids = reads[0].ids if len(reads) == 1 else list({each for read in reads for each in read.ids})
    query = {"_id": ids[0] if len(ids) == 1 else {"$in": ids}}
    found: dict[str, Document] = {}
    failure: Exception | None = None
    try:
        found = {document["_id"]: document for document in collection.find(query)}
    except Exception as error:  # noqa: BLE001 - what cannot be decoded raises errors of many kinds
        failure = error
    if failure is None or isinstance(failure, ConnectionFailure) or len(reads) == 1:
        for read in reads:
            read.found, read.failure = found, failure
    else:
        for read in reads:
            look(collection, [read])
