"""Prometheus' own judge of its files."""

import shutil
import subprocess
from pathlib import Path

HOW_TO_GET_IT = "promtool is missing: apt-get install prometheus, or put it into PATH."


def is_there() -> bool:
    """Tell whether it is installed."""
    return shutil.which("promtool") is not None


def problems(*arguments: str | Path) -> list[str]:
    """Return what promtool says, when it is not content."""
    program = shutil.which("promtool") or "promtool"
    done = subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    return [f"{done.stdout}{done.stderr}".strip()] if done.returncode else []
