"""Files of documents: BSON one after another, compressed by gzip, as ``mongodump --gzip`` has them.

A file is on the disk when it is closed: what a manifest speaks of must survive a power cut.
"""

import gzip
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from deploy.backup.errors import Damaged

LEVEL = 1
"""Of gzip: reading must end while the database keeps the instant; see docs/operations/backup.md."""
LENGTH_BYTES = 4
"""A BSON document begins with its length (bsonspec.org, version 1.1)."""
PIECE_BYTES = 1 << 20
PRIVATE = 0o600
_RAW: CodecOptions[Any] = CodecOptions(document_class=RawBSONDocument)


class ArchiveWriter:
    """Writes documents to a new file.

    Attributes:
        documents: How many were written.
        data_bytes: Their length before they were compressed.
        sha256: Of the file, as hexadecimal digits; complete once it is closed.
    """

    def __init__(self, path: Path) -> None:
        self.documents = 0
        self.data_bytes = 0
        self.sha256 = ""
        self._file = _Hashed(path)
        self._gzip = gzip.GzipFile("", "wb", LEVEL, self._file, mtime=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._gzip.close()
        self._file.close()
        self.sha256 = self._file.hexdigest()

    def write(self, batch: bytes) -> None:
        """Write documents that follow each other without a gap."""
        position = 0
        while position < len(batch):
            position += int.from_bytes(batch[position : position + LENGTH_BYTES], "little")
            self.documents += 1
        self.data_bytes += len(batch)
        self._gzip.write(batch)


class _Hashed:
    """A new file that only its owner reads, with the hash of what was written to it."""

    def __init__(self, path: Path) -> None:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        self._file: IO[bytes] = os.fdopen(handle, "wb")
        self._hash = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def documents_in(path: Path) -> Iterator[RawBSONDocument]:
    """Return the documents of a file, one after another.

    Raises:
        Damaged: It ends early, or is no such file.
    """
    try:
        with gzip.open(path, "rb") as file:
            yield from bson.decode_file_iter(file, _RAW)  # type: ignore[call-overload]
    except (OSError, EOFError, bson.errors.BSONError) as error:
        raise Damaged(f"{path} cannot be read: {error}") from None


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits.

    Raises:
        OSError: It cannot be read.
    """
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            found.update(piece)
    return found.hexdigest()


def write_text(path: Path, text: str) -> str:
    """Write a text to a new file, compressed where its name says so; returns the file's SHA-256."""
    data = text.encode()
    file = _Hashed(path)
    file.write(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    file.close()
    return file.hexdigest()


def settle(folder: Path) -> None:
    """Have the names of a folder's files survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
