"""Fixtures that reach outside: broker, database, running services and their clients.

They use AMQP_URI and MONGO_URI where given, else private servers that start on first use. Services
run as processes of their own; pytest itself is never monkey-patched.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.local.installation import Installation
from deploy.local.services import MODULES, Outside
from tests.support.client import Client
from tests.support.running_service import NO_MAILS, RunningService, installation_of
from tests.support.servers import LADDER_SECONDS, SMTP_SECONDS, Servers

LONG = frozenset(
    {
        "test_faults.py",
        "test_founding_scene.py",
        "test_kills.py",
        "test_model.py",
        "test_order.py",
    }
)
"""Files that begin first, lest one core waits for the other at the end."""
TEST_SETTINGS = {
    "RETRY_LADDER_SECONDS": ",".join(map(str, LADDER_SECONDS)),
    "SMTP_SECONDS": str(SMTP_SECONDS),
}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONG)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    servers = Servers(tmp_path_factory.mktemp("servers"))
    yield servers
    servers.stop()


@pytest.fixture(scope="session")
def broker(servers: Servers) -> Iterator[str]:
    """AMQP URI of a virtual host that the session's tests share; see ``vhost``."""
    with servers.vhost() as uri:
        yield uri


@pytest.fixture
def vhost(servers: Servers) -> Iterator[str]:
    """AMQP URI of a virtual host for one test."""
    with servers.vhost(*MODULES, "sample") as uri:
        yield uri


@pytest.fixture(scope="session")
def mongo(servers: Servers) -> str:
    """Connection string of a replica set."""
    return servers.mongo_uri


@pytest.fixture(scope="session")
def mongo_client(mongo: str) -> Iterator[MongoClient[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](mongo, tz_aware=True) as client:
        yield client


@pytest.fixture
def database(mongo_client: MongoClient[dict[str, Any]]) -> Iterator[Database[dict[str, Any]]]:
    """A database for one test; those of services it runs begin with its name."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield mongo_client[name]
    for each in mongo_client.list_database_names():
        if each.startswith(name):
            mongo_client.drop_database(each)


@pytest.fixture
def outside(vhost: str, mongo: str, database: Database[dict[str, Any]]) -> Outside:
    """What an installation for one test is given."""
    return Outside(amqp_uri=vhost, mongo_uri=mongo, database_prefix=f"{database.name}_")


@pytest.fixture
def installation(tmp_path: Path, outside: Outside) -> Iterator[Callable[..., Installation]]:
    """Run all four services, and a mail sink: ``zirve = installation(counts={"travel": 2})``."""
    with ExitStack() as running:

        def run(
            counts: Mapping[str, int] | None = None,
            settings: Mapping[str, str] | None = None,
            modules: Mapping[str, str] | None = None,
        ) -> Installation:
            zirve = Installation(
                tmp_path / "installation",
                counts=counts,
                settings={**TEST_SETTINGS, **(settings or {})},
                outside=outside,
                modules=modules,
            )
            return running.enter_context(zirve)

        yield run


@pytest.fixture
def run_service(tmp_path: Path, outside: Outside) -> Iterator[Callable[..., RunningService]]:
    """Run one service: ``run_service("travel")``, ``run_service("tests.sample.service")``.

    Settings may follow as a dictionary; ``mails=True`` gives it a mail sink of its own.
    """
    with ExitStack() as running:

        def run(
            service: str, settings: Mapping[str, str] | None = None, *, mails: bool = False
        ) -> RunningService:
            given = Outside(
                amqp_uri=outside.amqp_uri,
                mongo_uri=outside.mongo_uri,
                smtp_uri=None if mails else NO_MAILS,
                database_prefix=outside.database_prefix,
            )
            told = {**TEST_SETTINGS, **(settings or {})}
            name, zirve = installation_of(service, tmp_path / service, given, told)
            return RunningService(name, running.enter_context(zirve))

        yield run


@pytest.fixture
def client() -> Iterator[Callable[..., Client]]:
    """Speak to a service: ``client(running)``, ``client(zirve, "travel", role="city_lead")``.

    ``role=None`` sends no token.
    """
    with ExitStack() as opened:

        def connect(
            of: RunningService | Installation,
            service: str | None = None,
            *,
            role: str | None = "organiser",
            cities: tuple[str, ...] = (),
            subject: str | None = None,
        ) -> Client:
            zirve = of.zirve if isinstance(of, RunningService) else of
            name = of.name if isinstance(of, RunningService) else service or ""
            token = zirve.token(role, cities, subject=subject) if role else None
            made = Client(zirve.url(name), token)
            opened.callback(made.close)
            return made

        yield connect
