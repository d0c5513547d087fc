"""Evidence: where the checker looks, and what it compares with."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import amqp
from pymongo import MongoClient
from pymongo.database import Database

DEMO = Path(__file__).resolve().parents[1]
SERVICES = ("membership", "events", "travel", "notification")
LADDER_SECONDS = (5, 30, 120, 600, 3600, 21600)
"""Levels of the retry ladder unless a setting says otherwise."""
AMQP_PORT = 5672

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Databases, broker and mails of one run.

    Attributes:
        mongo_uri: Replica set.
        amqp_uri: Broker and virtual host.
        mails: Directory of ``.eml`` files.
        databases: Name of each service's database, by the service's.
        ladder_seconds: Levels of the retry ladder.
        was_killed: Processes were killed meanwhile: a mail may have come twice, under the same
            Message-ID, when a process died between the mail server's answer and its own note.
    """

    mongo_uri: str = field(repr=False)
    amqp_uri: str = field(repr=False)
    mails: Path
    databases: Mapping[str, str] = field(default_factory=lambda: {name: name for name in SERVICES})
    ladder_seconds: tuple[int, ...] = LADDER_SECONDS
    was_killed: bool = False

    @cached_property
    def _client(self) -> MongoClient[Json]:
        return MongoClient(self.mongo_uri, tz_aware=True)

    def database(self, service: str) -> Database[Json]:
        """Return a service's database."""
        return self._client[self.databases[service]]

    def documents(self, service: str, collection: str) -> list[Json]:
        """Return every document of a collection, by id."""
        return list(self.database(service)[collection].find().sort("_id"))

    def collections(self, service: str) -> list[str]:
        """Return the names of a service's collections of aggregates."""
        names = self.database(service).list_collection_names()
        return sorted(name for name in names if not name.startswith(("_", "system.")))

    def close(self) -> None:
        """Let go of the database."""
        self._client.close()

    @contextmanager
    def channel(self) -> Iterator[amqp.Channel]:
        """Open a channel to the broker."""
        parts = urlsplit(self.amqp_uri)
        connection = amqp.Connection(
            host=f"{parts.hostname}:{parts.port or AMQP_PORT}",
            userid=unquote(parts.username or "guest"),
            password=unquote(parts.password or "guest"),
            virtual_host=unquote(parts.path[1:]) or "/",
        )
        connection.connect()
        try:
            yield connection.channel()
        finally:
            connection.close()


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What was written by hand.

    Attributes:
        facts: ``expected.json``.
        people: The invented persons, by key.
        ids: Id of each person in membership's database, by key.
    """

    facts: Json
    people: Mapping[str, Json]
    ids: Mapping[str, str]

    @classmethod
    def of(cls, evidence: Evidence) -> "Expected":
        """Read it, and find the persons by their addresses."""
        facts: Json = json.loads((DEMO / "expected.json").read_text())
        people = {each["key"]: each for each in json.loads((DEMO / "data/people.json").read_text())}
        by_address = {each["email"]: key for key, each in people.items()}
        found = evidence.documents("membership", "people")
        ids = {
            by_address[address]: each["_id"]
            for each in found
            if (address := each["contact"]["email"]) in by_address
        }
        return cls(facts=facts, people=people, ids=ids)

    def key_of(self, person_id: str | None) -> str | None:
        """Return how the script calls a person; the id itself when it is nobody's."""
        keys = {id_: key for key, id_ in self.ids.items()}
        return person_id if person_id is None else keys.get(person_id, person_id)
