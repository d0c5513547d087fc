"""Writing a backup into databases; killed half way, it is simply done again.

A mark in each database says how far it has come. While it says that documents are missing, no
process of the service starts; afterwards it stays until everything was said again.
"""

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from bson.json_util import CANONICAL_JSON_OPTIONS, loads
from pymongo import WriteConcern
from pymongo.database import Database
from pymongo.errors import PyMongoError

from deploy.backup.archive import documents_in
from deploy.backup.errors import BackupError
from deploy.backup.manifest import Manifest, Part
from deploy.backup.snapshot import Client

TOGETHER = 1000
"""Documents in one insert."""
MARK = "_restore"
"""Collection with one document of the same name; shared/persistence/mongo.py looks for it."""
WRITING, SILENT = "writing", "silent"
"""States: documents are missing; all are there, and what was on its way was not said again yet."""
_DURABLE = WriteConcern(w="majority", j=True)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the restore of one database has come.

    Attributes:
        backup: ``Manifest.id``.
        state: ``writing`` or ``silent``.
    """

    backup: str
    state: str


def mark_of(database: Database[dict[str, Any]]) -> Mark | None:
    """Return how far a restore has come; ``None`` where there is none."""
    found = database[MARK].find_one({"_id": MARK})
    return Mark(found["backup"], found["state"]) if found else None


def put_mark(database: Database[dict[str, Any]], mark: Mark | None) -> None:
    """Note how far a restore has come; ``None`` when it is over."""
    if mark is None:
        database.drop_collection(MARK)
        return
    marks = database.get_collection(MARK, write_concern=_DURABLE)
    values = {"backup": mark.backup, "state": mark.state}
    marks.update_one({"_id": MARK}, {"$set": values}, upsert=True)


def check_empty(client: Client, manifest: Manifest, databases: Mapping[str, str]) -> None:
    """Make sure that nothing is lost by a restore.

    Raises:
        BackupError: A database has documents that this very restore has not written.
    """
    full = []
    for name in databases.values():
        mark = mark_of(client[name])
        if mark == Mark(manifest.id, WRITING):
            continue
        collections = client[name].list_collection_names()
        if any(client[name][each].find_one({}, {"_id": 1}) for each in collections):
            full.append(name)
    if full:
        told = "restore with drop=yes (--drop) to lose what is in them"
        raise BackupError(f"These databases are not empty: {', '.join(full)}; {told}.")


def check_shapes(manifest: Manifest, known: Mapping[str, int]) -> None:
    """Make sure that this code can read what is restored.

    Raises:
        BackupError: A newer version has stored it.
    """
    newer = [name for name, schema in manifest.schemas.items() if schema > known.get(name, schema)]
    if newer:
        raise BackupError(
            f"A newer version has taken this backup ({dict(manifest.code)}), and this one cannot"
            f" read its {', '.join(newer)}. Restore it with that version."
        )


def write(client: Client, folder: Path, manifest: Manifest, databases: Mapping[str, str]) -> None:
    """Replace databases by what a backup has of them, indexes included.

    Raises:
        BackupError: The database has refused something, or took fewer documents than there were.
        Damaged: A file cannot be read.
    """
    for name in databases.values():
        put_mark(client[name], Mark(manifest.id, WRITING))
    for service, name in databases.items():
        for each in client[name].list_collection_names():
            if each != MARK and not each.startswith("system."):
                client[name].drop_collection(each)
        for part in manifest.of(service):
            try:
                _write_part(client[name], folder, part)
            except PyMongoError as error:
                # Its text may hold documents.
                raise BackupError(f"{part.file} was not taken: {type(error).__name__}") from None


def _write_part(database: Database[dict[str, Any]], folder: Path, part: Part) -> None:
    text = gzip.decompress((folder / part.metadata_file).read_bytes()).decode()
    metadata = loads(text, json_options=CANONICAL_JSON_OPTIONS)
    database.command({"create": part.collection, **metadata["options"]})
    # In memory only: the mark that follows waits for the majority, which has all before it then.
    collection = database.get_collection(part.collection, write_concern=WriteConcern(w=1))
    documents = documents_in(folder / part.file)
    count = 0
    while batch := list(islice(documents, TOGETHER)):
        collection.insert_many(batch, ordered=False)
        count += len(batch)
    if count != part.documents:
        raise BackupError(f"{part.file} has {count} documents, {part.documents} were written.")
    _make_indexes(database, part.collection, metadata["indexes"])


def _make_indexes(
    database: Database[dict[str, Any]], collection: str, indexes: Iterable[Mapping[str, Any]]
) -> None:
    """Make indexes when the documents are there, which takes less time than the other way round."""
    others = [dict(index) for index in indexes if index["name"] != "_id_"]
    if others:
        database.command("createIndexes", collection, indexes=others)
