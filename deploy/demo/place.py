"""Where the scene is played: an installation of its own, or services that run already."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from deploy.demo.client import SERVICES
from deploy.local.installation import Installation
from deploy.local.ports import API_PORTS
from deploy.local.services import Outside


@dataclass(frozen=True, kw_only=True)
class Place:
    """Everything that scene and checker have to be told.

    Attributes:
        urls: Base URL of each service, by its name.
        token: An organiser's bearer token.
        mails: Directory of the mails that were delivered.
        databases: Name of each service's database, by the service's.
        mongo_uri: Replica set.
        amqp_uri: Broker and virtual host.
        is_fresh: Nothing was there before.
    """

    urls: Mapping[str, str]
    token: str = field(repr=False)
    mails: Path
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
            mails=zirve.mails,
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
            mails=zirve.mails,
            databases={service: zirve.database(service) for service in SERVICES},
            mongo_uri=zirve.mongo_uri,
            amqp_uri=zirve.amqp_uri,
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
