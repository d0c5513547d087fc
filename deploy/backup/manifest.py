"""The manifest: what a backup consists of. It is written last, so without it there is no backup."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from deploy.backup.archive import digest_of, settle, write_text
from deploy.backup.errors import BackupError, Damaged

FORMAT = 1
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Part:
    """One collection of a backup.

    Attributes:
        service: Whose.
        collection: Its name.
        documents: How many.
        data_bytes: Their length as BSON.
        file: Of the documents; below the backup's directory.
        sha256: Of that file.
        metadata_file: Of options and indexes.
        metadata_sha256: Of that file.
    """

    service: str
    collection: str
    documents: int
    data_bytes: int
    file: str
    sha256: str
    metadata_file: str
    metadata_sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup as a whole.

    Attributes:
        cluster_time: The instant that all was read at: seconds since 1970, and a number within.
        taken_at: The same as text, UTC (RFC 3339).
        server: Version of MongoDB.
        code: Version of ours, and its commit where there is a checkout; empty where not known.
        schemas: Shape that the code had for each collection, by ``<service>.<collection>``.
        parts: The collections.
    """

    cluster_time: tuple[int, int]
    taken_at: str
    server: str
    code: Mapping[str, str]
    schemas: Mapping[str, int]
    parts: tuple[Part, ...]

    @property
    def id(self) -> str:
        """Tell this backup from every other."""
        return _digest(self._values())

    @property
    def documents(self) -> int:
        """Count the documents of all collections."""
        return sum(part.documents for part in self.parts)

    def of(self, service: str) -> list[Part]:
        """Return a service's collections."""
        return [part for part in self.parts if part.service == service]

    def write(self, folder: Path) -> None:
        """Complete a backup."""
        values = self._values()
        draft = folder / f"{NAME}.draft"
        write_text(draft, json.dumps({**values, "sha256": _digest(values)}, indent=2) + "\n")
        settle(folder)
        draft.rename(folder / NAME)
        settle(folder)

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read what a backup consists of.

        Raises:
            BackupError: There is no backup, or one of another format.
            Damaged: The manifest was changed.
        """
        path = folder / NAME
        try:
            values = json.loads(path.read_text())
        except FileNotFoundError:
            raise BackupError(
                f"{folder} is no complete backup: it has no {NAME}, which is written last."
            ) from None
        except ValueError as error:
            raise Damaged(f"{path} cannot be read: {error}") from None
        if values.get("format") != FORMAT:
            raise BackupError(f"{path} has format {values.get('format')}; {FORMAT} is known.")
        if _digest({k: v for k, v in values.items() if k != "sha256"}) != values.get("sha256"):
            raise Damaged(f"{path} is not as it was written.")
        return cls(
            cluster_time=(values["cluster_time"][0], values["cluster_time"][1]),
            taken_at=values["taken_at"],
            server=values["server"],
            code=values["code"],
            schemas=values["schemas"],
            parts=tuple(Part(**part) for part in values["parts"]),
        )

    def verify(self, folder: Path) -> None:
        """Make sure that every file is as it was written.

        Raises:
            Damaged: Some are not; each is named.
        """
        wrong = list(self._wrong(folder))
        if wrong:
            raise Damaged(f"{folder} is damaged:\n  " + "\n  ".join(wrong))

    def _wrong(self, folder: Path) -> Iterator[str]:
        for part in self.parts:
            files = {part.file: part.sha256, part.metadata_file: part.metadata_sha256}
            for name, expected in files.items():
                try:
                    found = digest_of(folder / name)
                except OSError as error:
                    yield f"{name}: {error.strerror}"
                    continue
                if found != expected:
                    yield f"{name}: its SHA-256 is {found}, {expected} was written"

    def _values(self) -> dict[str, Any]:
        return {"format": FORMAT, **json.loads(json.dumps(asdict(self)))}


def _digest(values: Mapping[str, Any]) -> str:
    return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
