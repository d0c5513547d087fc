"""Are broker and database set up as our own code sets them up elsewhere?"""

import re
from collections.abc import Iterator
from typing import Any

from deploy.access.accounts import BACKUP, DEPLOYER
from deploy.access.database import ACTIONS, BACKUP_ROLE, DEPLOYER_ROLE, SERVICE_ROLE
from deploy.local.broker import DEAD_LETTER_CONFIRM_MS
from deploy.local.services import MODULES
from deploy.manifests.kubernetes.installation import Installation
from deploy.manifests.kubernetes.kustomize import Manifest, name_of, parted

UNFIT = {"4.2.6", "4.3.0"}
"""Releases of RabbitMQ on which nobody may look at a queue whom it is not to configure
(docs/decisions/0012)."""


def problems(installation: Installation) -> Iterator[str]:
    """Tell how broker or database differ from what the services count on."""
    for broker in installation.of_kind("RabbitmqCluster"):
        for problem in _broker(broker):
            yield f"{name_of(broker)}: {problem}"
    for database in installation.of_kind("MongoDBCommunity"):
        spec = database["spec"]
        for problem in (*_roles(spec["security"].get("roles", [])), *_users(spec["users"])):
            yield f"{name_of(database)}: {problem}"


def _broker(broker: Manifest) -> Iterator[str]:
    spec = broker["spec"]
    tag = parted(spec["image"])[1]
    if not tag or tag.split("-")[0] in UNFIT:
        yield f"services cannot start on the image {spec['image']}"
    configured = spec["rabbitmq"]
    told = f"{{dead_letter_worker_publisher_confirm_timeout, {DEAD_LETTER_CONFIRM_MS}}}"
    if told not in configured.get("advancedConfig", ""):
        yield f"its advancedConfig does not say {told}"
    named = re.findall(r"^load_definitions = (\S+)$", configured["additionalConfig"], re.MULTILINE)
    mounted = _mounted(spec["override"]["statefulSet"]["spec"]["template"]["spec"])
    if set(named) != mounted:
        yield f"it loads definitions from {named}, and {sorted(mounted)} are mounted"


def _mounted(spec: dict[str, Any]) -> set[str]:
    items = {volume["name"]: volume["secret"]["items"] for volume in spec["volumes"]}
    return {
        f"{mount['mountPath']}/{item['path']}"
        for container in spec["containers"]
        for mount in container["volumeMounts"]
        for item in items.get(mount["name"], [])
    }


def _roles(roles: list[dict[str, Any]]) -> Iterator[str]:
    known = {
        (role["role"], role["db"]): [
            (each["resource"], sorted(each["actions"])) for each in role["privileges"]
        ]
        for role in roles
        if not role["roles"]
    }
    needed = {
        (role, database): [({"db": database, "collection": ""}, sorted(actions))]
        for database in MODULES
        for role, actions in ACTIONS.items()
    }
    yield from _differences("the role", known, needed)


def _users(users: list[dict[str, Any]]) -> Iterator[str]:
    known = {
        user["name"]: sorted((role["name"], role["db"]) for role in user["roles"]) for user in users
    }
    needed = {service: [(SERVICE_ROLE, service)] for service in MODULES}
    for account, role in ((DEPLOYER, DEPLOYER_ROLE), (BACKUP, BACKUP_ROLE)):
        needed[account] = sorted((role, database) for database in MODULES)
    yield from _differences("the user", known, needed)


def _differences(what: str, known: dict[Any, Any], needed: dict[Any, Any]) -> Iterator[str]:
    for key in sorted(known.keys() | needed.keys()):
        if known.get(key) != needed.get(key):
            yield f"{what} {key} is {known.get(key)}, and should be {needed.get(key)}"
