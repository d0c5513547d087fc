"""``deploy/Dockerfile``: as hadolint wants it, and with what each image may hold."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.ports import API_PORTS

FILE = Path("deploy/Dockerfile")
HADOLINT = Path(sys.executable).with_name("hadolint")
CHASSIS = ["/opt/zirve", "services/__init__.py", "shared/"]
"""What the base takes; a service's image takes its own folder besides."""


@dataclass
class Stage:
    """A stage of the build.

    Attributes:
        base: The stage or image that it begins with.
        copied: Sources of each COPY, in order.
        users: In the order in which it changes to them.
        lines: All of its instructions, each in one line.
    """

    base: str
    copied: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def problems(root: Path) -> list[str]:
    """Return what is wrong with it."""
    text = (root / FILE).read_text(encoding="utf-8")
    return [*_linted(root), *(f"{FILE}: {each}" for each in _wrong_in(text))]


def _linted(root: Path) -> list[str]:
    done = subprocess.run(
        [str(HADOLINT), "--no-color", "--failure-threshold", "style", str(FILE)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return f"{done.stdout}{done.stderr}".splitlines() if done.returncode else []


def _wrong_in(text: str) -> Iterator[str]:
    stages = stages_of(text)
    yield from _contents(stages)
    for name, stage in stages.items():
        users = [*_inherited_users(stages, stage), *stage.users]
        if name != "packages" and (not users or users[-1] in ("0", "root")):
            yield f"{name} runs as root"
    if found := re.search(r"https?://(?!127\.0\.0\.1)\S+|--(?:extra-)?index-url\S*", text):
        yield f"{found.group()} is named; a package index comes by build arguments alone"
    installing = [
        line for stage in stages.values() for line in stage.lines if "pip install" in line
    ]
    for line in installing:
        if "--require-hashes" not in line or "--only-binary :all:" not in line:
            yield "packages are installed without their hashes, or built"


def _contents(stages: dict[str, Stage]) -> Iterator[str]:
    """Each image holds the chassis and one service."""
    if "base" not in stages or stages["base"].copied != CHASSIS:
        yield f"base does not hold {CHASSIS}"
    for name, port in API_PORTS.items():
        stage = stages.get(name)
        if stage is None:
            yield f"there is no target {name}"
        elif stage.base != "base" or stage.copied != [f"services/{name}/"]:
            yield f"{name} holds {stage.copied} besides {stage.base}, not just services/{name}/"
        elif f"EXPOSE {port}" not in stage.lines:
            yield f"{name} does not say that it listens at {port}"


def stages_of(text: str) -> dict[str, Stage]:
    """Return the stages by name, in order."""
    stages: dict[str, Stage] = {}
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))
    stage = Stage("")
    for line in filter(None, map(str.strip, joined.splitlines())):
        word, _, rest = line.partition(" ")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            stage = stages[name] = Stage(base)
        stage.lines.append(line)
        if word == "COPY":
            stage.copied += [each for each in rest.split() if not each.startswith("--")][:-1]
        elif word == "USER":
            stage.users.append(rest)
    return stages


def _inherited_users(stages: dict[str, Stage], stage: Stage) -> list[str]:
    base = stages.get(stage.base)
    return [*_inherited_users(stages, base), *base.users] if base else []
