import json
import signal
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from shared.clock import real_now
from shared.persistence.kept_requests import ANSWERS_MOST, KEYS_MOST
from tests.integration.shared.http_process import Answered, Process
from tests.support.servers import Servers
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def uris(servers: Servers) -> Iterator[tuple[str, str]]:
    with servers.vhost("sample") as amqp_uri:
        yield amqp_uri, servers.mongo_uri


@pytest.fixture(scope="module")
def sample(uris: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    process = Process(uris, tmp_path_factory.mktemp("sample"))
    try:
        yield process.wait_until_ready()
    finally:
        process.stop()


@pytest.fixture
def other(
    sample: Process, uris: tuple[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Process]:
    process = another(sample, uris, tmp_path_factory.mktemp("other"))
    try:
        yield process.wait_until_ready()
    finally:
        process.popen.terminate()
        process.popen.wait(30)


def another(sample: Process, uris: tuple[str, str], folder: Path) -> Process:
    """Start one more process on the same database, which knows the same tokens."""
    key = sample.settings["TOKEN_PUBLIC_KEY_FILE"]
    process = Process(uris, folder, MONGO_DATABASE=sample.database, TOKEN_PUBLIC_KEY_FILE=key)
    process.issuer = sample.issuer
    return process


@pytest.fixture
def orders(sample: Process, mongo_client: MongoClient[dict[str, Any]]) -> Any:
    return mongo_client[sample.database].orders


def remark(
    process: Process, order_id: str, key: str, text: str = "a", seconds: int = 0
) -> Answered:
    body = {"text": text, "seconds": seconds}
    return process.send("POST", f"/v1/orders/{order_id}/remarks", body, Idempotency_Key=key)


def remarks(orders: Any, order_id: str) -> list[str]:
    return list(orders.find_one({"_id": order_id})["remarks"])


def said(answer: Answered) -> tuple[Any, ...]:
    of_this_time = {"date", "x-correlation-id", "traceresponse"}
    headers = {name: text for name, text in answer.headers.items() if name not in of_this_time}
    return answer.status, headers, answer.body


def test_a_repeated_edit_is_done_once_and_answered_byte_for_byte(
    sample: Process, orders: Any
) -> None:
    order_id = sample.place().json["id"]
    first = remark(sample, order_id, "k")
    remark(sample, order_id, "other", "b")

    again = remark(sample, order_id, "k")

    assert first.status == 200
    assert said(again) == said(first)
    assert remarks(orders, order_id) == ["a", "b"]
    assert remark(sample, order_id, "k", "c").refusal == (422, "idempotency_key_reused")


def test_a_refusal_is_not_kept_so_that_a_repeated_request_is_judged_anew(
    sample: Process, orders: Any
) -> None:
    order_id = sample.place().json["id"]
    path = f"/v1/orders/{order_id}/cancellation"
    orders.update_one({"_id": order_id}, {"$set": {"cancelled": True}})
    refused = sample.send("POST", path, Idempotency_Key="k")
    orders.update_one({"_id": order_id}, {"$set": {"cancelled": False}})

    again = sample.send("POST", path, Idempotency_Key="k")

    assert refused.refusal == (409, "already_cancelled")
    assert again.status == 204


def give_up(process: Process, path: str, body: Any = None) -> None:
    """Send a request and close the connection before it is answered."""
    connection = HTTPConnection("127.0.0.1", process.port, timeout=0.3)
    headers = {"Authorization": process.issuer.bearer("organiser"), "Idempotency-Key": "k"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    connection.request("POST", path, body and json.dumps(body), headers)
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()


def wait_until_abandoned(process: Process) -> None:
    process.wait_until(
        lambda: any(line["status"] == 503 for line in process.lines("request answered"))
    )


def test_what_a_client_has_given_up_is_not_done_and_can_be_asked_for_again(
    other: Process, orders: Any
) -> None:
    order_id = other.place().json["id"]

    give_up(other, f"/v1/orders/{order_id}/remarks", {"text": "a", "seconds": 1})
    wait_until_abandoned(other)

    assert remarks(orders, order_id) == []
    assert remark(other, order_id, "k").status == 200
    assert remarks(orders, order_id) == ["a"]


def test_a_process_that_was_stopped_does_not_do_what_another_has_refused_meanwhile(
    sample: Process, other: Process, orders: Any
) -> None:
    order_id = sample.place().json["id"]
    path = f"/v1/orders/{order_id}/cancellation"
    other.popen.send_signal(signal.SIGSTOP)
    give_up(other, path)
    orders.update_one({"_id": order_id}, {"$set": {"cancelled": True}})
    refused = sample.send("POST", path, Idempotency_Key="k")
    orders.update_one({"_id": order_id}, {"$set": {"cancelled": False}})

    other.popen.send_signal(signal.SIGCONT)
    wait_until_abandoned(other)

    assert refused.refusal == (409, "already_cancelled")
    assert orders.find_one({"_id": order_id})["cancelled"] is False


def test_a_request_that_comes_to_two_processes_at_once_is_done_once_and_answered_by_both(
    sample: Process, other: Process, orders: Any
) -> None:
    order_id = sample.place().json["id"]

    with ThreadPoolExecutor(4) as pool:
        under_way = [
            pool.submit(remark, process, order_id, "k", seconds=1)
            for process in (sample, other, sample, other)
        ]
        answers = [each.result() for each in under_way]

    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert remarks(orders, order_id) == ["a"]


def test_a_creation_that_comes_to_two_processes_at_once_makes_one_thing(
    sample: Process, other: Process
) -> None:
    for _ in range(5):
        key = uuid.uuid4().hex
        with ThreadPoolExecutor(8) as pool:
            under_way = [pool.submit(each.place, key=key) for each in (sample, other) * 4]
            answers = [each.result() for each in under_way]

        assert {answer.status for answer in answers} == {201}
        assert len({answer.body for answer in answers}) == 1


def test_an_edit_with_key_and_version_is_told_its_own_answer_and_no_failed_precondition(
    sample: Process, other: Process
) -> None:
    for _ in range(5):
        order_id = sample.place().json["id"]

        def edit(process: Process, path: str = f"/v1/orders/{order_id}/remark") -> Answered:
            text = {"text": "a"}
            return process.send("PUT", path, text, If_Match='"1"', Idempotency_Key="k")

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(edit, (sample, other) * 4))

        assert {answer.status for answer in answers} == {200}


def test_a_request_whose_process_was_killed_before_it_answered_is_answered_when_it_is_repeated(
    sample: Process, uris: tuple[str, str], tmp_path: Path, orders: Any
) -> None:
    order_id = sample.place().json["id"]
    for number in range(3):
        doomed = another(sample, uris, tmp_path).wait_until_ready()
        body = json.dumps({"text": f"r{number}", "seconds": 0}).encode()
        head = (
            f"POST /v1/orders/{order_id}/remarks HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: {sample.issuer.bearer()}\r\nIdempotency-Key: k{number}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with doomed.connect() as connection:
            connection.sendall(head.encode() + body)
            wait_until(lambda n=number: len(remarks(orders, order_id)) > n, 10)  # type: ignore[misc]
            doomed.popen.kill()
        doomed.popen.wait(10)

        again = remark(sample, order_id, f"k{number}", f"r{number}")

        assert again.status == 200
        assert again.json["remarks"] == [f"r{n}" for n in range(number + 1)]
    assert remarks(orders, order_id) == ["r0", "r1", "r2"]


def test_after_a_day_a_key_is_a_new_one_for_an_edit_and_still_makes_nothing_twice(
    sample: Process, orders: Any
) -> None:
    key = uuid.uuid4().hex
    order_id = sample.place(key=key).json["id"]
    remark(sample, order_id, "k")
    almost, over = (real_now() - timedelta(hours=hours) for hours in (23.9, 24.1))

    orders.update_one({"_id": order_id}, {"$set": {"_requests.$[].at": almost}})
    remark(sample, order_id, "k")
    assert remarks(orders, order_id) == ["a"]
    orders.update_one({"_id": order_id}, {"$set": {"_requests.$[].at": over}})

    assert remark(sample, order_id, "k", "b").status == 200
    assert remarks(orders, order_id) == ["a", "b"]
    assert sample.place(key=key).refusal == (409, "conflict")


def test_a_request_of_which_only_the_key_is_kept_is_not_done_again(
    sample: Process, orders: Any
) -> None:
    order_id = sample.place().json["id"]
    for number in range(ANSWERS_MOST + 1):
        assert remark(sample, order_id, f"k{number}").status == 200

    assert remark(sample, order_id, "k0").refusal == (409, "already_done")
    assert remark(sample, order_id, "k1").status == 200
    assert len(remarks(orders, order_id)) == ANSWERS_MOST + 1


def test_a_document_that_remembers_as_many_requests_as_it_can_takes_no_more_with_a_key(
    sample: Process, orders: Any
) -> None:
    order_id = sample.place().json["id"]
    full = [{"key": f"k{n}", "at": real_now()} for n in range(KEYS_MOST)]
    orders.update_one({"_id": order_id}, {"$set": {"_requests": full}})

    refused = remark(sample, order_id, "one-more")

    assert refused.refusal == (429, "too_many_keys")
    assert int(refused.headers["retry-after"]) > 0
    assert remarks(orders, order_id) == []
