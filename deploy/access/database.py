"""MongoDB's users and roles: each service works in its own database and makes nothing there.

``readWrite``, which comes with MongoDB, would let a service make indexes and drop collections.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure

from deploy.access.accounts import BACKUP, DEPLOYER

SERVICE_ROLE, DEPLOYER_ROLE, BACKUP_ROLE = "zirveService", "zirveDeploy", "zirveBackup"
ACTIONS = {
    SERVICE_ROLE: ("find", "insert", "remove", "update"),
    DEPLOYER_ROLE: ("createCollection", "createIndex", "dropIndex", "listIndexes"),
    BACKUP_ROLE: ("find", "listCollections", "listIndexes"),
}
ABSENT = (11, 31)
"""MongoDB's error codes UserNotFound and RoleNotFound (src/mongo/base/error_codes.yml)."""


def grant(
    client: MongoClient[dict[str, Any]], databases: Mapping[str, str], passwords: Mapping[str, str]
) -> None:
    """Make roles and users, or bring those that are there to what they should be.

    Args:
        client: Of a user that may make users and roles in any database.
        databases: Name of each service's database, by service.
        passwords: By account; that for backups is made where there is one for it.
    """
    for database in databases.values():
        for role, actions in ACTIONS.items():
            _put_role(client[database], role, actions)
    for service, database in databases.items():
        _put_user(client.admin, service, passwords[service], [(SERVICE_ROLE, database)])
    for account, role in ((DEPLOYER, DEPLOYER_ROLE), (BACKUP, BACKUP_ROLE)):
        if account in passwords:
            held = [(role, database) for database in databases.values()]
            _put_user(client.admin, account, passwords[account], held)


def _put_role(database: Database[dict[str, Any]], role: str, actions: Sequence[str]) -> None:
    """Make a role of one database, which can hold no right to another."""
    resource = {"db": database.name, "collection": ""}
    privileges = [{"resource": resource, "actions": list(actions)}]
    _put(database, "Role", role, {"privileges": privileges, "roles": []})


def _put_user(
    admin: Database[dict[str, Any]], name: str, password: str, roles: Sequence[tuple[str, str]]
) -> None:
    held = [{"role": role, "db": database} for role, database in roles]
    values = {"pwd": password, "roles": held, "mechanisms": ["SCRAM-SHA-256"]}
    _put(admin, "User", name, values)


def _put(database: Database[dict[str, Any]], kind: str, name: str, values: dict[str, Any]) -> None:
    try:
        database.command({f"update{kind}": name, **values})
    except OperationFailure as error:
        if error.code not in ABSENT:
            raise
        database.command({f"create{kind}": name, **values})
