"""A database that is restored from a backup: what happens afterwards is heard all the same."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.demo.place import Place
from deploy.local.installation import Installation
from deploy.rebuild.__main__ import main
from tests.support.client import Client
from tests.support.program import Ended, run
from tests.support.servers import LADDER_SECONDS
from tests.support.waiting import wait_until

CITY = {
    "city_id": "tr-izmir",
    "name": "Izmir",
    "country": "TR",
    "zone": "Europe/Istanbul",
    "languages": ["tr"],
    "since": "2024-01-01",
}
Database = Any


@dataclass
class Scene:
    """An installation, and what membership and travel have stored."""

    zirve: Installation
    place: Place
    client: Client
    membership: Database
    guests: Any

    def rename(self, person: str, name: str) -> None:
        """Have a person called otherwise, and wait until travel has heard of it."""
        self.client.patch(f"/v1/people/{person}", {"name": name}).raise_for_status()
        wait_until(lambda: self.is_called(person, name), what=f"travel knows {name}")

    def is_called(self, person: str, name: str) -> bool:
        return bool(self.guests.count_documents({"_id": person, "name": name}) == 1)


@pytest.fixture
def scene(
    installation: Callable[..., Installation], mongo_client: MongoClient[dict[str, Any]]
) -> Iterator[Scene]:
    zirve = installation()
    place = Place.of(zirve)
    client = Client(place.urls["membership"], place.token)
    stored = {name: mongo_client[place.databases[name]] for name in ("membership", "travel")}
    client.post("/v1/cities", CITY).raise_for_status()
    yield Scene(zirve, place, client, stored["membership"], stored["travel"].guests)
    client.close()


def test_what_follows_a_restore_is_heard_and_copies_become_what_was_restored(scene: Scene) -> None:
    kept = register(scene.client, "First Name")
    scene.rename(kept, "Second Name")
    wait_until(lambda: scene.membership["_facts"].count_documents({}) == 4)
    backup = taken(scene.membership)
    scene.rename(kept, "Third Name")
    scene.rename(kept, "Fourth Name")
    forgotten = register(scene.client, "Nobody Knows")
    wait_until(lambda: scene.is_called(forgotten, "Nobody Knows"))

    assert "stop them first" in begin_epoch(scene).text
    scene.zirve.stop("membership")
    restore(scene.membership, backup)
    ended = begin_epoch(scene)
    assert ended.code == 0, ended.text
    scene.zirve.start("membership")

    # Without an epoch this would have the number of one that travel has heard.
    scene.rename(kept, "Fifth Name")

    data = str(scene.zirve.mails.parent)
    assert main(["--data", data, "--service", "travel", "--copies", "guests", "--drop"]) == 0
    assert scene.is_called(kept, "Fifth Name")
    assert scene.guests.count_documents({}) == 1


def register(client: Client, name: str) -> str:
    body = {"city_id": CITY["city_id"], "name": name}
    found: str = client.post("/v1/people", body).json()["id"]
    return found


def taken(database: Database) -> dict[str, list[dict[str, Any]]]:
    return {name: list(database[name].find()) for name in database.list_collection_names()}


def restore(database: Database, backup: dict[str, list[dict[str, Any]]]) -> None:
    for name in database.list_collection_names():
        database[name].delete_many({})
    for name, documents in backup.items():
        if documents:
            database[name].insert_many(documents)


def begin_epoch(scene: Scene) -> Ended:
    settings = {
        "AMQP_URI": scene.zirve.amqp_uri,
        "MONGO_URI": scene.zirve.mongo_uri,
        "MONGO_DATABASE": scene.place.databases["membership"],
        "RETRY_LADDER_SECONDS": ",".join(map(str, LADDER_SECONDS)),
    }
    return run("shared.run", "--restored", "services.membership.service", settings=settings)
