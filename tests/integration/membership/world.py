"""Cities, people and bodies of a test's own, and an ear for what membership says."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kombu import Connection, Exchange, Queue
from pymongo import MongoClient

from deploy.local.services import Outside
from tests.conftest import TEST_SETTINGS
from tests.support.client import Client
from tests.support.running_service import NO_MAILS, RunningService, installation_of
from tests.support.servers import Servers
from tests.support.waiting import wait_until

Json = dict[str, Any]


@contextmanager
def running_membership(servers: Servers, folder: Path) -> Iterator[RunningService]:
    """Run membership, with a database and a virtual host of its own."""
    prefix = f"test_{uuid.uuid4().hex[:12]}_"
    with servers.vhost("membership") as amqp_uri:
        given = Outside(
            amqp_uri=amqp_uri,
            mongo_uri=servers.mongo_uri,
            smtp_uri=NO_MAILS,
            database_prefix=prefix,
        )
        name, zirve = installation_of("membership", folder, given, TEST_SETTINGS)
        with zirve:
            yield RunningService(name, zirve)
    with MongoClient[dict[str, object]](servers.mongo_uri) as client:
        client.drop_database(f"{prefix}membership")


class World:
    """Makes what a test is about through the doors; ids are its own."""

    def __init__(self, organiser: Client) -> None:
        self._api = organiser

    def city_id(self) -> str:
        """Return an id that no city has."""
        return f"tr-{uuid.uuid4().hex[:12]}"

    def an_applicant(self, city_id: str | None = None, **known: Any) -> str:
        """Return a city that has applied on 4 January 2021."""
        given = {
            "city_id": city_id or self.city_id(),
            "name": "Istanbul",
            "names": {"tr": "İstanbul"},
            "country": "TR",
            "zone": "Europe/Istanbul",
            "languages": ["tr"],
            "airports": ["IST"],
            "since": "2021-01-04",
            **known,
        }
        return self._made("/v1/cities", given)

    def a_member(self, city_id: str | None = None, **known: Any) -> str:
        """Return a city that is a member since 30 November 2021."""
        made = self.an_applicant(city_id, **known)
        self._made(f"/v1/cities/{made}/admission", {"since": "2021-11-30"})
        return made

    def a_person(self, city_id: str, **known: Any) -> str:
        """Return a person of a city."""
        given = {
            "city_id": city_id,
            "name": "Defne Karasu",
            "languages": ["tr"],
            "email": "defne@istanbul.example",
            "phone": "+447700900105",
            "nationality": "TR",
            "passport_type": "ordinary",
            **known,
        }
        return self._made("/v1/people", given)

    def a_body(self, *seats: str | Json, **more: Any) -> Json:
        """Return a body as it was answered."""
        given = {
            "name": "Board",
            "kind": "executive_board",
            "seats": list(seats or ("Host",)),
            **more,
        }
        answer = self._api.post("/v1/bodies", given)
        assert answer.status_code == 201, answer.text
        body: Json = answer.json()
        return body

    def _made(self, path: str, given: Json) -> str:
        answer = self._api.post(path, given)
        assert answer.status_code in (200, 201), answer.text
        made: str = answer.json()["id"]
        return made


class Listener:
    """Hears everything that membership publishes."""

    def __init__(self, uri: str) -> None:
        self._connection = Connection(uri)
        self._heard: list[tuple[str, str, Json]] = []

    def __enter__(self) -> Self:
        channel = self._connection.channel()
        exchange = Exchange("membership.events", "topic", passive=True)
        queue = Queue("", exchange, "#", channel=channel, exclusive=True, no_ack=True)
        queue.declare()
        self._queue = queue
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.release()

    def events_of(self, subject: str, count: int = 1) -> list[tuple[str, Json]]:
        """Wait for so many events of an aggregate; returns name and body of each, in order."""

        def found() -> list[tuple[str, Json]]:
            self._take()
            mine = [(name, body) for whose, name, body in self._heard if whose == subject]
            return mine if len(mine) >= count else []

        return wait_until(found, what=f"{count} events of {subject}")

    def _take(self) -> None:
        while (message := self._queue.get(no_ack=True)) is not None:
            body = message.body
            text = body.decode() if isinstance(body, bytes) else body
            self._heard.append(
                (
                    message.headers["ce-subject"],
                    message.delivery_info["routing_key"],
                    json.loads(text),
                )
            )


def refusal(answer: Any) -> tuple[int, str, list[str]]:
    """Return status, code and the fields at fault of problem details."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    problem = answer.json()
    fields = [each["field"] for each in problem.get("errors", ())]
    return answer.status_code, problem["code"], fields
