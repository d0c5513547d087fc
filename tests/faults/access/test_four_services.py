from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy.local.keys import Keys
from deploy.local.services import MODULES
from shared.launcher import service_class
from shared.service import topology_of
from tests.support.client import Client
from tests.support.guarded import Guarded
from tests.support.program import run, running
from tests.support.running_service import NO_MAILS
from tests.support.waiting import wait_until

VHOST = "network"
LADDER = (1, 2)


@pytest.fixture
def organisers(guarded: Guarded, tmp_path: Path) -> Iterator[dict[str, Client]]:
    """A client of each of the four services; each runs under accounts of its own."""
    keys = Keys(tmp_path)
    keys.create()
    topologies = [topology_of(service_class(module), LADDER) for module in MODULES.values()]
    guarded.broker.define(topologies, VHOST)
    guarded.database.grant({name: name for name in MODULES})
    told = {
        "TOKEN_PUBLIC_KEY_FILE": str(keys.public_key),
        "LINK_SECRET": keys.link_secret,
        "SMTP_URI": NO_MAILS,
        "RETRY_LADDER_SECONDS": ",".join(map(str, LADDER)),
    }

    def uris(user: str) -> dict[str, str]:
        broker, database = guarded.broker.uri_of(user, VHOST), guarded.database.uri_of(user)
        return {"AMQP_URI": broker, "MONGO_URI": database}

    deployed = run(
        "shared.run", "--declare", *MODULES.values(), settings={**told, **uris("deploy")}
    )
    assert deployed.code == 0, deployed.text
    clients = {}
    with ExitStack() as started:
        for name, module in MODULES.items():
            process = running(module, {**told, **uris(name)}, tmp_path)
            clients[name] = Client(started.enter_context(process).url, keys.token("organiser"))
            started.callback(clients[name].close)
        yield clients


def test_each_service_works_and_hears_the_others_under_its_own_accounts(
    organisers: dict[str, Client],
) -> None:
    for each in organisers.values():
        wait_until(lambda each=each: each.get("/health/ready").json()["status"] == "ready")
        assert each.get("/v1/status").json()["queues"]["in"] is not None

    membership = organisers["membership"]
    city = {"city_id": "tr-izmir", "name": "İzmir", "country": "TR", "languages": ["tr"]}
    zone = {"zone": "Europe/Istanbul", "since": "2024-01-10"}
    assert membership.post("/v1/cities", {**city, **zone}).status_code == 201
    person = {"city_id": "tr-izmir", "name": "Deniz Ornek", "languages": ["tr"]}
    added = membership.post("/v1/people", {**person, "email": "deniz@izmir.example"})
    assert added.status_code == 201, added.text

    after = {"Zirve-After": added.headers["Zirve-Seen"]}
    for hearer in ("events", "travel", "notification"):
        answer = organisers[hearer].send("GET", "/v1/status", headers=after)
        assert answer.status_code == 200, answer.text
        assert answer.json()["handled"] >= 1
        assert answer.json()["queues"]["parked"] == 0
