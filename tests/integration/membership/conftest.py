"""One running membership for all tests of its doors; each test has cities of its own."""

from collections.abc import Callable, Iterator

import pytest
from pymongo import MongoClient

from tests.integration.membership.world import Listener, World, running_membership
from tests.support.client import Client
from tests.support.running_service import RunningService
from tests.support.servers import Servers


@pytest.fixture(scope="package")
def membership(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningService]:
    """Run membership once."""
    with running_membership(servers, tmp_path_factory.mktemp("membership")) as running:
        yield running


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
def cities(world: World) -> list[str]:
    """Four members."""
    return [world.a_member() for _ in range(4)]


@pytest.fixture
def no_presidency(membership: RunningService, mongo: str) -> Iterator[None]:
    """Begin with nobody elected; the presidency is one for all tests."""
    with MongoClient[dict[str, object]](mongo) as client:
        presidencies = client[membership.database_name]["presidencies"]
        presidencies.delete_many({})
        yield
        presidencies.delete_many({})


@pytest.fixture
def published(membership: RunningService) -> Iterator[Listener]:
    """Hear what membership publishes from now on."""
    with Listener(membership.amqp_uri) as listener:
        yield listener
