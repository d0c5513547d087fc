"""What is wrong with this machine, as far as an installation needs it; part of ``make doctor``.

It imports the standard library only, since missing packages are among what may be wrong.
"""

import ctypes.util
import importlib.util
import platform
import resource
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
OPEN_FILES = 4096
"""A process holds at most half as many connections as it may open files, and 2,000 at the most."""
PACKAGES = ("nameko", "pymongo", "marshmallow", "jwt", "aiosmtpd")
OPERATIONS = "docs/operations.md"


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What is wrong with something.

    Attributes:
        is_wrong: What is the case.
        matters: Why that is of concern.
        mend: What to do.
        see: Page that says more, with its heading.
    """

    is_wrong: str
    matters: str
    mend: str
    see: str = OPERATIONS


@dataclass(frozen=True)
class Finding:
    """Something that was looked at.

    Attributes:
        what: What it is.
        trouble: What is wrong with it; ``None`` when nothing is.
    """

    what: str
    trouble: Trouble | None = None


def examine(data: Path) -> list[Finding]:
    """Look at everything that an installation needs of this machine."""
    layout = Layout(data.resolve())
    checks: list[Callable[[Layout], Iterator[Finding]]] = [
        _python,
        _packages,
        _broker,
        _database,
        _disk,
        _open_files,
        _processes,
        _ports,
    ]
    return [finding for check in checks for finding in check(layout)]


def report(findings: list[Finding]) -> int:
    """Print findings; returns how many are troubles."""
    for each in findings:
        print(f"{'TROUBLE' if each.trouble else 'ok':8} {each.what}")
        if trouble := each.trouble:
            print(f"         {trouble.is_wrong}")
            print(f"         Why it matters: {trouble.matters}")
            print(f"         What to do: {trouble.mend}")
            print(f"         See {trouble.see}")
    return sum(bool(each.trouble) for each in findings)


def packages_missing() -> list[str]:
    """Return the names of packages that are not installed."""
    return [name for name in PACKAGES if not importlib.util.find_spec(name)]


def _python(_: Layout) -> Iterator[Finding]:
    right = sys.version_info[:2] == PYTHON_VERSION
    wanted = ".".join(map(str, PYTHON_VERSION))
    trouble = Trouble(
        is_wrong=f"It is not Python {wanted}.",
        matters="nameko and eventlet are proven together on this version alone.",
        mend=f"Install Python {wanted} and name it: make PYTHON3=python{wanted}",
        see="README.md",
    )
    yield Finding(
        f"Python {platform.python_version()} at {sys.executable}", None if right else trouble
    )


def _packages(_: Layout) -> Iterator[Finding]:
    missing = packages_missing()
    trouble = Trouble(
        is_wrong=f"Missing: {', '.join(missing)}.",
        matters="No service starts without them, and no more than this can be looked at.",
        mend="Run `make setup`.",
        see="README.md",
    )
    yield Finding("Python packages", trouble if missing else None)


def _broker(_: Layout) -> Iterator[Finding]:
    if given("AMQP_URI"):
        return
    found = (RABBITMQ / "rabbitmq-server").exists()
    trouble = Trouble(
        is_wrong="It is missing.",
        matters="`make up` starts a broker of its own unless it is given one.",
        mend="Run `make setup` as root, or set AMQP_URI.",
    )
    yield Finding(f"RabbitMQ at {RABBITMQ}", None if found else trouble)


def _database(_: Layout) -> Iterator[Finding]:
    if given("MONGO_URI"):
        return
    wheel = importlib.util.find_spec("fiftyone")
    found = wheel or shutil.which("mongod")
    missing = Trouble(
        is_wrong="There is no mongod.",
        matters="`make up` starts a database of its own unless it is given one.",
        mend="Run `make setup`, or set MONGO_URI.",
    )
    yield Finding("MongoDB's server", None if found else missing)
    if wheel:
        library = ctypes.util.find_library("curl")
        trouble = Trouble(
            is_wrong="It is missing (Debian: libcurl4).",
            matters="The database of `make up` does not start without it.",
            mend="Run `make setup` as root.",
        )
        yield Finding("libcurl, which that server needs", None if library else trouble)


def _disk(layout: Layout) -> Iterator[Finding]:
    folder = next(each for each in (layout.data, *layout.data.parents) if each.exists())
    free = shutil.disk_usage(folder).free
    trouble = Trouble(
        is_wrong=f"Less than {FREE_BYTES / 1e9:g} GB is free.",
        matters="RabbitMQ stops accepting messages when the disk is full, and MongoDB ends.",
        mend="Make room, or move the data to a larger disk.",
    )
    yield Finding(
        f"{free / 1e9:.1f} GB free for {layout.data}", trouble if free < FREE_BYTES else None
    )


def _open_files(_: Layout) -> Iterator[Finding]:
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    few = soft != resource.RLIM_INFINITY and soft < OPEN_FILES
    trouble = Trouble(
        is_wrong=f"A process may open fewer than {OPEN_FILES} files.",
        matters=f"Started from here it would hold {soft // 2} connections and answer no others.",
        mend=f"Raise it before starting: ulimit -n {OPEN_FILES} (systemd: LimitNOFILE=).",
    )
    yield Finding(f"open files per process: {soft}", trouble if few else None)


def _processes(layout: Layout) -> Iterator[Finding]:
    processes = Processes(layout.run)
    for path in sorted(layout.run.glob("*.json")):
        entry = processes.last(path.stem)
        if not entry:
            trouble = Trouble(
                is_wrong="It cannot be read.",
                matters="It says where a process was started last; that one cannot be ended.",
                mend="Remove it, and look for the process with `ps`.",
            )
            yield Finding(str(path), trouble)
        elif entry.is_alive():
            yield Finding(f"{entry.name} runs: pid {entry.process.pid}, ports {dict(entry.ports)}")


def _ports(layout: Layout) -> Iterator[Finding]:
    if given("AMQP_URI") or given("MONGO_URI"):
        return  # The services are elsewhere.
    running = Processes(layout.run).all_alive()
    ours = {port for entry in running for port in entry.ports.values()}
    for service, port in API_PORTS.items():
        if port in ours or is_free(port):
            yield Finding(f"port {port} for {service}")
            continue
        trouble = Trouble(
            is_wrong=f"{listener(port)} has taken it.",
            matters=f"{service} cannot listen where `make up` has it listen.",
            mend="End that process first.",
        )
        yield Finding(f"port {port} for {service}", trouble)
