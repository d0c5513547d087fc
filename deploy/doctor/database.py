"""Looking at the database: whether it keeps our promises, and what has come to a halt in it."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from pymongo.database import Database
from pymongo.errors import OperationFailure

from deploy.doctor.clocks import clock_trouble
from deploy.doctor.stored import examine_stored
from deploy.local.doctor import OPERATIONS, Finding, Trouble
from shared.persistence.document import Document
from shared.persistence.mongo import UnfitDatabase, connect

OLDEST = 6
NOT_AUTHORIZED = 13
"""MongoDB's error code Unauthorized (src/mongo/base/error_codes.yml)."""
HEALTHY = 1
FREE_SHARE = 0.1
FREE_BYTES = 1_000_000_000
RUNNING = f"{OPERATIONS}#running"


def examine_database(uri: str, kinds: Mapping[str, Any]) -> Iterator[Finding]:
    """Look at a replica set, and at the database of each service.

    Args:
        uri: As one who may read all of them, as ``backup`` may.
        kinds: Class of each service, by the name of its database.
    """
    try:
        database = connect(uri, next(iter(kinds)), "doctor")
    except UnfitDatabase as error:
        yield Finding("the database", _unfit(str(error)))
        return
    client = database.client
    try:
        version = client.server_info()["version"]
        yield Finding(f"MongoDB {version}, with a primary", version_trouble(version))
        yield from _clock(database)
        yield from _members(database)
        yield from _disk(database)
        for name, kind in kinds.items():
            yield from examine_stored(client.get_database(name), kind)
    finally:
        client.close()


def version_trouble(version: str) -> Trouble | None:
    """Return what is wrong with a version of MongoDB."""
    if int(re.findall(r"\d+", version)[0]) >= OLDEST:
        return None
    return Trouble(
        is_wrong="This version is not fit.",
        matters="A save compares versions in an update that older ones do not know as we use it.",
        mend=f"Install MongoDB {OLDEST} or later.",
        see=RUNNING,
    )


def _unfit(reason: str) -> Trouble:
    return Trouble(
        is_wrong=reason,
        matters="No service starts, and those that run answer 503.",
        mend="Start it as a replica set, see that it has a primary, and mend account or"
        " certificate in MONGO_URI.",
        see=RUNNING,
    )


def _clock(database: Database[Document]) -> Iterator[Finding]:
    asked_at = datetime.now(UTC)
    theirs = database.client.admin.command("hello")["localTime"].replace(tzinfo=UTC)
    answered_at = datetime.now(UTC)
    yield Finding("clock of the database", clock_trouble(theirs, asked_at, answered_at))


def _members(database: Database[Document]) -> Iterator[Finding]:
    """Look at all members, if our account may."""
    status = _permitted(database.client.admin, "replSetGetStatus")
    if status is None:
        return
    members = status["members"]
    down = [each["name"] for each in members if each["health"] != HEALTHY]
    trouble = Trouble(
        is_wrong=f"These do not answer: {', '.join(down)}.",
        matters="When a majority does not, nothing is stored; a save waits for the majority.",
        mend="Start them, or take them out of the replica set.",
        see=RUNNING,
    )
    yield Finding(f"{len(members)} members of the replica set", trouble if down else None)


def _disk(database: Database[Document]) -> Iterator[Finding]:
    stats = _permitted(database, "dbStats")
    if stats is None or "fsTotalSize" not in stats:
        return
    total, free = stats["fsTotalSize"], stats["fsTotalSize"] - stats["fsUsedSize"]
    yield Finding(f"{free / 1e9:.1f} GB free for the database", disk_trouble(free, total))


def disk_trouble(free: float, total: float) -> Trouble | None:
    """Return what is wrong with so many bytes of a disk."""
    if free >= FREE_BYTES and free >= FREE_SHARE * total:
        return None
    return Trouble(
        is_wrong=f"Less than {FREE_SHARE:.0%} of it is free, or less than 1 GB.",
        matters="A mongod whose disk is full ends, and no command is taken any more.",
        mend="Make room, or give it a larger disk.",
        see="docs/operations/doctor.md#disks",
    )


def _permitted(database: Database[Document], command: str) -> Document | None:
    try:
        return dict(database.command(command))
    except OperationFailure as error:
        if error.code != NOT_AUTHORIZED:
            raise
        return None
