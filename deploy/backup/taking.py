"""Taking a backup, while everything goes on."""

import os
import shutil
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bson.json_util import CANONICAL_JSON_OPTIONS, dumps

from deploy.backup import code
from deploy.backup.archive import ArchiveWriter, settle, write_text
from deploy.backup.errors import BackupError, CatalogChanged
from deploy.backup.manifest import Manifest, Part
from deploy.backup.snapshot import Client, Snapshot

TOGETHER = 4
"""Collections that are read at once: one compresses while another waits for the database."""
TRIES = 5
PRIVATE = 0o700
LEFT_OUT = frozenset({"_restore"})
"""Says how far a restore has come, which is no part of what was restored."""


@dataclass(frozen=True, slots=True)
class _Source:
    service: str
    database: str
    collection: str
    metadata: Mapping[str, Any]
    about: int
    """Documents, as the database estimates them."""


def take(client: Client, folder: Path, databases: Mapping[str, str]) -> Manifest:
    """Write the databases as they are at one instant to a directory, and then its manifest.

    Args:
        client: Of who may read all of them.
        folder: A new directory, or an empty one.
        databases: Name of each service's database, by service.

    Raises:
        BackupError: It cannot be done; what was written so far has no manifest.
    """
    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty; name another directory.")
    for _ in range(TRIES):
        try:
            return _Taking(client, folder, databases).run()
        except CatalogChanged as error:
            # A deploy step runs. It ends, and then the next instant is as good.
            changed = error
            _empty(folder)
    raise changed


class _Taking:
    def __init__(self, client: Client, folder: Path, databases: Mapping[str, str]) -> None:
        self._client = client
        self._folder = folder
        self._databases = databases
        self._snapshot = Snapshot.now(client)
        self._failed = threading.Event()

    def run(self) -> Manifest:
        """Read everything, then complete the backup."""
        # Those that take longest begin first, lest one core waits for the other at the end.
        sources = sorted(self._sources(), key=lambda each: each.about, reverse=True)
        for service in self._databases:
            (self._folder / service).mkdir(mode=PRIVATE)
        with ThreadPoolExecutor(TOGETHER, thread_name_prefix="backup") as threads:
            parts = list(threads.map(self._write, sources))
        self._check_catalog(sources)
        for service in self._databases:
            settle(self._folder / service)
        time = self._snapshot.time
        manifest = Manifest(
            cluster_time=(time.time, time.inc),
            taken_at=datetime.fromtimestamp(time.time, UTC).isoformat(),
            server=self._client.server_info()["version"],
            code=code.version(),
            schemas=code.schemas(),
            parts=tuple(sorted(parts, key=lambda part: part.file)),
        )
        manifest.write(self._folder)
        return manifest

    def _check_catalog(self, sources: list[_Source]) -> None:
        for service, database in self._databases.items():
            read = {(s.collection, s.metadata["uuid"]) for s in sources if s.service == service}
            there = self._snapshot.identities(database)
            if {each for each in there if each[0] not in LEFT_OUT} != read:
                # One that was dropped meanwhile is read as if it had been empty.
                raise CatalogChanged("Collections were made or dropped while they were read.")

    def _sources(self) -> list[_Source]:
        return [
            _Source(
                service,
                database,
                name,
                metadata,
                self._client[database][name].estimated_document_count(),
            )
            for service, database in self._databases.items()
            for name, metadata in self._snapshot.collections(database)
            if name not in LEFT_OUT
        ]

    def _write(self, source: _Source) -> Part:
        try:
            return self._part(source)
        except BaseException:
            self._failed.set()
            raise

    def _part(self, source: _Source) -> Part:
        stem = f"{source.service}/{source.collection}"
        file, metadata_file = f"{stem}.bson.gz", f"{stem}.metadata.json.gz"
        with ArchiveWriter(self._folder / file) as archive:
            for batch in self._snapshot.batches(source.database, source.collection):
                if self._failed.is_set():
                    raise BackupError("Another collection could not be read.")
                archive.write(batch)
        text = dumps(source.metadata, json_options=CANONICAL_JSON_OPTIONS)
        return Part(
            service=source.service,
            collection=source.collection,
            documents=archive.documents,
            data_bytes=archive.data_bytes,
            file=file,
            sha256=archive.sha256,
            metadata_file=metadata_file,
            metadata_sha256=write_text(self._folder / metadata_file, text),
        )


def _empty(folder: Path) -> None:
    for each in os.scandir(folder):
        shutil.rmtree(each.path) if each.is_dir() else os.unlink(each.path)
