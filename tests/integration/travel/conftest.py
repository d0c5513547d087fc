"""One running travel for the tests of its doors; each test has ids of its own."""

import uuid
from collections.abc import Callable, Iterator

import pytest
from pymongo import MongoClient

from deploy.local.services import Outside
from tests.conftest import TEST_SETTINGS
from tests.integration.travel.world import World
from tests.support.client import Client
from tests.support.running_service import NO_MAILS, RunningService, installation_of
from tests.support.servers import Servers


@pytest.fixture(scope="module")
def travel(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Run travel once for a module's tests."""
    prefix = f"test_{uuid.uuid4().hex[:12]}_"
    with servers.vhost("membership", "events", "travel", "notification") as amqp_uri:
        given = Outside(
            amqp_uri=amqp_uri,
            mongo_uri=servers.mongo_uri,
            smtp_uri=NO_MAILS,
            database_prefix=prefix,
        )
        folder = tmp_path_factory.mktemp("travel")
        name, zirve = installation_of("travel", folder, given, TEST_SETTINGS)
        with zirve:
            yield RunningService(name, zirve)
    with MongoClient[dict[str, object]](servers.mongo_uri) as client:
        client.drop_database(f"{prefix}travel")


@pytest.fixture
def api(travel: RunningService, client: Callable[..., Client]) -> Callable[..., Client]:
    """Speak to the running travel: ``api("city_lead", cities=("tr-istanbul",))``."""

    def connect(role: str | None = "organiser", cities: tuple[str, ...] = ()) -> Client:
        return client(travel, role=role, cities=cities)

    return connect


@pytest.fixture
def world(travel: RunningService, api: Callable[..., Client]) -> Iterator[World]:
    """A meeting of its own, and membership and events as travel hears them."""
    with World(travel, api()) as world:
        yield world
