"""What the rules of errors refuse: one row each, with problem details, and nothing is changed."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from pymongo import MongoClient

from deploy.local.services import Outside
from tests.conftest import TEST_SETTINGS
from tests.support.client import Client
from tests.support.running_service import NO_MAILS, RunningService, installation_of
from tests.support.servers import Servers
from tests.support.waiting import wait_until

ISTANBUL = {
    "name": "Istanbul",
    "names": {"tr": "İstanbul"},
    "country": "TR",
    "zone": "Europe/Istanbul",
    "languages": ["tr"],
    "airports": ["IST"],
}
SUSPENSION = "/v1/cities/tr-istanbul/suspension"
Call = Callable[[RunningService], requests.Response]


@pytest.fixture(scope="module")
def membership(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningService]:
    """Membership with one member city, for all rows of the table."""
    prefix = f"test_{uuid.uuid4().hex[:12]}_"
    with servers.vhost("membership") as uri:
        outside = Outside(
            amqp_uri=uri, mongo_uri=servers.mongo_uri, smtp_uri=NO_MAILS, database_prefix=prefix
        )
        folder = tmp_path_factory.mktemp("membership")
        name, zirve = installation_of("membership", folder, outside, TEST_SETTINGS)
        with zirve:
            running = RunningService(name, zirve)
            organiser = running.client()
            applied = {**ISTANBUL, "city_id": "tr-istanbul", "since": "2021-01-01"}
            assert organiser.post("/v1/cities", applied).ok
            admitted = organiser.post("/v1/cities/tr-istanbul/admission", {"since": "2021-11-30"})
            assert admitted.ok, admitted.text
            organiser.close()
            yield running
        with MongoClient[dict[str, Any]](servers.mongo_uri) as client:
            client.drop_database(running.database_name)


@pytest.fixture
def documents(
    membership: RunningService, mongo_client: MongoClient[dict[str, Any]]
) -> Callable[[], dict[str, list[dict[str, Any]]]]:
    """Everything that membership has stored, once nothing is under way."""
    database = mongo_client[membership.database_name]

    def read() -> dict[str, list[dict[str, Any]]]:
        wait_until(lambda: not database["cities"].find_one({"_outbox.at": {"$exists": True}}))
        names = [name for name in database.list_collection_names() if not name.startswith("_")]
        return {name: list(database[name].find().sort("_id")) for name in sorted(names)}

    return read


def as_organiser(send: Callable[[Client], requests.Response]) -> Call:
    return lambda membership: send(membership.client())


def raw(content: bytes, content_type: str = "application/json") -> Call:
    return as_organiser(
        lambda client: client.send(
            "POST", SUSPENSION, data=content, headers={"Content-Type": content_type}
        )
    )


def posted(body: Any, path: str = SUSPENSION) -> Call:
    return as_organiser(lambda client: client.post(path, body))


def without_token(membership: RunningService) -> requests.Response:
    return membership.client(None).post(SUSPENSION, {"reason": "None."})


def with_another_citys_token(membership: RunningService) -> requests.Response:
    lead = membership.client("city_lead", ["gr-athens"])
    return lead.post("/v1/people", {"city_id": "tr-istanbul", "name": "A B", "languages": ["tr"]})


def with_a_stale_etag(membership: RunningService) -> requests.Response:
    return membership.client().put(
        "/v1/cities/tr-istanbul", {**ISTANBUL, "name": "Stamboul"}, headers={"If-Match": '"1"'}
    )


ROWS: dict[str, tuple[Call, int, str, str | None]] = {
    # Request, status, code, field at fault.
    "a wrong type": (posted({"reason": 5}), 422, "wrong_type", "reason"),
    "an unknown field": (posted({"reason": "A.", "x": 1}), 422, "unknown_field", "x"),
    "a missing field": (posted({}), 422, "missing", "reason"),
    "bad JSON": (raw(b'{"reason": '), 400, "not_json", None),
    "5 MB": (raw(b'{"reason": "' + b"a" * 5_000_000 + b'"}'), 413, "body_too_large", None),
    "a wrong content type": (raw(b"reason=A", "text/plain"), 415, "unsupported_media_type", None),
    "an unknown id": (
        posted({"reason": "A."}, "/v1/cities/tr-nowhere/suspension"),
        404,
        "unknown_city",
        None,
    ),
    "no token": (without_token, 401, "unauthenticated", None),
    "another city's token": (with_another_citys_token, 403, "not_your_city", None),
    "a stale ETag": (with_a_stale_etag, 412, "precondition_failed", None),
}


@pytest.mark.parametrize("row", ROWS)
def test_it_is_refused_with_problem_details_and_changes_nothing(
    membership: RunningService,
    documents: Callable[[], dict[str, list[dict[str, Any]]]],
    row: str,
) -> None:
    call, status, code, field = ROWS[row]
    before = documents()

    answer = call(membership)

    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["correlation_id"] == answer.headers["X-Correlation-Id"]
    if field is None:
        assert problem["code"] == code
    else:
        assert [(each["field"], each["code"]) for each in problem["errors"]] == [(field, code)]
    assert documents() == before
