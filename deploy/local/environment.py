"""The runner's view of the environment; nothing else under ``deploy`` reads it."""

import os
from collections.abc import Mapping


def given(name: str) -> str | None:
    """Return what a variable says; None when it is missing or empty."""
    return os.environ.get(name) or None


def inherited(**changes: str) -> Mapping[str, str]:
    """Return the environment for a process of ours: this one's, with changes."""
    return {**os.environ, **changes}
