"""One running membership for all tests of its doors; each test has cities of its own."""

import uuid
from collections.abc import Callable, Iterator

import pytest
from pymongo import MongoClient

from deploy.local.services import Outside
from tests.conftest import TEST_SETTINGS
from tests.integration.membership.world import Listener, World
from tests.support.client import Client
from tests.support.running_service import NO_MAILS, RunningService, installation_of
from tests.support.servers import Servers


@pytest.fixture(scope="package")
def membership(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningService]:
    """Run membership once."""
    prefix = f"test_{uuid.uuid4().hex[:12]}_"
    with servers.vhost("membership") as amqp_uri:
        given = Outside(
            amqp_uri=amqp_uri,
            mongo_uri=servers.mongo_uri,
            smtp_uri=NO_MAILS,
            database_prefix=prefix,
        )
        folder = tmp_path_factory.mktemp("membership")
        name, zirve = installation_of("membership", folder, given, TEST_SETTINGS)
        with zirve:
            yield RunningService(name, zirve)
    with MongoClient[dict[str, object]](servers.mongo_uri) as client:
        client.drop_database(f"{prefix}membership")


@pytest.fixture
def api(membership: RunningService, client: Callable[..., Client]) -> Callable[..., Client]:
    """Speak to the running membership: ``api("city_lead", cities=("tr-istanbul",))``."""

    def connect(role: str | None = "organiser", cities: tuple[str, ...] = ()) -> Client:
        return client(membership, role=role, cities=cities)

    return connect


@pytest.fixture
def organiser(api: Callable[..., Client]) -> Client:
    """Speak as an organiser."""
    return api()


@pytest.fixture
def world(organiser: Client) -> World:
    """Cities, people and bodies of this test's own."""
    return World(organiser)


@pytest.fixture
def published(membership: RunningService) -> Iterator[Listener]:
    """Hear what membership publishes from now on."""
    with Listener(membership.amqp_uri) as listener:
        yield listener


@pytest.fixture
def no_presidency(membership: RunningService, mongo: str) -> Iterator[None]:
    """Begin with nobody elected; the presidency is one for all tests."""
    with MongoClient[dict[str, object]](mongo) as client:
        presidencies = client[membership.database_name]["presidencies"]
        presidencies.delete_many({})
        yield
        presidencies.delete_many({})
