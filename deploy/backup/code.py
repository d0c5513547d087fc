"""Which code a backup was taken by: its version, and the shape it has for each collection."""

import subprocess
import tomllib
import warnings
from collections.abc import Mapping
from typing import Any

from deploy.local.layout import REPOSITORY
from deploy.local.services import MODULES


def service_classes() -> dict[str, Any]:
    """Return the class of each service, by name."""
    warnings.filterwarnings("ignore", message="\\nEventlet is deprecated")
    from shared.launcher import service_class

    return {name: service_class(module) for name, module in MODULES.items()}


def schemas() -> dict[str, int]:
    """Return the number of each collection's shape, by ``<service>.<collection>``."""
    kinds = service_classes()
    from shared.service import repositories_of

    return {
        f"{name}.{repository.collection}": repository.schema
        for name, kind in kinds.items()
        for repository in repositories_of(kind)
    }


def version() -> Mapping[str, str]:
    """Return version and commit; empty where nothing tells."""
    project = REPOSITORY / "pyproject.toml"
    known = tomllib.loads(project.read_text())["project"]["version"] if project.exists() else ""
    return {"version": known, "commit": _commit()}


def _commit() -> str:
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607 - whichever git there is
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip()
