"""Four small databases, and a stranger's reading of a backup of them."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bson
from bson.json_util import loads
from pymongo import MongoClient

SERVICES = ("membership", "events", "travel", "notification")
PEOPLE = 500
Json = dict[str, Any]


@dataclass(frozen=True)
class World:
    """What is backed up.

    Attributes:
        client: Of the replica set.
        databases: Name of each service's database, by service.
    """

    client: MongoClient[Json]
    databases: Mapping[str, str]

    def of(self, service: str) -> Any:
        """Return a service's database."""
        return self.client[self.databases[service]]

    def fill(self) -> None:
        """Store something of every kind."""
        people = self.of("membership").people
        people.insert_many(
            {"_id": f"p{number}", "name": f"Person {number}", "_schema": 2, "n": number}
            for number in range(PEOPLE)
        )
        people.create_index([("name", 1), ("n", 1)], unique=True)
        people.create_index("n", sparse=True, name="by_n")
        self.of("membership")["_facts"].insert_one({"_id": "people/p0@1", "body": b"\x00\xff"})
        self.of("membership")["_seen"].create_index("at", expireAfterSeconds=60)
        for service in SERVICES[1:]:
            self.of(service).copies.insert_one({"_id": service, "text": "ğüşıöç"})

    def contents(self) -> dict[str, Any]:
        """Return everything that is stored, and every index."""
        return {
            f"{service}.{name}": (
                sorted(self.of(service)[name].find(), key=lambda each: str(each["_id"])),
                self.of(service)[name].index_information(),
            )
            for service in SERVICES
            for name in sorted(self.of(service).list_collection_names())
            if name != "_restore"
        }

    def clear(self) -> None:
        """Lose everything."""
        for name in self.databases.values():
            self.client.drop_database(name)


def documents(folder: Path, name: str) -> list[Json]:
    """Read a file of documents as anybody can."""
    found: list[Json] = bson.decode_all(gzip.decompress((folder / f"{name}.bson.gz").read_bytes()))
    return found


def metadata(folder: Path, name: str) -> Json:
    """Read a file of options and indexes as anybody can."""
    text = gzip.decompress((folder / f"{name}.metadata.json.gz").read_bytes())
    found: Json = loads(text)
    return found
