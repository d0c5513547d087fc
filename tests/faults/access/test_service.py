"""A service under its own accounts, over TLS, beside a publisher under another."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.local.keys import Keys
from shared.launcher import service_class
from shared.messaging.topology import Topology
from shared.service import topology_of
from tests.sample.outside import Poked
from tests.sample.sample import OrderPlaced
from tests.support.client import Client
from tests.support.guarded import PASSWORD, ROOT, Guarded
from tests.support.outside import Outsider
from tests.support.program import Running, run, running
from tests.support.waiting import wait_until

MODULE = "tests.sample.service"
VHOST = "orders"
LADDER = (1, 2)
NOW = datetime(2024, 11, 1, tzinfo=UTC)
Settings = dict[str, str]


@pytest.fixture(scope="module")
def settings(guarded: Guarded, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """What a process of the service is told, once the deploy step has run under its own account."""
    keys = Keys(tmp_path_factory.mktemp("keys"))
    keys.create()
    topology = topology_of(service_class(MODULE), LADDER)
    guarded.broker.define([topology, Topology("outside", {}, LADDER)], VHOST)
    guarded.database.grant({"sample": "sample"})
    told = {
        "TOKEN_PUBLIC_KEY_FILE": str(keys.public_key),
        "RETRY_LADDER_SECONDS": ",".join(map(str, LADDER)),
        "CLOCK_MAY_BE_SET": "true",
    }
    deployed = run("shared.run", "--declare", MODULE, settings={**told, **uris(guarded, "deploy")})
    assert deployed.code == 0, deployed.text
    return {**told, **uris(guarded, "sample")}


def uris(guarded: Guarded, user: str) -> Settings:
    return {
        "AMQP_URI": guarded.broker.uri_of(user, VHOST),
        "MONGO_URI": guarded.database.uri_of(user),
        "MONGO_DATABASE": "sample",
    }


@pytest.fixture
def service(settings: Settings, tmp_path: Path) -> Iterator[Running]:
    with running(MODULE, settings, tmp_path) as service:
        yield service


@pytest.fixture
def organiser(service: Running, settings: Settings) -> Iterator[Client]:
    keys = Keys(Path(settings["TOKEN_PUBLIC_KEY_FILE"]).parent)
    client = Client(service.url, keys.token("organiser"))
    yield client
    client.close()


@pytest.fixture
def outsider(guarded: Guarded, service: Running) -> Iterator[Outsider]:
    # Without TLS: Python 3.11 lets no two threads use one TLS connection at once, as this does.
    outsider = Outsider(guarded.broker.uri_of("outside", VHOST, tls=False))
    yield outsider
    outsider.close()


def parked(organiser: Client) -> int:
    return organiser.get("/v1/status").json()["queues"]["parked"]


def place(organiser: Client, tally_id: str) -> str:
    answer = organiser.post(
        "/v1/orders", {"city_id": "tr-izmir", "tally_id": tally_id, "amount": 3}
    )
    assert answer.status_code == 201, answer.text
    return answer.headers["Zirve-Seen"]


def is_counted(organiser: Client, seen: str) -> bool:
    answer = organiser.send("GET", "/v1/status", headers={"Zirve-After": seen})
    return answer.status_code == 200


def test_a_service_works_under_its_own_accounts_over_tls(
    guarded: Guarded, organiser: Client, outsider: Outsider
) -> None:
    seen = place(organiser, "t1")
    wait_until(lambda: is_counted(organiser, seen), what="the event of its own")

    outsider.publish(Poked(note_id="n1", text="poison", occurred_at=NOW), "things", "n1")
    wait_until(lambda: parked(organiser) == 1, 20, what="the way up the ladder to the parked")

    assert organiser.put("/v1/clock", {"now": "2030-01-01T00:00:00Z"}).status_code == 200

    guarded.broker.cut()
    after = place(organiser, "t2")
    wait_until(lambda: is_counted(organiser, after), 30, what="the way back to the broker")


def test_a_flood_passes_through_tls_in_both_directions(
    service: Running, guarded: Guarded, organiser: Client, outsider: Outsider
) -> None:
    total = 2000
    pokes = [Poked(note_id=f"f{n}", text="hi", answer=True, occurred_at=NOW) for n in range(total)]
    before = len(service.log.read_text().splitlines())

    outsider.send([outsider.message(poke, "things", poke.note_id, 1) for poke in pokes])

    with MongoClient[dict[str, Any]](guarded.database.uri_of(ROOT)) as client:
        said = {"_id": {"$regex": "^f"}, "texts": ["hi"], "_sequence": 1, "_outbox": []}
        wait_until(lambda: client.sample.notes.count_documents(said) == total, 60)
    lines = service.log.read_text().splitlines()[before:]
    levels = {json.loads(line)["level"] for line in lines}
    assert levels <= {"INFO"}


def test_nobody_publishes_in_the_name_of_another(
    service: Running, organiser: Client, outsider: Outsider
) -> None:
    before = parked(organiser)
    event = OrderPlaced(order_id="o1", tally_id="forged", amount=3, occurred_at=NOW)
    forged = outsider.message(event, "orders", "o1", 1)
    forged.exchange, forged.key = "outside.events", "Poked"

    outsider.send([forged])

    wait_until(lambda: parked(organiser) == before + 1)
    assert "'sample' does not publish to 'outside.events'" in service.log.read_text()


def test_a_broker_of_another_authority_ends_the_start(settings: Settings, guarded: Guarded) -> None:
    uri = guarded.broker.uri_of("sample", VHOST, ca_file=guarded.stranger)

    assert "certificate verify failed" in reason(settings, "broker unfit", AMQP_URI=uri)


def test_a_database_of_another_authority_ends_the_start(
    settings: Settings, guarded: Guarded
) -> None:
    uri = guarded.database.uri_of("sample", ca_file=guarded.stranger)

    assert "certificate verify failed" in reason(settings, "database unfit", MONGO_URI=uri)


def test_a_wrong_password_at_the_database_ends_the_start(
    settings: Settings, guarded: Guarded
) -> None:
    uri = guarded.database.uri_of("sample", password="wrong")

    assert "Authentication failed" in reason(settings, "database unfit", MONGO_URI=uri)


def test_the_database_of_another_ends_the_start(settings: Settings) -> None:
    said = reason(settings, "database unfit", MONGO_DATABASE="membership")

    assert "'membership' is not ours" in said


def reason(settings: Settings, message: str, **changed: str) -> str:
    """Why a process ends at its start; that is all that it has to say."""
    ended = run("shared.run", MODULE, settings={**settings, **changed})
    assert ended.code == 1, ended.text
    (line,) = ended.log
    assert (line["level"], line["message"]) == ("ERROR", message)
    assert PASSWORD not in ended.text
    return str(line["reason"])
