"""One running events for the tests of a module, in November 2024; each test has its own network."""

import uuid
from collections.abc import Callable, Iterator

import pytest
from pymongo import MongoClient

from deploy.local.services import MODULES, Outside
from tests.conftest import TEST_SETTINGS
from tests.integration.events.world import World, done
from tests.support.client import Client
from tests.support.running_service import NO_MAILS, RunningService, installation_of
from tests.support.servers import Servers

NOW = "2024-11-01T09:00:00Z"


@pytest.fixture(scope="module")
def events(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Run events once for a module's tests."""
    prefix = f"test_{uuid.uuid4().hex[:12]}_"
    with servers.vhost(*MODULES) as amqp_uri:
        given = Outside(
            amqp_uri=amqp_uri,
            mongo_uri=servers.mongo_uri,
            smtp_uri=NO_MAILS,
            database_prefix=prefix,
        )
        folder = tmp_path_factory.mktemp("events")
        name, zirve = installation_of("events", folder, given, TEST_SETTINGS)
        with zirve:
            running = RunningService(name, zirve)
            client = running.client()
            done(client.put("/v1/clock", {"now": NOW}))
            client.close()
            yield running
    with MongoClient[dict[str, object]](servers.mongo_uri) as mongo:
        mongo.drop_database(f"{prefix}events")


@pytest.fixture
def api(events: RunningService, client: Callable[..., Client]) -> Callable[..., Client]:
    """Speak to the running events: ``api("city_lead", "al-tirana")``; no role, no token."""

    def connect(role: str | None = "organiser", *cities: str) -> Client:
        return client(events, role=role, cities=cities)

    return connect


@pytest.fixture
def world(events: RunningService, api: Callable[..., Client]) -> Iterator[World]:
    """A network of its own, and membership as events hears it."""
    with World(events, api()) as world:
        yield world
