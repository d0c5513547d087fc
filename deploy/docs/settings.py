"""``.env.example``: every setting with what it is and its default."""

import textwrap
from dataclasses import fields
from pathlib import Path
from typing import Any

from deploy.containers.variables import VARIABLES, left_out
from deploy.docs.docstrings import described
from shared.config import Settings

_HEAD = """\
Every setting of a service, with its default. A process reads them from its environment once, when
it starts; what is wrong stops it. Written by `make docs` from shared/config.py."""
_CONTAINERS = """\
# -- containers ------------------------------------------------------------------------------------
# What docker-compose.yml reads from .env, which `make env` writes, with a secret where none stands.
"""
_WIDTH = 98


def example() -> str:
    """Return the file's text; a shell can read it."""
    meanings = described(Settings).attributes
    paragraphs = ["\n".join(f"# {line}" for line in _HEAD.splitlines())]
    for each in fields(Settings):
        meaning = textwrap.wrap(meanings[each.name].replace("``", ""), _WIDTH)
        comment = "\n".join(f"# {line}" for line in meaning)
        paragraphs.append(f"{comment}\n{each.name}={_written(each.default)}")
    return "\n\n".join([*paragraphs, _CONTAINERS + "".join(map(left_out, VARIABLES))])


def _written(value: Any) -> str:
    """Write a value as ``Settings.from_environment`` reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def place(root: Path) -> Path:
    """Return where it lies."""
    return root / ".env.example"
