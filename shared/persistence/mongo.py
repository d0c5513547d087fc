"""One MongoDB client per process, and the dependency that gives a service its repositories."""

import re
from typing import Any, Generic, TypeVar, cast, overload

from nameko.extensions import DependencyProvider
from pymongo import MongoClient, ReadPreference, WriteConcern
from pymongo.database import Database
from pymongo.errors import ConfigurationError, PyMongoError
from pymongo.read_concern import ReadConcern

from shared.persistence.document import Document
from shared.persistence.repository import Repository

R = TypeVar("R", bound=Repository[Any])

SERVER_SECONDS = 5
OPERATION_SECONDS = 20
POOL = 100
"""Connections; green threads that touch the database must stay below it, or half of them starve."""


RESTORE = "_restore"
"""Collection with one document, of the same name, while a backup is being restored."""
HALF_RESTORED = "writing"
"""Its state as long as documents are missing."""


class UnfitDatabase(SystemExit):
    """The database cannot keep our promises, or does not answer at start."""


def connect(
    uri: str, name: str, application: str, *, operation_seconds: float | None = OPERATION_SECONDS
) -> Database[Document]:
    """Return the service's database.

    Args:
        uri: Replica set.
        name: Of the database.
        application: What the server calls us in its log.
        operation_seconds: How long it may be silent; ``None`` for the steps between two versions,
            as an index of a large collection takes minutes.

    Raises:
        UnfitDatabase: It does not answer within five seconds, refuses us, or is not a replica
            set; without one there are no retryable writes.
    """
    try:
        client: MongoClient[Document] = MongoClient(
            uri,
            appname=f"zirve {application}",
            tz_aware=True,
            retryWrites=True,
            serverSelectionTimeoutMS=SERVER_SECONDS * 1000,
            connectTimeoutMS=SERVER_SECONDS * 1000,
            socketTimeoutMS=operation_seconds and operation_seconds * 1000,
            waitQueueTimeoutMS=SERVER_SECONDS * 1000,
            maxPoolSize=POOL,
        )
    except (ConfigurationError, OSError) as error:  # OSError: a file that the URI names.
        raise UnfitDatabase(f"MONGO_URI cannot be used: {error}") from None
    try:
        hello = client.admin.command("hello")
    except PyMongoError as error:
        client.close()
        raise UnfitDatabase(f"The database does not let us in: {_reason(error)}") from None
    if "setName" not in hello:
        raise UnfitDatabase("The database is a standalone; start it as a replica set of one node.")
    return client.get_database(
        name,
        read_preference=ReadPreference.PRIMARY,
        read_concern=ReadConcern("majority"),
        write_concern=WriteConcern(w="majority", j=True),
    )


def check_rights(database: Database[Document]) -> None:
    """Make sure that we may work in a service's database.

    Raises:
        UnfitDatabase: Its user may not, or what is in it is half of a backup.
    """
    try:
        restore = database[RESTORE].find_one({"_id": RESTORE})
    except PyMongoError as error:
        raise UnfitDatabase(f"Database {database.name!r} is not ours: {_reason(error)}") from None
    if restore and restore["state"] == HALF_RESTORED:
        raise UnfitDatabase(f"Database {database.name!r} was not restored to the end; do it again.")


def _reason(error: PyMongoError) -> str:
    """Return what an error says before the driver's whole view of servers, or the whole reply."""
    text = re.split(r", Timeout: | to execute command |, full error: ", str(error), maxsplit=1)[0]
    return f"{type(error).__name__}: {text}"


class Mongo(DependencyProvider, Generic[R]):
    """Gives a service class a repository: ``cities = Mongo(CityRepository)``."""

    def __init__(self, repository: type[R]) -> None:
        super().__init__()
        self.repository = repository

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn under which name the service class has it."""
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "Mongo[R]": ...

    @overload
    def __get__(self, instance: object, owner: type) -> R: ...

    def __get__(self, instance: object | None, owner: type) -> "Mongo[R] | R":
        """Return the provider on the class; an instance has its repository in its own dict."""
        if instance is None:
            return self
        return cast(R, instance.__dict__[self.name])

    def get_dependency(self, worker_ctx: object) -> R:
        """Return the repository of this process."""
        return cast(R, self.container.config["runtime"].repository(self.repository))
