"""Looking at one service's database: indexes, shapes, and what has come to a halt."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database
from pymongo.errors import ExecutionTimeout, OperationFailure

from deploy.local.doctor import OPERATIONS, Finding, Trouble
from shared.launcher import indexes_of
from shared.persistence.document import Document
from shared.persistence.indexes import Indexes, undeclared_indexes
from shared.persistence.mongo import HALF_RESTORED, RESTORE
from shared.service import repositories_of

OUTBOX_AGE = timedelta(seconds=60)
LOOK_MS = 5000
"""What no index helps to find is looked for no longer."""
NOT_AUTHORIZED = 13
"""MongoDB's error code Unauthorized (src/mongo/base/error_codes.yml)."""
BACKUP = "docs/operations/backup.md"


def examine_stored(database: Database[Document], kind: Any) -> Iterator[Finding]:
    """Look at the database of a service of this class, as far as the account may."""
    try:
        yield from _examine(database, kind)
    except OperationFailure as error:
        if error.code != NOT_AUTHORIZED:
            raise
        yield Finding(f"database {database.name}", _forbidden())


def _examine(database: Database[Document], kind: Any) -> Iterator[Finding]:
    name = database.name
    restore = database[RESTORE].find_one({"_id": RESTORE})
    yield Finding(f"restores of {name}", _unfinished(restore["state"]) if restore else None)
    yield from _indexes(database, indexes_of(kind))
    collections = {each.collection: each.schema for each in repositories_of(kind)}
    yield Finding(f"outboxes of {name}", _outbox(database, collections))
    yield Finding(f"shapes in {name}", _newer(database, collections))
    parked = database["_dead_letters"].count_documents({"state": "parked"})
    yield Finding(f"dead letters of {name}: {parked}", _parked(name) if parked else None)


def _forbidden() -> Trouble:
    return Trouble(
        is_wrong="This account may not look at all of it.",
        matters="Nothing can be said of what is in it besides what stands above.",
        mend="Name an account in MONGO_URI that may read all databases, as `backup` may.",
        see=f"{OPERATIONS}#accounts",
    )


def _unfinished(state: str) -> Trouble:
    if state == HALF_RESTORED:
        return Trouble(
            is_wrong="A restore has begun and was not brought to its end.",
            matters="Documents are missing; no process of this service starts.",
            mend="Do it again: make restore from=DIR; it begins anew.",
            see=BACKUP,
        )
    return Trouble(
        is_wrong="A restore has written all documents; not everything was said again yet.",
        matters="Services lack what was on its way when the backup was taken.",
        mend="When all services run: python -m deploy.backup finish",
        see=BACKUP,
    )


def _indexes(database: Database[Document], indexes: Indexes) -> Iterator[Finding]:
    missing = [
        f"{collection}: {name}"
        for collection, models in indexes.items()
        for name in _lacking(database, collection, models)
    ]
    trouble = Trouble(
        is_wrong=f"Missing or otherwise than declared: {'; '.join(missing)}.",
        matters="Lists and sweeps read whole collections, and what shall be unique is not.",
        mend="Run the deploy step (python -m shared.run --declare …).",
        see="docs/operations/schemas.md",
    )
    yield Finding(f"indexes of {database.name}", trouble if missing else None)
    beyond = [": ".join(each) for each in undeclared_indexes(database, indexes)]
    trouble = Trouble(
        is_wrong=f"No longer declared: {'; '.join(beyond)}.",
        matters="Each save keeps them up, and nobody reads them once the upgrade is over.",
        mend="When no process of an older version runs and none is to come back: python -m"
        " shared.run --drop-undeclared …",
        see="docs/operations/schemas.md",
    )
    yield Finding(f"indexes in {database.name} beyond these", trouble if beyond else None)


def _lacking(database: Database[Document], collection: str, models: Sequence[Any]) -> Iterator[str]:
    there: Mapping[str, Any] = database[collection].index_information()
    for model in models:
        wanted = model.document
        found = there.get(wanted["name"])
        if found is None or any(
            found.get(option) != wanted.get(option)
            for option in ("unique", "sparse", "expireAfterSeconds")
            if found.get(option) or wanted.get(option)
        ):
            yield wanted["name"]


def _outbox(database: Database[Document], collections: Mapping[str, int]) -> Trouble | None:
    ages = []
    for name in collections:
        oldest = database[name].find_one(
            {"_outbox.at": {"$exists": True}}, {"_outbox.at": 1}, sort=[("_outbox.at", ASCENDING)]
        )
        if oldest:
            ages.append(datetime.now(UTC) - min(each["at"] for each in oldest["_outbox"]))
    age = max(ages, default=timedelta())
    if age <= OUTBOX_AGE:
        return None
    return Trouble(
        is_wrong=f"An event has waited for {age.total_seconds():.0f} s to be published.",
        matters="Others do not hear what this service has done.",
        mend="See whether the broker is away, full or refuses, and whether a process runs.",
        see=f"{OPERATIONS}#looking",
    )


def _newer(database: Database[Document], collections: Mapping[str, int]) -> Trouble | None:
    newer = [name for name, schema in collections.items() if _has_newer(database, name, schema)]
    if not newer:
        return None
    return Trouble(
        is_wrong=f"A newer version has stored documents in {', '.join(newer)}.",
        matters="Processes of this version refuse them with 503, and events for them wait on the"
        " ladder.",
        mend="Bring the upgrade to its end; after a rollback, go forward again.",
        see="docs/operations/schemas.md",
    )


def _has_newer(database: Database[Document], collection: str, schema: int) -> bool:
    newer = {"_schema": {"$gt": schema}}
    try:
        return database[collection].find_one(newer, {"_id": 1}, max_time_ms=LOOK_MS) is not None
    except ExecutionTimeout:
        return False


def _parked(name: str) -> Trouble:
    return Trouble(
        is_wrong="They were parked, and nobody has decided about them.",
        matters="What they say has not taken effect.",
        mend=f"make dead-letters s={name}",
        see=f"{OPERATIONS}#parked-messages",
    )
