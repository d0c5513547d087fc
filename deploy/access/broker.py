"""RabbitMQ's definitions: users with hashed passwords, and what each of them may."""

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from deploy.access.accounts import ADMINISTRATOR, DEPLOYER, MONITOR
from shared.messaging.topology import Topology

HASHING = "rabbit_password_hashing_sha256"
NOTHING, ANYTHING = "^$", ".*"
TAGS = {MONITOR: ["monitoring"], ADMINISTRATOR: ["administrator"]}
MARK = r"(\.as\.[0-9a-f]+)?"
"""What the name of a queue's mark has behind the queue's."""


def definitions(
    topologies: Sequence[Topology], passwords: Mapping[str, str], vhost: str
) -> dict[str, Any]:
    """Return what ``rabbitmqctl import_definitions`` takes.

    Imported again, it changes passwords and permissions of these accounts and of no others.

    Args:
        topologies: What each service has in the broker.
        passwords: By account.
        vhost: Virtual host of this installation.
    """
    permissions = [_of_service(topology) for topology in topologies]
    permissions.append(_of_deployer(topologies))
    if MONITOR in passwords:
        permissions.append(_of_monitor())
    if ADMINISTRATOR in passwords:
        rights = dict.fromkeys(("configure", "write", "read"), ANYTHING)
        permissions.append({"user": ADMINISTRATOR, **rights})
    return {
        "vhosts": [{"name": vhost}],
        "users": [_user(name, password) for name, password in passwords.items()],
        "permissions": [{**each, "vhost": vhost} for each in permissions],
    }


def _of_service(topology: Topology) -> dict[str, str]:
    """Let a service publish to its exchanges and take from its queues.

    It may read its queues' marks, too: from RabbitMQ 4.3.1 on, looking whether something is there
    needs a right to it. Those of any version are meant, since two may run side by side.
    """
    return {
        "user": topology.service,
        "configure": NOTHING,
        "write": _exactly(topology.published_to),
        "read": _exactly(topology.queues(), MARK),
    }


def _of_deployer(topologies: Iterable[Topology]) -> dict[str, str]:
    """Let the deploy step declare and bind whatever is named for one of the services."""
    names = {name.partition(".")[0] for each in topologies for name in each.exchanges()}
    pattern = f"^({'|'.join(sorted(names))})\\."
    return {"user": DEPLOYER, "configure": pattern, "write": pattern, "read": pattern}


def _of_monitor() -> dict[str, str]:
    """Let it into the virtual host, without which it sees nothing of it, and to nothing there."""
    return {"user": MONITOR, "configure": NOTHING, "write": NOTHING, "read": NOTHING}


def _exactly(names: Iterable[str], or_with: str = "") -> str:
    return f"^({'|'.join(re.escape(name) for name in names)}){or_with}$"


def _user(name: str, password: str) -> dict[str, Any]:
    return {
        "name": name,
        "password_hash": _hashed(password),
        "hashing_algorithm": HASHING,
        "tags": TAGS.get(name, []),
    }


def _hashed(password: str) -> str:
    """Hash a password as RabbitMQ stores it.

    Source:
        RabbitMQ, "Credentials and Passwords", this is the algorithm: a salt of four bytes, then
        SHA-256 of salt and password.
    """
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
