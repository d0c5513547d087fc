"""An installation: broker, database, mail sink and N processes of each service on this machine."""

import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.broker import Broker
from deploy.local.database import Database
from deploy.local.ending import SECONDS, end_everything, end_in_order, end_strays
from deploy.local.errors import LocalError, NotRunning
from deploy.local.guard import Guard
from deploy.local.keys import Keys
from deploy.local.layout import Layout
from deploy.local.mail import MailSink
from deploy.local.ports import LOOPBACK
from deploy.local.process import end, kill
from deploy.local.server import Server
from deploy.local.services import MODULES, Outside, Services, common_settings, process_name
from deploy.local.state import Entry, Processes

log = logging.getLogger(__name__)


class Installation:
    """All of Zirve on one machine.

    As a context manager it runs for the length of a block, and ends even if its program is killed::

        with Installation(folder, counts={"travel": 2}) as zirve:
            requests.get(zirve.url("travel") + "/v1/trips", headers=...)
            zirve.kill("travel", 1)
            zirve.start("travel", 1)

    Without, ``up`` leaves it running, and ``down`` may come from another program.

    Args:
        data: Directory for everything it keeps; made when missing, never removed.
        counts: Processes of each service, by its name; one of each that is not named.
        settings: What services are told besides (``shared.config.Settings``).
        ports: Ports of services that must be these; others are free ones.
        outside: What it is given; read from the environment when None.
        modules: Module of each service, by its name; the four services when None.
    """

    def __init__(
        self,
        data: Path,
        *,
        counts: Mapping[str, int] | None = None,
        settings: Mapping[str, str] | None = None,
        ports: Mapping[str, int] | None = None,
        outside: Outside | None = None,
        modules: Mapping[str, str] | None = None,
    ) -> None:
        self._layout = Layout(data.resolve())
        self._processes = Processes(self._layout.run)
        self._counts = dict(counts or {})
        self._settings = dict(settings or {})
        self._outside = Outside.from_environment() if outside is None else outside
        self._services = Services(
            self._layout,
            self._processes,
            MODULES if modules is None else modules,
            ports or {},
            self._outside.database_prefix,
        )
        self._keys = Keys(self._layout.keys)
        self._broker = Broker(self._layout, self._processes)
        self._database = Database(self._layout, self._processes)
        self._mail = MailSink(self._layout, self._processes)
        self._guard: Guard | None = None
        if unknown := set(self._counts) - set(self._services.modules):
            raise LocalError(f"No such service: {', '.join(sorted(unknown))}.")

    # Running.

    def __enter__(self) -> Self:
        self._layout.create()
        self._guard = Guard(self._layout)
        try:
            self.up()
        except BaseException:
            self._guard.call()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.down()
        if self._guard:
            self._guard.dismiss()

    def up(self) -> None:
        """Start what does not run; scale services to their counts.

        A service whose count is not given keeps the processes it has; dead ones come back. What
        this call has started is ended again when it does not come to its end.

        Raises:
            LocalError: Something is missing, in the way, or did not start.
        """
        self._layout.create()
        with self._processes.lock():
            end_strays(self._layout, self._processes)
            before = {entry.process for entry in self._processes.all_alive()}
            try:
                self._keys.create()
                self._start_servers()
                self._scale()
            except BaseException:
                running = self._processes.all_alive()
                end_in_order(entry for entry in running if entry.process not in before)
                end_strays(self._layout, self._processes)
                raise

    def down(self) -> None:
        """End everything: services first, then what they need; whatever has died already."""
        self._layout.create()
        with self._processes.lock():
            for name in end_everything(self._layout, self._processes):
                log.warning("%s did not end within %s s and was killed", name, SECONDS)

    def running(self) -> list[Entry]:
        """Return the processes that run, by name."""
        return self._processes.all_alive()

    # One process; ``broker``, ``database`` and ``mail`` have number 1 only.

    def start(self, name: str, number: int = 1) -> None:
        """Start a process that has ended, at the same port, and wait until it is ready."""
        if server := self._server(name):
            server.start()
            return
        last = self._services.last(name, number)
        self._keys.create()
        self._tell_services(self._services.known_port("events"))
        port = self._services.choose_port(name)
        self._services.launch(name, number, port, shares_port=last.shares_port)
        self._services.wait(name, number)

    def stop(self, name: str, number: int = 1) -> None:
        """End a process in order (SIGTERM)."""
        end([self._process(name, number).process], SECONDS)

    def kill(self, name: str, number: int = 1) -> None:
        """End a process as a crash would (SIGKILL)."""
        kill([self._process(name, number).process])

    def restart(self, name: str, number: int = 1) -> None:
        """End a process in order and start it again."""
        self.stop(name, number)
        self.start(name, number)

    def pid(self, name: str, number: int = 1) -> int:
        """Return the pid of a process."""
        return self._process(name, number).process.pid

    # Another version of the code, while the processes of the one before it run.

    def use(self, code: Path) -> None:
        """Start services from a folder with another version of the code from now on."""
        self._services.code = code

    def declare(self) -> None:
        """Declare what the services of this version need: the deploy step, safe to run again."""
        self._tell_services(self._services.known_port("events"))
        self._services.declare(self._services.modules)

    # Where things are.

    def url(self, service: str) -> str:
        """Return the base URL of a service's API, without a slash at its end."""
        return f"http://{LOOPBACK}:{self._services.port(service)}"

    def admin_url(self, service: str, number: int = 1) -> str:
        """Return the base URL of one process's health and metrics."""
        return f"http://{LOOPBACK}:{self._services.last(service, number).ports['admin']}"

    def token(
        self,
        role: str,
        cities: Iterable[str] = (),
        *,
        subject: str | None = None,
        ttl: timedelta = timedelta(hours=12),
    ) -> str:
        """Issue a bearer token; see ``Keys.token``."""
        self._keys.create()
        return self._keys.token(role, cities, subject=subject, ttl=ttl)

    @property
    def amqp_uri(self) -> str:
        """Broker and virtual host."""
        return self._outside.amqp_uri or self._broker.uri

    @property
    def mongo_uri(self) -> str:
        """Replica set, without a database."""
        return self._outside.mongo_uri or self._database.uri

    @property
    def smtp_uri(self) -> str:
        """Mail server."""
        return self._outside.smtp_uri or self._mail.uri

    @property
    def mails(self) -> Path:
        """Directory of the mails that its own mail sink has received."""
        return self._layout.mails

    @property
    def link_secret(self) -> str:
        """Key that links are signed with."""
        return self._keys.link_secret

    def database(self, service: str) -> str:
        """Name of a service's database."""
        return self._services.database(service)

    def log(self, name: str, number: int = 1) -> Path:
        """File that a process writes to."""
        return self._layout.log(name if self._server(name) else process_name(name, number))

    # Steps.

    def _server(self, name: str) -> Server | None:
        servers = (self._broker, self._database, self._mail)
        return next((each for each in servers if each.name == name), None)

    def _process(self, name: str, number: int) -> Entry:
        found = self._processes.alive(name if self._server(name) else process_name(name, number))
        if not found:
            raise NotRunning(f"{name} {number} does not run.")
        return found

    def _start_servers(self) -> None:
        wanted: list[Server] = []
        wanted += [] if self._outside.amqp_uri else [self._broker]
        wanted += [] if self._outside.mongo_uri else [self._database]
        wanted += [] if self._outside.smtp_uri else [self._mail]
        for server in wanted:
            server.launch()
        for server in wanted:
            server.wait()
            log.info("%-14s %s", server.name, server.uri)

    def _tell_services(self, events_port: int | None) -> None:
        common = common_settings(self._keys, self.amqp_uri, self.mongo_uri, self.smtp_uri)
        if events_port:
            # Signed links in mails lead to the service that answers them.
            common["PUBLIC_URL"] = f"http://{LOOPBACK}:{events_port}"
        self._services.settings = {**common, **self._settings}

    def _scale(self) -> None:
        """Bring each service to its count.

        A process restarts when it is to share its port from now on, or to do so no more, and when
        it is to be told something else, as where a broker is that had to move.
        """
        services = self._services
        running = {name: services.numbered(name) for name in services.modules}
        counts = {
            name: self._counts.get(name, max((number for number, _ in each), default=1))
            for name, each in running.items()
        }
        # Chosen before anything ends, while it is known who listens where.
        ports = {name: services.choose_port(name) for name, count in counts.items() if count}
        self._tell_services(ports.get("events"))
        end_in_order(
            entry
            for name, entries in running.items()
            for number, entry in entries
            if number > counts[name]
            or entry.shares_port != (counts[name] > 1)
            or entry.told != services.fingerprint
        )
        missing = [
            (name, number)
            for name, count in counts.items()
            for number in range(1, count + 1)
            if not self._processes.alive(process_name(name, number))
        ]
        if missing:
            services.declare(counts)
        for name, number in missing:
            services.launch(name, number, ports[name], shares_port=counts[name] > 1)
        for name, number in missing:
            services.wait(name, number)
        for name in ports:
            log.info("%-14s %s (processes: %s)", name, self.url(name), counts[name])
