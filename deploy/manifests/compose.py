"""``docker-compose.yml``: by the Compose specification, and by what this project asks of it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from compose_spec import PyCompose

from deploy.containers.variables import VARIABLES
from deploy.local.broker import DEAD_LETTER_CONFIRM_MS
from deploy.local.ports import API_PORTS

FILE = Path("docker-compose.yml")
ADVANCED = Path("deploy/containers/broker/advanced.config")
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::(?P<operator>[-?])(?P<operand>[^}]*))?\}")
OUTSIDE = "./secrets/"
"""What `make env` writes, and is in no checkout."""
GUARD: dict[str, Any] = {
    "init": True,
    "read_only": True,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
    "stop_grace_period": "30s",
}
WITHOUT_HEALTHCHECK = {"tempo"}
"""Its image has no program that could ask."""

Service = dict[str, Any]


def problems(root: Path) -> list[str]:
    """Return what is wrong with it."""
    text = (root / FILE).read_text(encoding="utf-8")
    said = yaml.safe_load(text)
    found = [*_specified(said)]
    if not found:
        found += _variables(text)
        for name, service in said["services"].items():
            found += [f"{name}: {each}" for each in _wrong_in(root, name, service, said)]
        found += [
            f"there is no service {each}" for each in API_PORTS if each not in said["services"]
        ]
    found += _configured(root)
    return [f"{FILE}: {each}" for each in found]


def _specified(said: Any) -> Iterator[str]:
    """Have it read by an implementation of the specification, which takes nothing it knows not."""
    try:
        PyCompose.from_json(json.dumps(interpolated(said))).validate()
    except ValueError as error:
        yield str(error)


def interpolated(said: Any) -> Any:
    """Return what is said when no variable is set but those that must be."""
    if isinstance(said, dict):
        return {name: interpolated(value) for name, value in said.items()}
    if isinstance(said, list):
        return [interpolated(each) for each in said]
    return VARIABLE.sub(_default, said) if isinstance(said, str) else said


def _default(variable: re.Match[str]) -> str:
    return "secret" if variable["operator"] == "?" else variable["operand"] or ""


def _variables(text: str) -> Iterator[str]:
    """Compare the variables with those that `.env` can have."""
    known = {each.name: each for each in VARIABLES}
    named = {}
    for found in VARIABLE.finditer(text):
        named[found[1]] = True
        variable = known.get(found[1])
        if variable is None:
            yield f"{found[1]} is unknown to deploy/containers/variables.py"
        elif found["operator"] != "?" and (found["operand"] or "") != variable.default:
            yield f"{found[1]} is {found['operand']!r} here, {variable.default!r} in variables.py"
        elif found["operator"] == "?" and not variable.is_secret:
            yield f"{found[1]} has a default in variables.py, and none here"
    yield from (f"{name} of variables.py is of no use" for name in known if name not in named)


def _wrong_in(root: Path, name: str, service: Service, said: dict[str, Any]) -> Iterator[str]:
    yield from _unguarded(service)
    yield from _unscalable(name, service)
    yield from _secrets(service.get("environment", {}))
    yield from _volumes(root, service.get("volumes", ()), said["volumes"])
    yield from _waiting(service.get("depends_on", {}), said["services"])
    is_step = service.get("restart") == "on-failure"
    if not is_step and name not in WITHOUT_HEALTHCHECK and "healthcheck" not in service:
        yield "nothing tells whether it is healthy"


def _unguarded(service: Service) -> Iterator[str]:
    """Each container has only what it needs, and each port stays on this machine unless asked."""
    for option, value in GUARD.items():
        if service.get(option) != value:
            yield f"{option} is {service.get(option)!r}, not {value!r}"
    for each in service.get("ports", ()):
        if not each.startswith(("127.0.0.1:", "${ENTRANCE_ADDRESS:-127.0.0.1}:")):
            yield f"the port {each} is open to the network"


def _unscalable(name: str, service: Service) -> Iterator[str]:
    if "container_name" in service or (name in API_PORTS and "ports" in service):
        yield "it cannot be scaled: its name or port is taken by the first"
    if name in API_PORTS and service.get("build", {}).get("target") != name:
        yield "it is built from another target"


def _waiting(for_whom: dict[str, Any], services: dict[str, Service]) -> Iterator[str]:
    for other, how in for_whom.items():
        if other not in services:
            yield f"it waits for {other}, which there is not"
        elif how["condition"] == "service_started":
            yield f"it does not wait for the health of {other}"


def _secrets(environment: dict[str, Any]) -> Iterator[str]:
    for name, value in environment.items():
        credentials = re.search(r"://[^:/]+:(.+)@", str(value))
        is_secret = re.search(r"PASSWORD|SECRET|_KEY$", name)
        text = credentials[1] if credentials else str(value) if is_secret else "${"
        if not text.startswith("${"):
            yield f"{name} is written in it"


def _volumes(root: Path, volumes: list[str], named: dict[str, Any]) -> Iterator[str]:
    for each in volumes:
        source = interpolated(each).partition(":")[0]
        if not source.startswith("./"):
            if source not in named:
                yield f"there is no volume {source}"
        elif not source.startswith(OUTSIDE) and not (root / source).exists():
            yield f"there is no {source} to mount"


def _configured(root: Path) -> Iterator[str]:
    said = (root / ADVANCED).read_text(encoding="utf-8")
    if f"{{dead_letter_worker_publisher_confirm_timeout, {DEAD_LETTER_CONFIRM_MS}}}" not in said:
        yield f"{ADVANCED} does not wait {DEAD_LETTER_CONFIRM_MS} ms as deploy/local/broker.py does"
