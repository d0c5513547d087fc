import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.local.services import MODULES, Outside
from tests.conftest import TEST_SETTINGS
from tests.integration.notification.mailbox import Mailbox
from tests.integration.notification.scene import Scene
from tests.support.client import Client
from tests.support.outside import Outsider
from tests.support.running_service import RunningService, installation_of
from tests.support.servers import Servers


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture(scope="module")
def start(
    servers: Servers,
    mongo_client: MongoClient[dict[str, Any]],
    mailbox: Mailbox,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., RunningService]]:
    """Starts the service for all tests of a module, which keep apart by their ids."""
    with ExitStack() as stack:

        def start(count: int = 1, **settings: str) -> RunningService:
            outside = Outside(
                amqp_uri=stack.enter_context(servers.vhost(*MODULES)),
                mongo_uri=servers.mongo_uri,
                smtp_uri=mailbox.uri,
                database_prefix=f"test_{uuid.uuid4().hex[:12]}_",
            )
            folder = tmp_path_factory.mktemp("notification")
            given = {**TEST_SETTINGS, **settings}
            name, zirve = installation_of("notification", folder, outside, given, count)
            running = RunningService(name, zirve)
            stack.callback(mongo_client.drop_database, running.database_name)
            stack.enter_context(zirve)
            return running

        yield start


@pytest.fixture(scope="module")
def notification(start: Callable[..., RunningService]) -> RunningService:
    """One process."""
    return start()


@pytest.fixture(scope="module")
def outsider(notification: RunningService) -> Iterator[Outsider]:
    outsider = Outsider(notification.amqp_uri)
    yield outsider
    outsider.close()


@pytest.fixture
def scene(
    notification: RunningService,
    outsider: Outsider,
    mailbox: Mailbox,
    client: Callable[..., Client],
) -> Scene:
    return Scene(outsider, mailbox, client(notification))
