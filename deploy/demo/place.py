"""Where the scene is played: an installation of its own, or services that run already."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from deploy.access.accounts import ADMINISTRATOR, variable
from deploy.containers.environment import read, value
from deploy.demo.client import SERVICES
from deploy.demo.mailbox import Folder, Mailbox, Mailpit
from deploy.local.errors import LocalError
from deploy.local.installation import Installation
from deploy.local.keys import Keys
from deploy.local.layout import REPOSITORY
from deploy.local.ports import API_PORTS, LOOPBACK
from deploy.local.services import Outside


def is_entrance(base_url: str) -> bool:
    """Tell the one URL of an entrance from the host whose ports the services have themselves."""
    parts = urlsplit(base_url)
    return parts.port is not None or parts.scheme == "https"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Everything that scene and checker have to be told.

    Attributes:
        urls: Base URL of each service, by its name.
        token: An organiser's bearer token.
        mails: The mails that were delivered.
        databases: Name of each service's database, by the service's.
        mongo_uri: Replica set.
        amqp_uri: Broker and virtual host.
        is_fresh: Nothing was there before.
    """

    urls: Mapping[str, str]
    token: str = field(repr=False)
    mails: Mailbox
    databases: Mapping[str, str]
    mongo_uri: str = field(repr=False)
    amqp_uri: str = field(repr=False)
    is_fresh: bool = False

    @classmethod
    def of(cls, zirve: Installation) -> "Place":
        """Return an installation that has just been started for the first time."""
        return cls(
            urls={service: zirve.url(service) for service in SERVICES},
            token=zirve.token("organiser", subject="secretariat"),
            mails=Folder(zirve.mails),
            databases={service: zirve.database(service) for service in SERVICES},
            mongo_uri=zirve.mongo_uri,
            amqp_uri=zirve.amqp_uri,
            is_fresh=True,
        )

    @classmethod
    def running(cls, base_url: str, *, token: str | None, data: Path) -> "Place":
        """Return services at their default ports; ``data`` is that of their installation."""
        zirve = Installation(data)
        return cls(
            urls={service: f"{base_url.rstrip('/')}:{API_PORTS[service]}" for service in SERVICES},
            token=token or zirve.token("organiser", subject="secretariat"),
            mails=Folder(zirve.mails),
            databases={service: zirve.database(service) for service in SERVICES},
            mongo_uri=zirve.mongo_uri,
            amqp_uri=zirve.amqp_uri,
        )

    @classmethod
    def in_containers(
        cls, base_url: str, *, token: str | None, copies: Path, checkout: Path = REPOSITORY
    ) -> "Place":
        """Return an installation that docker-compose.yml describes, on this machine.

        Args:
            base_url: Of its entrance.
            token: An organiser's; issued with the key in ``secrets`` when None.
            copies: Directory for copies of its mails.
            checkout: Where it was started, with its ``.env``.

        Raises:
            LocalError: There is no ``.env`` with accounts that may look into broker and database.
        """
        settings = read(checkout / ".env")
        accounts = {}
        for server in ("BROKER", "DATABASE"):
            password = settings.get(variable(server, ADMINISTRATOR))
            if not password:
                raise LocalError(f"{checkout / '.env'} has no {variable(server, ADMINISTRATOR)}.")
            port = value(settings, f"{server}_PORT")
            accounts[server] = f"{ADMINISTRATOR}:{password}@{LOOPBACK}:{port}"
        if token is None:
            token = Keys(checkout / "secrets").token("organiser", subject="secretariat")
        return cls(
            urls={service: f"{base_url.rstrip('/')}/{service}" for service in SERVICES},
            token=token,
            mails=Mailpit(f"http://{LOOPBACK}:{value(settings, 'MAIL_PORT')}", copies),
            databases={service: service for service in SERVICES},
            # The node's name is known inside alone.
            mongo_uri=f"mongodb://{accounts['DATABASE']}/?directConnection=true",
            amqp_uri=f"amqp://{accounts['BROKER']}/zirve",
        )

    @classmethod
    @contextmanager
    def fresh(cls, data: Path) -> Iterator["Place"]:
        """Start an installation with empty databases for the length of a block."""
        outside = Outside.from_environment()
        if outside.mongo_uri:
            # Somebody's server: the databases of earlier runs, and of others, stay as they are.
            outside = replace(outside, database_prefix=f"demo_{secrets.token_hex(4)}_")
        with Installation(data, outside=outside) as zirve:
            yield cls.of(zirve)
