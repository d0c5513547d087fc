"""Indexes: making those that are declared, and telling what is there beyond them.

An index is made before the first process of a version starts, and stays when a later version does
not declare it any more: processes of the version before may run still. Nobody drops it but who
says so, when they are gone (``python -m shared.run --drop-undeclared``).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import OperationFailure

from shared.persistence.document import Document
from shared.persistence.facts import DUPLICATE_KEY
from shared.persistence.repository import CHASSIS_INDEXES, IGNORING_CASE, Index, Repository

Indexes = Mapping[str, Sequence[IndexModel]]
"""By collection."""
OTHER_OPTIONS = (85, 86)
"""MongoDB's error codes IndexOptionsConflict and IndexKeySpecsConflict
(src/mongo/base/error_codes.yml)."""
_OF_ITSELF = "_id_"
"""Every collection has this one."""


class Undeclarable(SystemExit):
    """An index cannot be made; the text says which and why, and quotes no document."""


def indexes_declared_by(
    repositories: Iterable[type[Repository[Any]]],
) -> dict[str, list[IndexModel]]:
    """Return what repositories declare, the chassis's own indexes first."""
    return {
        each.collection: [_model(index) for index in (*CHASSIS_INDEXES, *each.indexes)]
        for each in repositories
    }


def make_indexes(database: Database[Document], indexes: Indexes) -> None:
    """Make indexes; safe to run again, and by several at once, while others write.

    Raises:
        Undeclarable: An index of that name is there with other options, or documents stand in the
            way of a unique one.
    """
    for collection, models in indexes.items():
        try:
            database[collection].create_indexes(list(models))
        except OperationFailure as error:
            if error.code not in (*OTHER_OPTIONS, DUPLICATE_KEY):
                raise
            name = f"{database.name}.{collection}"
            raise Undeclarable(f"Indexes of {name} cannot be made: {_reason(error)}") from None


def undeclared_indexes(database: Database[Document], indexes: Indexes) -> list[tuple[str, str]]:
    """Return collection and name of each index that is there and not declared."""
    found = []
    for collection, models in indexes.items():
        names = {_OF_ITSELF, *(model.document["name"] for model in models)}
        there = database[collection].index_information()
        found += [(collection, name) for name in there if name not in names]
    return found


def _model(index: Index) -> IndexModel:
    options = {"collation": IGNORING_CASE} if index.ignores_case else {}
    keys = [(name, ASCENDING) for name in index.fields]
    return IndexModel(keys, unique=index.unique, sparse=index.sparse, **options)


def _reason(error: OperationFailure) -> str:
    if error.code == DUPLICATE_KEY:
        # What the server says quotes the values.
        fields = ", ".join((error.details or {}).get("keyPattern", {}))
        return f"documents agree in {fields}, which shall be unique"
    return f"{(error.details or {}).get('errmsg', error.code)}"
