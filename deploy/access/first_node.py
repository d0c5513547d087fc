"""A MongoDB that has nobody yet: made a replica set of one node, with an administrator.

A server that demands accounts and has none lets whoever comes over its own loopback interface do
just these two things (MongoDB, "Localhost Exception in Self-Managed Deployments").
"""

import time
from typing import Any

from pymongo import MongoClient
from pymongo.errors import ConnectionFailure, OperationFailure

from deploy.access.accounts import ADMINISTRATOR
from deploy.local.database import REPLICA_SET

READY_SECONDS = 120
PAUSE_SECONDS = 0.5
PROBE_MS = 2000
UNAUTHORIZED, ALREADY_INITIALIZED = 13, 23
"""MongoDB's error codes of these names (src/mongo/base/error_codes.yml)."""

Client = MongoClient[dict[str, Any]]


class NotReady(Exception):
    """The server does not answer, or takes no writes, for longer than we wait."""


def begin(uri: str, address: str, password: str, *, seconds: float = READY_SECONDS) -> None:
    """Make the replica set and the administrator, as far as they are not there; safe to run again.

    Args:
        uri: Leads to the server over its loopback interface, with ``directConnection=true``.
        address: Host and port under which clients will find the node.
        password: Of the administrator.
        seconds: How long the server may take to start, and to take writes.

    Raises:
        NotReady: It took longer.
        OperationFailure: There is an administrator with another password.
    """
    deadline = time.monotonic() + seconds
    while not _has_begun(uri, address, password):
        if time.monotonic() > deadline:
            raise NotReady(f"It is not ready after {seconds:g} s.")
        time.sleep(PAUSE_SECONDS)


def as_administrator(uri: str, password: str) -> Client:
    """Return a client of the administrator's."""
    return Client(uri, username=ADMINISTRATOR, password=password, serverSelectionTimeoutMS=PROBE_MS)


def _has_begun(uri: str, address: str, password: str) -> bool:
    """Take the next step; returns whether it was the last."""
    try:
        with Client(uri, serverSelectionTimeoutMS=PROBE_MS) as stranger:
            if not stranger.admin.command("hello").get("setName"):
                _initiate(stranger, address)
                return False
            if not stranger.admin.command("hello").get("isWritablePrimary"):
                return False
            _make_administrator(stranger, password)
        with as_administrator(uri, password) as administrator:
            administrator.admin.command("usersInfo", ADMINISTRATOR)
    except ConnectionFailure:  # It starts, or was told to be a replica set a moment ago.
        return False
    return True


def _initiate(stranger: Client, address: str) -> None:
    members = [{"_id": 0, "host": address}]
    try:
        stranger.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
    except OperationFailure as error:
        if error.code not in (UNAUTHORIZED, ALREADY_INITIALIZED):  # It was, and says so soon.
            raise


def _make_administrator(stranger: Client, password: str) -> None:
    try:
        stranger.admin.command("createUser", ADMINISTRATOR, pwd=password, roles=["root"])
    except OperationFailure as error:
        if error.code != UNAUTHORIZED:  # There is somebody already, so strangers may do nothing.
            raise
