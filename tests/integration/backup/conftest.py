from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.integration.backup.world import SERVICES, World


@pytest.fixture
def world(mongo_client: MongoClient[dict[str, Any]], database: Database[Any]) -> World:
    return World(mongo_client, {service: f"{database.name}_{service}" for service in SERVICES})
