"""Processes of the services: each started by its module's name, told everything by environment."""

import hashlib
import http.client
import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.environment import given, inherited
from deploy.local.errors import NotRunning, PortInUse, StartFailed
from deploy.local.keys import Keys
from deploy.local.layout import REPOSITORY, Layout
from deploy.local.ports import API_PORTS, LOOPBACK, free_port, is_free, listener
from deploy.local.process import MARK, spawn
from deploy.local.server import PYTHON, wait_until_ready
from deploy.local.state import Entry, Processes

MODULES = {name: f"services.{name}.service" for name in API_PORTS}
READY_SECONDS = 60
DECLARE_SECONDS = 180
"""A new index is made of all that is stored, on a machine that is at work."""


@dataclass(frozen=True, kw_only=True)
class Outside:
    """What an installation is given instead of starting its own; its own where it is None.

    Attributes:
        amqp_uri: Broker and virtual host.
        mongo_uri: Replica set.
        smtp_uri: Mail server.
        database_prefix: Goes before the name of each service's database.
    """

    amqp_uri: str | None = field(default=None, repr=False)
    mongo_uri: str | None = field(default=None, repr=False)
    smtp_uri: str | None = field(default=None, repr=False)
    database_prefix: str = ""

    @classmethod
    def from_environment(cls) -> "Outside":
        """Read AMQP_URI, MONGO_URI and SMTP_URI."""
        return cls(
            amqp_uri=given("AMQP_URI"), mongo_uri=given("MONGO_URI"), smtp_uri=given("SMTP_URI")
        )


def process_name(service: str, number: int) -> str:
    """Name a service's process, its log and its state; numbers start at 1."""
    return f"{service}-{number}"


class Services:
    """The services of one installation.

    Attributes:
        modules: Module of each service, by its name.
        settings: What all of them are told besides ports and databases; complete before the
            first one starts.
        code: Folder that ``services`` and ``shared`` are taken from; this checkout at first.
    """

    def __init__(
        self,
        layout: Layout,
        processes: Processes,
        modules: Mapping[str, str],
        fixed_ports: Mapping[str, int],
        database_prefix: str,
    ) -> None:
        self.modules = modules
        self.settings: dict[str, str] = {}
        self.code = REPOSITORY
        self._layout = layout
        self._processes = processes
        self._fixed_ports = fixed_ports
        self._database_prefix = database_prefix

    @property
    def fingerprint(self) -> str:
        """Tell these settings from others without showing them."""
        text = json.dumps([self._database_prefix, self.settings], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def database(self, service: str) -> str:
        """Name a service's database."""
        return f"{self._database_prefix}{service}"

    def numbered(self, service: str) -> list[tuple[int, Entry]]:
        """Return a service's processes that run, with their numbers."""
        found = []
        for entry in self._processes.all_alive():
            name, _, number = entry.name.rpartition("-")
            if name == service:
                found.append((int(number), entry))
        return sorted(found, key=lambda each: each[0])

    def known_port(self, service: str) -> int | None:
        """Return the port of a service's API; None when it has never been started."""
        if running := self.numbered(service):
            return running[0][1].ports["http"]
        last = self._processes.last(process_name(service, 1))
        return last.ports["http"] if last else None

    def port(self, service: str) -> int:
        """Return the port of a service's API.

        Raises:
            NotRunning: It has never been started.
        """
        port = self.known_port(service)
        if port is None:
            raise NotRunning(f"{service} has not been started.")
        return port

    def last(self, service: str, number: int) -> Entry:
        """Return a process as it was last started.

        Raises:
            NotRunning: It never was.
        """
        entry = self._processes.last(process_name(service, number))
        if not entry:
            raise NotRunning(f"{process_name(service, number)} has not been started.")
        return entry

    def choose_port(self, service: str) -> int:
        """Choose where a service will listen: where it does, where it must, did, or may.

        Raises:
            PortInUse: It must listen at a port that is taken.
        """
        if running := self.numbered(service):
            return running[0][1].ports["http"]
        if port := self._fixed_ports.get(service):
            if is_free(port):
                return port
            raise PortInUse(
                f"{service} listens at port {port}, which {listener(port)} has taken. End it first."
            )
        port = self.known_port(service)
        return port if port and is_free(port) else free_port()

    def declare(self, services: Iterable[str]) -> None:
        """Declare exchanges, queues and indexes: the deploy step before any process.

        Raises:
            StartFailed: It did not work.
        """
        environment = {**self.settings, MARK: str(self._layout.data)}
        log = self._layout.log("declare")
        # One program can declare for all where each has the database of its own name.
        together = [list(services)] if not self._database_prefix else [[s] for s in services]
        for names in together:
            database = self.database(names[0]) if self._database_prefix else ""
            modules = [self.modules[name] for name in names]
            _run_to_its_end(
                [PYTHON, "-m", "shared.run", "--declare", *modules],
                inherited(**environment, MONGO_DATABASE=database),
                log,
                self.code,
            )

    def launch(self, service: str, number: int, port: int, *, shares_port: bool) -> None:
        """Start a process if it does not run."""
        name = process_name(service, number)
        if self._processes.alive(name):
            return
        ports = {"http": port, "admin": free_port()}
        process = spawn(
            [PYTHON, "-m", "shared.run", self.modules[service]],
            mark=self._layout.data,
            environment=inherited(
                **{
                    **self.settings,
                    "MONGO_DATABASE": self.database(service),
                    "HTTP_PORT": str(ports["http"]),
                    "HTTP_SHARED_PORT": str(shares_port).lower(),
                    "ADMIN_PORT": str(ports["admin"]),
                }
            ),
            log=self._layout.log(name),
            cwd=self.code,
        )
        self._processes.record(Entry(name, process, ports, shares_port, self.fingerprint))

    def wait(self, service: str, number: int) -> None:
        """Wait until a process is ready.

        Raises:
            StartFailed: It will not be.
        """
        entry = self.last(service, number)
        wait_until_ready(
            entry.name,
            entry.process,
            self._layout,
            lambda: _says_ready(entry.ports["admin"]),
            READY_SECONDS,
        )


def common_settings(keys: Keys, amqp_uri: str, mongo_uri: str, smtp_uri: str) -> dict[str, str]:
    """Return the settings that all services of an installation have in common."""
    return {
        "AMQP_URI": amqp_uri,
        "MONGO_URI": mongo_uri,
        "SMTP_URI": smtp_uri,
        "HTTP_HOST": LOOPBACK,
        "TOKEN_PUBLIC_KEY_FILE": str(keys.public_key),
        "LINK_SECRET": keys.link_secret,
        "CLOCK_MAY_BE_SET": "true",  # an installation here is for trying things
    }


def _run_to_its_end(
    command: list[str], environment: Mapping[str, str], log_path: Path, cwd: Path
) -> None:
    with log_path.open("ab") as output:
        try:
            done = subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                timeout=DECLARE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise StartFailed("declare", f"takes over {DECLARE_SECONDS} s", log_path) from None
    if done.returncode:
        raise StartFailed("declare", f"failed ({done.returncode})", log_path)


def _says_ready(admin_port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, admin_port, timeout=5)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
