"""Membership's life cycle decides who is invited, from the day on that was decided."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from pymongo import MongoClient

from deploy.local.installation import Installation
from deploy.local.services import MODULES, Outside
from tests.conftest import TEST_SETTINGS
from tests.support.client import Client
from tests.support.running_service import NO_MAILS
from tests.support.servers import Servers

TWO = {name: MODULES[name] for name in ("membership", "events")}
NOW = "2024-11-04T09:00:00Z"
CITIES = "/v1/cities"
TIRANA = "al-tirana"
REASON = {"reason": "No contribution since 2022."}


class Network:
    """Membership and events, as an organiser uses them.

    Attributes:
        membership: Where the life of cities is recorded.
        events: Where cities are invited.
    """

    def __init__(self, zirve: Installation) -> None:
        token = zirve.token("organiser")
        self.membership = Client(zirve.url("membership"), token)
        self.events = Client(zirve.url("events"), token)
        self._seen: list[str] = []

    def decide(self, city_id: str, step: str, **body: Any) -> Any:
        """Record what was decided about a city; returns the city as answered."""
        return self._done(self.membership.post(f"{CITIES}/{city_id}/{step}", body))

    def applicant(self, city_id: str) -> str:
        """Return a city that has applied on 1 November 2021."""
        given = {
            "city_id": city_id,
            "name": city_id,
            "country": city_id[:2].upper(),
            "zone": "Europe/Tirane",
            "languages": ["en"],
            "since": "2021-11-01",
        }
        self._done(self.membership.post(CITIES, given))
        return city_id

    def member(self, city_id: str) -> str:
        """Return a city that is a member since the founding summit."""
        self.decide(
            self.applicant(city_id),
            "admission",
            since="2021-11-29",
            decision="Istanbul Declaration",
            decided_on="2021-11-29",
        )
        return city_id

    def invited(self, standing: str, on: str, city_id: str) -> set[str]:
        """Return which of a city and Tirana are invited to a new meeting by their standing."""
        plan = {
            "title": "General Assembly",
            "kind": "general_assembly",
            "host_city_id": TIRANA,
            "venue": "City Hall",
            "begins": {"local": "2025-06-07T11:00:00", "zone": "Europe/Tirane"},
            "ends": {"local": "2025-06-07T15:00:00", "zone": "Europe/Tirane"},
            "quota": 2,
            "answer_by": "2025-05-22T22:00:00Z",
        }
        heard = {"Zirve-After": ", ".join(self._seen)}
        meeting = self._done(self.events.post("/v1/meetings", plan, headers=heard))["id"]
        self._done(self.events.post(f"/v1/meetings/{meeting}/announcement"))
        asked = {"audience": [{"standing": standing}], "on": on}
        made = self._done(self.events.post(f"/v1/meetings/{meeting}/invitations", asked))
        return {each["city_id"] for each in made["invited"]} & {TIRANA, city_id}

    def close(self) -> None:
        """Let go of the connections."""
        self.membership.close()
        self.events.close()

    def _done(self, answer: requests.Response) -> Any:
        assert answer.ok, answer.text
        if answer.url.startswith(self.membership.url) and "Zirve-Seen" in answer.headers:
            self._seen.append(answer.headers["Zirve-Seen"])
        return answer.json()


@pytest.fixture(scope="module")
def network(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    """Membership and events in November 2024, with one member that hosts."""
    prefix = f"test_{uuid.uuid4().hex[:12]}_"
    with servers.vhost(*TWO) as amqp_uri:
        outside = Outside(
            amqp_uri=amqp_uri,
            mongo_uri=servers.mongo_uri,
            smtp_uri=NO_MAILS,
            database_prefix=prefix,
        )
        folder = tmp_path_factory.mktemp("two_services")
        with Installation(folder, settings=TEST_SETTINGS, outside=outside, modules=TWO) as zirve:
            made = Network(zirve)
            for client in (made.membership, made.events):
                assert client.put("/v1/clock", {"now": NOW}).ok
            made.member(TIRANA)
            yield made
            made.close()
    with MongoClient[dict[str, Any]](servers.mongo_uri) as client:
        for name in TWO:
            client.drop_database(f"{prefix}{name}")


def test_a_city_is_invited_until_the_day_before_its_suspension_and_not_from_that_day_on(
    network: Network,
) -> None:
    city = network.member("tr-canakkale")

    def invited(standing: str, on: str) -> set[str]:
        return network.invited(standing, on, city)

    shown = network.decide(
        city,
        "suspension",
        since="2024-12-07",
        decision="Executive Board, Tirana",
        decided_on="2024-11-04",
        **REASON,
    )

    assert shown["standing"] == "member"
    assert invited("member", "2024-12-06") == {TIRANA, city}
    assert invited("member", "2024-12-07") == {TIRANA}
    assert invited("suspended", "2024-12-06") == set()
    assert invited("suspended", "2024-12-07") == {city}

    network.decide(city, "reinstatement", since="2025-01-31")
    network.decide(city, "departure", since="2025-06-01", **REASON)

    assert invited("member", "2025-01-30") == {TIRANA}
    assert invited("member", "2025-01-31") == {TIRANA, city}
    assert invited("member", "2025-05-31") == {TIRANA, city}
    assert invited("member", "2025-06-01") == {TIRANA}

    network.decide(city, "standings/newest/withdrawal", kind="left")
    network.decide(city, "standings/newest/correction", kind="member", since="2025-02-28")

    assert invited("member", "2025-02-27") == {TIRANA}
    assert invited("member", "2025-06-01") == {TIRANA, city}

    network.decide(city, "departure", since="2025-02-28", **REASON)
    assert invited("member", "2025-02-28") == {TIRANA}


def test_observers_are_invited_as_such_and_without_a_vote(network: Network) -> None:
    city = network.applicant("si-maribor")

    network.decide(city, "observership", since="2024-09-30")
    network.decide(city, "suspension", since="2024-11-10", **REASON)
    network.decide(city, "reinstatement", since="2024-11-20")
    network.decide(city, "admission", since="2025-01-31")

    days = ("2024-09-29", "2024-09-30", "2024-11-10", "2024-11-20", "2025-01-30", "2025-01-31")
    assert [city in network.invited("observer", day, city) for day in days] == [
        False,
        True,
        False,
        True,
        True,
        False,
    ]
    assert [city in network.invited("member", day, city) for day in days] == [False] * 5 + [True]


def test_a_suspended_city_is_not_elected_and_gets_no_seat_from_that_day_on(
    network: Network,
) -> None:
    city = network.member("gr-athens")
    network.decide(city, "suspension", since="2024-12-07", **REASON)
    given = {"name": "Executive Board", "kind": "executive_board", "seats": ["Elected 1"]}
    body = network.membership.post("/v1/bodies", given).json()
    seat = f"/v1/bodies/{body['id']}/seats/{body['seats'][0]['id']}/terms"

    def refused(path: str, **body: Any) -> str | None:
        answer = network.membership.post(path, {"city_id": city, **body})
        return None if answer.ok else answer.json()["code"]

    assert refused("/v1/presidencies", year=2025) == "not_a_member"
    assert refused("/v1/presidencies", year=2026, starts_on="2024-12-07") == "not_a_member"
    assert refused(seat, starts_on="2024-12-07") == "not_a_member"
    assert refused(seat, starts_on="2024-12-06", ends_on="2024-12-06") is None


APPLIED, WITHDRAWN = "application", "standings/newest/withdrawal"
LIVES: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "nothing": ((WITHDRAWN, {"kind": "applicant"}),),
    "applicant": (),
    "member": (("admission", {"since": "2021-11-29"}),),
    "observer": (("observership", {"since": "2021-11-29"}),),
    "suspended": (("admission", {"since": "2021-11-29"}), ("suspension", REASON)),
    "suspended observer": (("observership", {"since": "2021-11-29"}), ("suspension", REASON)),
    "left": (("admission", {"since": "2021-11-29"}), ("departure", REASON)),
}
REFUSED = {
    # By what a city is: the steps that do not follow, and why.
    "nothing": {
        "admission": "not_an_applicant",
        "observership": "not_an_applicant",
        "suspension": "not_a_member",
        "reinstatement": "not_suspended",
        "departure": "not_a_member",
    },
    "applicant": {
        APPLIED: "city_exists",
        "suspension": "not_a_member",
        "reinstatement": "not_suspended",
        "departure": "not_a_member",
    },
    "member": {
        APPLIED: "city_exists",
        "admission": "already_member",
        "observership": "already_member",
        "reinstatement": "not_suspended",
    },
    "observer": {
        APPLIED: "city_exists",
        "observership": "already_observer",
        "reinstatement": "not_suspended",
    },
    "suspended": {
        APPLIED: "city_exists",
        "admission": "already_suspended",
        "observership": "already_suspended",
        "suspension": "already_suspended",
    },
    "suspended observer": {
        APPLIED: "city_exists",
        "admission": "already_suspended",
        "observership": "already_suspended",
        "suspension": "already_suspended",
    },
    "left": {
        "admission": "not_an_applicant",
        "observership": "not_an_applicant",
        "suspension": "not_a_member",
        "reinstatement": "not_suspended",
        "departure": "not_a_member",
    },
}
BODIES: dict[str, dict[str, Any]] = {
    "admission": {"since": "2024-11-04"},
    "observership": {"since": "2024-11-04"},
    "suspension": REASON,
    "reinstatement": {},
    "departure": REASON,
}


@pytest.mark.parametrize("life", LIVES)
def test_every_step_that_does_not_follow_is_refused_with_its_rule_and_changes_nothing(
    network: Network, life: str
) -> None:
    city = network.applicant(f"xk-{life.replace(' ', '-')}")
    for step, body in LIVES[life]:
        network.decide(city, step, **body)
    path = f"{CITIES}/{city}"
    before = network.membership.get(path)
    names = ("name", "country", "zone", "languages")
    application = {"city_id": city, **{name: before.json()[name] for name in names}}

    for step, code in REFUSED[life].items():
        if step == APPLIED:
            answer = network.membership.post(CITIES, application)
        else:
            answer = network.membership.post(f"{path}/{step}", BODIES[step])

        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (409, code), (step, problem)
        assert problem["rule"]["text"].endswith("."), problem

    after = network.membership.get(path)
    assert (after.json(), after.headers["ETag"]) == (before.json(), before.headers["ETag"])
