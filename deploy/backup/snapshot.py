"""All databases of a replica set as they were at one instant, read by several cursors at once.

Source:
    MongoDB manual, "Read Concern snapshot": outside of transactions since 5.0, for find, with
    atClusterTime; on 6.0 as long as minSnapshotHistoryWindowInSeconds, 300 unless changed.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bson import Timestamp
from bson.codec_options import CodecOptions
from pymongo import MongoClient, ReadPreference
from pymongo.errors import OperationFailure
from pymongo.read_concern import ReadConcern

from deploy.backup.errors import BackupError, CatalogChanged, SnapshotGone

SNAPSHOT_TOO_OLD, SNAPSHOT_UNAVAILABLE = 239, 246
"""MongoDB's error codes (src/mongo/base/error_codes.yml)."""
BATCH = 10_000
"""Documents that one answer of the database has at the most; it ends at 16 MiB anyhow."""

Client = MongoClient[dict[str, Any]]


class _AsOf(ReadConcern):
    """Read concern of one instant, which pymongo knows only within a session, hence one thread."""

    def __init__(self, time: Timestamp) -> None:
        super().__init__("snapshot")
        self._time = time

    @property
    def document(self) -> dict[str, Any]:
        return {"level": "snapshot", "atClusterTime": self._time}


class Snapshot:
    """The databases at one instant; safe for several threads.

    Attributes:
        time: The instant.
    """

    def __init__(self, client: Client, time: Timestamp) -> None:
        self.time = time
        self._client = client

    @classmethod
    def now(cls, client: Client) -> "Snapshot":
        """Take the newest instant that a majority of the replica set has.

        What was acknowledged by the majority before is in it.

        Raises:
            BackupError: The database is a standalone.
        """
        hello = client.admin.command("hello")
        if "setName" not in hello:
            raise BackupError("The database is a standalone, which gives no snapshots.")
        return cls(client, hello["lastWrite"]["majorityOpTime"]["ts"])

    def batches(self, database: str, collection: str) -> Iterator[bytes]:
        """Return all documents of a collection, many in a batch, one after another in it.

        Raises:
            CatalogChanged: The collection is newer than the instant.
            SnapshotGone: The database does not keep the instant any more.
        """
        found = self._client.get_database(
            database,
            codec_options=CodecOptions(),
            read_preference=ReadPreference.PRIMARY,
            read_concern=_AsOf(self.time),
        )
        with _told():
            cursor: Any = found[collection].find_raw_batches({}, batch_size=BATCH)
            with cursor:
                yield from cursor

    def collections(self, database: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Return name and metadata of each collection, as ``mongodump`` writes them.

        They are those of now; whoever reads one that is newer than the instant is told.
        """
        for each in self._listed(database):
            indexes = list(self._client[database][each["name"]].list_indexes())
            yield (
                each["name"],
                {
                    "options": each["options"],
                    "indexes": indexes,
                    "uuid": each["info"]["uuid"].hex(),
                    "collectionName": each["name"],
                    "type": "collection",
                },
            )

    def identities(self, database: str) -> set[tuple[str, str]]:
        """Return name and identity of each collection that there is now."""
        return {(each["name"], each["info"]["uuid"].hex()) for each in self._listed(database)}

    def _listed(self, database: str) -> list[dict[str, Any]]:
        found = self._client[database].list_collections(filter={"type": "collection"})
        return [dict(each) for each in found if not each["name"].startswith("system.")]


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OperationFailure as error:
        if error.code == SNAPSHOT_UNAVAILABLE:
            raise CatalogChanged("A collection was made after the instant.") from None
        if error.code == SNAPSHOT_TOO_OLD:
            raise SnapshotGone(
                "The database has let go of the instant before all was read. Have it keep instants"
                " longer: db.adminCommand({setParameter: 1, minSnapshotHistoryWindowInSeconds:"
                " 3600}), for all members, then begin again."
            ) from None
        raise
