"""``.env`` of an installation in containers: written with random secrets, and read."""

import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from deploy.containers.variables import VARIABLES, Variable, comment, left_out

PRIVATE = 0o600
SECRET_BYTES = 24
"""Written in hexadecimal digits, which neither a URI nor a shell has to escape."""
HEAD = (
    "# An installation in containers (docker-compose.yml). Made by `make env`; keep it private.\n"
)
DEFAULTS = "\n# Everything else has the default that stands here; take away the # to change it.\n"


def read(path: Path) -> dict[str, str]:
    """Return what a file sets; nothing when it is missing."""
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def value(settings: Mapping[str, str], name: str) -> str:
    """Return what an installation is told: by its file, else the default.

    Raises:
        StopIteration: There is no such variable.
    """
    return settings.get(name) or next(each.default for each in VARIABLES if each.name == name)


def complete(path: Path, chosen: Mapping[str, str]) -> list[str]:
    """Write the file, or add what is missing in it; what it says already stays.

    Args:
        path: The file.
        chosen: Values of variables that are not secrets, by name.

    Returns:
        The names that were added.
    """
    there = read(path)
    added = [each for each in VARIABLES if each.name not in there]
    added = [each for each in added if each.is_secret or each.name in chosen]
    if not added:
        return []
    text = path.read_text(encoding="utf-8") if there else HEAD
    text = text.rstrip("\n") + "\n\n" + _lines(added, chosen)
    if not there:
        rest = (each for each in VARIABLES if each not in added)
        text += DEFAULTS + "".join(map(left_out, rest))
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w") as file:
        file.write(text)
    draft.replace(path)
    return [each.name for each in added]


def _lines(variables: Iterable[Variable], chosen: Mapping[str, str]) -> str:
    values = {
        each: secrets.token_hex(SECRET_BYTES) if each.is_secret else chosen[each.name]
        for each in variables
    }
    return "".join(f"{comment(each)}{each.name}={said}\n" for each, said in values.items())
