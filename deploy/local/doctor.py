"""What is wrong with this machine or this installation: ``make doctor``.

It imports the standard library only, since missing packages are among what may be wrong.
"""

import ctypes.util
import importlib.util
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local.environment import given
from deploy.local.layout import RABBITMQ, Layout
from deploy.local.ports import API_PORTS, is_free, listener
from deploy.local.state import Processes

PYTHON_VERSION = (3, 11)
FREE_BYTES = 1_000_000_000
PACKAGES = ("nameko", "pymongo", "marshmallow", "jwt", "aiosmtpd")


@dataclass(frozen=True)
class Finding:
    """Something that was looked at.

    Attributes:
        what: What it is.
        trouble: What is wrong with it and what to do; empty when nothing is.
    """

    what: str
    trouble: str = ""


def examine(data: Path) -> list[Finding]:
    """Look at everything that an installation needs, and at how it is."""
    layout = Layout(data.resolve())
    checks: list[Callable[[Layout], Iterator[Finding]]] = [
        _python,
        _packages,
        _broker,
        _database,
        _disk,
        _processes,
        _ports,
    ]
    return [finding for check in checks for finding in check(layout)]


def report(findings: list[Finding]) -> int:
    """Print findings; returns how many are troubles."""
    for each in findings:
        print(f"{'TROUBLE' if each.trouble else 'ok':8} {each.what}")
        if each.trouble:
            print(f"         {each.trouble}")
    return sum(bool(each.trouble) for each in findings)


def _python(_: Layout) -> Iterator[Finding]:
    right = sys.version_info[:2] == PYTHON_VERSION
    wanted = ".".join(map(str, PYTHON_VERSION))
    yield Finding(
        f"Python {platform.python_version()} at {sys.executable}",
        "" if right else f"Python {wanted} is needed.",
    )


def _packages(_: Layout) -> Iterator[Finding]:
    missing = [name for name in PACKAGES if not importlib.util.find_spec(name)]
    trouble = f"Missing: {', '.join(missing)}. Run `make setup`." if missing else ""
    yield Finding("Python packages", trouble)


def _broker(_: Layout) -> Iterator[Finding]:
    if given("AMQP_URI"):
        yield Finding("RabbitMQ is given by AMQP_URI")
        return
    found = (RABBITMQ / "rabbitmq-server").exists()
    trouble = "" if found else "It is missing. Run `make setup` as root, or set AMQP_URI."
    yield Finding(f"RabbitMQ at {RABBITMQ}", trouble)


def _database(_: Layout) -> Iterator[Finding]:
    if given("MONGO_URI"):
        yield Finding("MongoDB is given by MONGO_URI")
        return
    wheel = importlib.util.find_spec("fiftyone")
    found = wheel or shutil.which("mongod")
    missing = "There is no mongod. Run `make setup`, or set MONGO_URI."
    yield Finding("MongoDB's server", "" if found else missing)
    if wheel:
        library = ctypes.util.find_library("curl")
        trouble = "" if library else "It is missing (Debian: libcurl4). Run `make setup` as root."
        yield Finding("libcurl, which that server needs", trouble)


def _disk(layout: Layout) -> Iterator[Finding]:
    folder = next(each for each in (layout.data, *layout.data.parents) if each.exists())
    free = shutil.disk_usage(folder).free
    short = "RabbitMQ stops accepting messages when the disk is full." if free < FREE_BYTES else ""
    yield Finding(f"{free / 1e9:.1f} GB free for {layout.data}", short)


def _processes(layout: Layout) -> Iterator[Finding]:
    processes = Processes(layout.run)
    for path in sorted(layout.run.glob("*.json")):
        entry = processes.last(path.stem)
        if not entry:
            yield Finding(str(path), "It cannot be read; remove it.")
        elif entry.is_alive():
            yield Finding(f"{entry.name} runs: pid {entry.process.pid}, ports {dict(entry.ports)}")


def _ports(layout: Layout) -> Iterator[Finding]:
    running = Processes(layout.run).all_alive()
    ours = {port for entry in running for port in entry.ports.values()}
    for service, port in API_PORTS.items():
        if port in ours:
            continue
        trouble = "" if is_free(port) else f"{listener(port)} has taken it; end it first."
        yield Finding(f"port {port} for {service}", trouble)
