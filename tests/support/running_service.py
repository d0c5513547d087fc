"""One service under test: a process of its own, with its own database and virtual host."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from deploy.local.installation import Installation
from deploy.local.services import MODULES, Outside
from tests.support.client import Client

NO_MAILS = "smtp://127.0.0.1:9"
"""Where nobody listens: the port of the discard protocol (RFC 863)."""


class RunningService:
    """A service that runs.

    Attributes:
        name: Of the service.
        zirve: The installation that it is all of.
    """

    def __init__(self, name: str, zirve: Installation) -> None:
        self.name = name
        self.zirve = zirve

    @property
    def url(self) -> str:
        """Base URL of its API."""
        return self.zirve.url(self.name)

    @property
    def admin_url(self) -> str:
        """Base URL of its process's health and metrics."""
        return self.zirve.admin_url(self.name)

    @property
    def amqp_uri(self) -> str:
        """Broker and virtual host, to publish in another service's name and to listen."""
        return self.zirve.amqp_uri

    @property
    def database_name(self) -> str:
        """Its database."""
        return self.zirve.database(self.name)

    @property
    def mails(self) -> Path:
        """Where its mails are, if it was started with a mail sink."""
        return self.zirve.mails

    @property
    def log(self) -> str:
        """What its process has written so far."""
        return self.zirve.log(self.name).read_text()

    def token(self, role: str = "organiser", cities: Iterable[str] = (), **claims: str) -> str:
        """Issue a token that it accepts."""
        return self.zirve.token(role, cities, **claims)

    def client(self, role: str | None = "organiser", cities: Iterable[str] = ()) -> Client:
        """Return a client with a token, or without one when ``role`` is None."""
        return Client(self.url, self.token(role, cities) if role else None)

    def start(self) -> None:
        """Start it again after ``stop`` or ``kill``."""
        self.zirve.start(self.name)

    def stop(self) -> None:
        """End it in order."""
        self.zirve.stop(self.name)

    def kill(self) -> None:
        """End it as a crash would."""
        self.zirve.kill(self.name)


def installation_of(
    service: str, folder: Path, outside: Outside, settings: Mapping[str, str], count: int = 1
) -> tuple[str, Installation]:
    """Return a service's name and an installation of nothing else.

    Args:
        service: One of the four, or the module of another, as ``tests.sample.service``.
        folder: For what it keeps.
        outside: Broker, database and mail server.
        settings: What it is told besides.
        count: How many processes of it.
    """
    name = service.removesuffix(".service").rpartition(".")[2]
    modules = {name: MODULES.get(service, service)}
    return name, Installation(
        folder, counts={name: count}, settings=settings, outside=outside, modules=modules
    )
