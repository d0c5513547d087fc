import json
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.integration.shared.http_process import Answered, Process, read_answer
from tests.support.servers import Servers

ORDER = {"city_id": "tr-istanbul", "tally_id": "t-1", "amount": 3}


@pytest.fixture(scope="module")
def uris(servers: Servers) -> Iterator[tuple[str, str]]:
    with servers.vhost("sample") as amqp_uri:
        yield amqp_uri, servers.mongo_uri


@pytest.fixture(scope="module")
def sample(uris: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    process = Process(uris, tmp_path_factory.mktemp("sample"), CLOCK_MAY_BE_SET="true")
    try:
        yield process.wait_until_ready()
    finally:
        process.stop()


def test_an_order_is_created_once_however_often_it_is_asked_for(sample: Process) -> None:
    key = uuid.uuid4().hex

    first = sample.place(key=key)
    again = sample.place(key=key)

    assert first.status == again.status == 201
    assert first.body == again.body
    assert first.headers["etag"] == again.headers["etag"] == '"1"'
    seen = f"sample/orders/{first.json['id']}@1;type=OrderPlaced"
    assert first.headers["zirve-seen"] == again.headers["zirve-seen"] == seen


def test_the_same_key_with_another_body_is_refused(sample: Process) -> None:
    key = uuid.uuid4().hex
    sample.place(key=key)

    assert sample.place(key=key, amount=7).refusal == (422, "idempotency_key_reused")


def test_the_same_key_of_another_principal_is_another_request(sample: Process) -> None:
    key = uuid.uuid4().hex
    mine = sample.place(key=key)

    theirs = sample.send(
        "POST",
        "/v1/orders",
        ORDER,
        role=None,
        Authorization=sample.issuer.bearer(sub="bora"),
        Idempotency_Key=key,
    )

    assert theirs.status == 201
    assert theirs.json["id"] != mine.json["id"]


def test_what_was_written_is_read_with_its_version(sample: Process) -> None:
    order_id = sample.place().json["id"]

    read = sample.send("GET", f"/v1/orders/{order_id}")

    assert (read.status, read.headers["etag"]) == (200, '"1"')
    assert read.headers["content-type"] == "application/json"


def test_an_edit_needs_the_version_that_was_seen(sample: Process) -> None:
    path = f"/v1/orders/{sample.place().json['id']}/remark"

    blind = sample.send("PUT", path, {"text": "a"})
    fresh = sample.send("PUT", path, {"text": "a"}, If_Match='"1"')
    stale = sample.send("PUT", path, {"text": "b"}, If_Match='"1"')
    foreign = sample.send("PUT", path, {"text": "b"}, If_Match='"x"')

    assert blind.refusal == (428, "precondition_required")
    assert (fresh.status, fresh.headers["etag"], fresh.json["remarks"]) == (200, '"2"', ["a"])
    assert stale.refusal == (412, "precondition_failed")
    assert foreign.refusal == (412, "precondition_failed")


def test_a_state_that_forbids_is_a_conflict(sample: Process) -> None:
    path = f"/v1/orders/{sample.place().json['id']}/cancellation"

    first = sample.send("POST", path)
    second = sample.send("POST", path)

    assert (first.status, first.body) == (204, b"")
    assert second.refusal == (409, "already_cancelled")


def test_a_repeated_edit_with_a_key_is_answered_as_before(sample: Process) -> None:
    path = f"/v1/orders/{sample.place().json['id']}/cancellation"

    answers = [sample.send("POST", path, Idempotency_Key="cancel-1").status for _ in range(2)]

    assert answers == [204, 204]


@pytest.mark.parametrize(
    ("body", "headers", "refusal", "fields"),
    [
        (b"{", {}, (400, "not_json"), None),
        (b'{"amount":NaN}', {}, (400, "not_json"), None),
        (b"\xff", {}, (400, "not_json"), None),
        (b"", {}, (400, "not_json"), None),
        (b"[" * 100 + b"]" * 100, {}, (400, "not_json"), None),
        (b" " * 5_000_000, {}, (413, "body_too_large"), None),
        (b"a=1", {"Content_Type": "text/plain"}, (415, "unsupported_media_type"), None),
        (ORDER | {"amount": "3"}, {}, (422, "invalid"), [("amount", "wrong_type")]),
        (ORDER | {"amount": 101}, {}, (422, "invalid"), [("amount", "invalid")]),
        (ORDER | {"colour": "red"}, {}, (422, "invalid"), [("colour", "unknown_field")]),
        ({"city_id": "x", "amount": 1}, {}, (422, "invalid"), [("tally_id", "missing")]),
        ([], {}, (422, "invalid"), [("", "wrong_type")]),
    ],
)
def test_a_body_that_cannot_be_taken_changes_nothing(
    sample: Process, body: Any, headers: dict[str, str], refusal: tuple[int, str], fields: Any
) -> None:
    before = count_orders(sample)

    answer = sample.send("POST", "/v1/orders", body, Idempotency_Key="k", **headers)

    assert answer.refusal == refusal
    if fields is not None:
        assert [(each["field"], each["code"]) for each in answer.json["errors"]] == fields
    assert count_orders(sample) == before


def count_orders(sample: Process) -> int:
    cursor, count = "", 0
    while True:
        page = sample.send("GET", f"/v1/orders?limit=200{cursor}").json
        count += len(page["items"])
        if page["next_cursor"] is None:
            return count
        cursor = f"&cursor={page['next_cursor']}"


def test_what_creates_needs_an_idempotency_key(sample: Process) -> None:
    assert sample.send("POST", "/v1/orders", ORDER).refusal == (400, "idempotency_key_missing")


def test_a_command_takes_no_query_string(sample: Process) -> None:
    answer = sample.send("POST", "/v1/orders?force=1", ORDER, Idempotency_Key="k")

    assert answer.refusal == (422, "invalid")
    assert answer.json["errors"][0]["field"] == "force"


def test_a_nested_field_is_named_by_its_path(sample: Process) -> None:
    legs = [{"leaves": {"local": "2024-12-07T09:00", "zone": "Mars/Olympus"}}]

    answer = sample.send("POST", "/v1/trips", {"legs": legs})

    assert answer.refusal == (422, "invalid")
    assert [(each["field"], each["code"]) for each in answer.json["errors"]] == [
        ("legs.0.leaves.zone", "unknown_zone")
    ]


def test_a_local_time_comes_back_with_its_instant(sample: Process) -> None:
    legs = [{"leaves": {"local": "2024-12-07T09:00", "zone": "Europe/Tirane"}}]

    answer = sample.send("POST", "/v1/trips", {"legs": legs})

    assert answer.json["legs"][0]["leaves"]["at"] == "2024-12-07T08:00:00.000Z"


@pytest.mark.parametrize("path", ["/v1/orders/nobody", "/v1/nothing", "/v1//orders", "/v1/%ff"])
def test_what_is_not_there_is_not_found(sample: Process, path: str) -> None:
    assert sample.send("GET", path).status == 404


def test_an_unknown_id_is_told_by_the_domains_own_code(sample: Process) -> None:
    assert sample.send("GET", "/v1/orders/nobody").refusal == (404, "unknown_order")


def test_a_path_says_which_methods_it_takes(sample: Process) -> None:
    answer = sample.send("DELETE", "/v1/orders")

    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD, POST"


def test_head_gives_no_body(sample: Process) -> None:
    answer = sample.send("HEAD", "/v1/orders")

    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Basic YTpi"])
def test_without_a_token_nobody_enters(sample: Process, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}

    answer = sample.send("GET", "/v1/orders", role=None, **headers)

    assert answer.refusal == (401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_role_that_is_not_named_is_forbidden(sample: Process) -> None:
    before = count_orders(sample)

    answer = sample.send("POST", "/v1/orders", ORDER, role="host", Idempotency_Key="k")

    assert answer.refusal == (403, "forbidden")
    assert count_orders(sample) == before


def test_another_citys_token_reads_and_changes_nothing(sample: Process) -> None:
    order_id = sample.place("tr-istanbul").json["id"]
    theirs = {"role": "city_lead", "cities": ("al-tirana",)}

    answers = [
        sample.send("GET", f"/v1/orders/{order_id}", **theirs),  # type: ignore[arg-type]
        sample.send("GET", "/v1/orders?city_id=tr-istanbul", **theirs),  # type: ignore[arg-type]
        sample.send("GET", "/v1/orders", **theirs),  # type: ignore[arg-type]
        sample.send("POST", "/v1/orders", ORDER, Idempotency_Key="k", **theirs),  # type: ignore[arg-type]
        sample.send("POST", f"/v1/orders/{order_id}/cancellation", **theirs),  # type: ignore[arg-type]
    ]

    assert [answer.refusal for answer in answers] == [(403, "not_your_city")] * 5
    assert sample.send("GET", f"/v1/orders/{order_id}").headers["etag"] == '"1"'


def test_a_citys_own_token_reads_and_changes_what_is_its_own(sample: Process) -> None:
    mine = {"role": "city_lead", "cities": ("bg-sofia", "tr-istanbul")}
    placed = sample.send("POST", "/v1/orders", ORDER, Idempotency_Key=uuid.uuid4().hex, **mine)  # type: ignore[arg-type]
    path = f"/v1/orders/{placed.json['id']}"

    answers = [
        placed,
        sample.send("GET", path, **mine),  # type: ignore[arg-type]
        sample.send("GET", "/v1/orders?city_id=tr-istanbul", **mine),  # type: ignore[arg-type]
        sample.send("POST", f"{path}/cancellation", **mine),  # type: ignore[arg-type]
    ]

    assert [answer.status for answer in answers] == [201, 200, 200, 204]


def test_pages_lead_through_the_whole_list_in_order(sample: Process) -> None:
    city_id = f"xx-{uuid.uuid4().hex}"
    placed = {sample.place(city_id, tally_id=f"t-{n % 3}").json["id"] for n in range(7)}

    found, path = [], f"/v1/orders?city_id={city_id}&limit=3"
    page = sample.send("GET", path).json
    while page["next_cursor"]:
        found += page["items"]
        page = sample.send("GET", f"{path}&cursor={page['next_cursor']}").json
    found += page["items"]

    assert {each["id"] for each in found} == placed
    assert [each["tally_id"] for each in found] == sorted(each["tally_id"] for each in found)


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=0", "limit"), ("limit=201", "limit"), ("limit=x", "limit"), ("sort=a", "sort")],
)
def test_a_page_that_cannot_be_asked_for_is_refused(
    sample: Process, query: str, field: str
) -> None:
    answer = sample.send("GET", f"/v1/orders?{query}")

    assert answer.status == 422
    assert answer.json["errors"][0]["field"] == field


@pytest.mark.parametrize("cursor", ["nonsense", "W10", "WzFd", "eyJhIjoxfQ"])
def test_a_cursor_that_is_not_of_this_list_is_refused(sample: Process, cursor: str) -> None:
    answer = sample.send("GET", f"/v1/orders?cursor={cursor}")

    assert answer.status == 422
    assert answer.json["errors"][0]["field"] == "cursor"


def test_what_no_one_has_foreseen_is_logged_once_and_not_told(sample: Process) -> None:
    answer = sample.send("GET", "/v1/broken", X_Correlation_Id="broken-1")

    assert answer.refusal == (500, "internal_error")
    assert b"secret" not in answer.body
    logged = [line for line in sample.lines("request failed") if "KeyError" in line["traceback"]]
    assert [line["correlation_id"] for line in logged].count("broken-1") == 1


def test_a_request_is_one_line_with_its_correlation_id(sample: Process) -> None:
    sample.send("GET", "/v1/self", X_Correlation_Id="mine-1")

    lines = [x for x in sample.lines("request answered") if x.get("correlation_id") == "mine-1"]

    assert [(line["door"], line["status"]) for line in lines] == [("get_self", 200)]


def test_a_method_is_told_who_asks_when_it_wants_to_know(sample: Process) -> None:
    who = sample.send("GET", "/v1/self", role="host")
    link = sample.send("GET", "/v1/links/abc", role=None)

    assert who.json == {"subject": "ada", "role": "host"}
    assert link.json["role"] == "link"


def test_an_answer_waits_for_what_was_seen_elsewhere(sample: Process) -> None:
    elsewhere = "travel/trips/x@1;type=TripOpened"

    unheard = sample.send("GET", "/v1/self", Zirve_After=elsewhere)
    nonsense = sample.send("GET", "/v1/self", Zirve_After="nonsense")

    assert unheard.status == 200
    assert nonsense.status == 422


def test_every_service_has_its_built_in_doors(sample: Process) -> None:
    def get(path: str, port: int | None = None) -> Any:
        return sample.send("GET", path, role=None, port=port)

    assert get("/health/live").json == {"status": "live"}
    assert get("/openapi.json").json["info"]["title"] == "Zirve sample"
    assert get("/v1/status").status == 401
    assert sample.send("GET", "/v1/status", role="operator").json["outbox"] >= 0
    for path in ("/health/live", "/health/ready", "/metrics"):
        assert get(path, sample.admin_port).status == 200
    assert get("/v1/status", sample.admin_port).status == 404


def test_metrics_count_requests_by_door_and_status(sample: Process) -> None:
    sample.place()

    text = sample.send("GET", "/metrics", role=None, port=sample.admin_port).body.decode()

    assert 'zirve_http_requests_total{door="place_order",status="201"}' in text
    assert 'zirve_http_request_seconds_bucket{door="place_order"' in text
    assert "zirve_outbox_oldest_seconds" in text
    assert "zirve_queue_parked_messages" in text


def test_the_clock_is_set_where_it_may_be(sample: Process) -> None:
    real = sample.send("GET", "/v1/clock").json["now"]

    put = sample.send("PUT", "/v1/clock", {"now": "2024-11-01T08:00:00Z"})
    read = sample.send("GET", "/v1/clock").json["now"]
    sample.send("PUT", "/v1/clock", {"now": real})

    assert put.status == 200
    assert read.startswith("2024-11-01T08:00")


def test_one_connection_takes_many_requests(sample: Process) -> None:
    with sample.connect() as connection:
        for _ in range(3):
            connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
            head, body = read_answer(connection)
            assert head.startswith(b"HTTP/1.1 200")
            assert json.loads(body) == {"status": "live"}


def test_a_chunked_body_has_the_same_limit(sample: Process) -> None:
    token = sample.issuer.bearer().encode()
    head = b"POST /v1/trips HTTP/1.1\r\nHost: x\r\nAuthorization: " + token + b"\r\n"
    head += b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    with sample.connect() as connection:
        connection.sendall(head)
        for _ in range(5):
            connection.sendall(b"40000\r\n" + b" " * 0x40000 + b"\r\n")
        connection.sendall(b"0\r\n\r\n")
        answered, _ = read_answer(connection)

    assert answered.startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 2\r\nContent-Length: 3",
        b"Content-Length: 2\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: gzip, chunked",
        b"Content-Length: +2",
        b"Content-Length: -2",
    ],
)
def test_a_request_without_a_clear_end_is_refused_and_cut_off(
    sample: Process, framing: bytes
) -> None:
    with sample.connect() as connection:
        connection.sendall(b"POST /v1/trips HTTP/1.1\r\nHost: x\r\n" + framing + b"\r\n\r\n{}")
        head, _ = read_answer(connection)
        assert b" 400 " in head.splitlines()[0]
        assert connection.recv(100) == b""


def test_a_bad_chunk_is_refused_and_cut_off(sample: Process) -> None:
    token = sample.issuer.bearer().encode()
    head = b"POST /v1/trips HTTP/1.1\r\nHost: x\r\nAuthorization: " + token + b"\r\n"
    with sample.connect() as connection:
        connection.sendall(head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")
        answered, _ = read_answer(connection)
        assert answered.startswith(b"HTTP/1.1 400")
        assert connection.recv(100) == b""


@pytest.mark.parametrize(
    "head",
    [
        b"GET /health/live",
        b"GET  /health/live HTTP/1.1\r\nHost: x",
        b"GET /health live HTTP/1.1\r\nHost: x",
        b"GET /health/live HTTP/2.0\r\nHost: x",
        b"GET /health/live HTTP/1.1",
        b"GET /health/live HTTP/1.1\r\nHost: x\r\nHost: y",
        b"GET /health/live HTTP/1.1\r\nHost : x",
        b"GET /health/live HTTP/1.1\r\nHost: x\r\n folded: y",
        b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-One: a\0b",
        b"GET /health/live HTTP/1.1\r\nHost: x\r\nno colon",
        b"GET /health/live HTTP/1.1\r\nHost: x" + b"\r\nX: y" * 100,
    ],
)
def test_a_head_that_readers_could_take_for_different_things_is_refused_and_cut_off(
    sample: Process, head: bytes
) -> None:
    with sample.connect() as connection:
        connection.sendall(head + b"\r\n\r\n")
        answered, body = read_answer(connection)
        assert answered.startswith(b"HTTP/1.1 400")
        assert b"application/problem+json" in answered
        assert json.loads(body)["code"] == "bad_request"
        assert connection.recv(100) == b""


@pytest.mark.parametrize(
    ("head", "stays"),
    [
        (b"GET /health/live HTTP/1.1\r\nHost: x", True),
        (b"GET /health/live HTTP/1.1\r\nhOST:x\r\nConnection: Upgrade, Close", False),
        (b"GET /health/live HTTP/1.0", False),
        (b"GET /health/live HTTP/1.0\r\nConnection: keep-alive", True),
    ],
)
def test_a_connection_stays_as_long_as_its_client_wants(
    sample: Process, head: bytes, stays: bool
) -> None:
    with sample.connect() as connection:
        for _ in range(2 if stays else 1):
            connection.sendall(head + b"\r\n\r\n")
            answered, _ = read_answer(connection)
            assert answered.startswith(b"HTTP/1.1 200")
        if not stays:
            assert connection.recv(100) == b""


def test_a_url_that_is_too_long_is_refused(sample: Process) -> None:
    assert sample.send("GET", "/v1/" + "a" * 9000).status == 414


def test_a_slow_client_is_cut_off_while_others_are_served(sample: Process) -> None:
    with sample.connect() as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHo")
        started = time.monotonic()

        assert sample.send("GET", "/health/live", role=None).status == 200
        assert connection.recv(100) == b""
        assert 5 < time.monotonic() - started < 15


def test_work_over_the_limit_is_refused_early(uris: tuple[str, str], tmp_path: Path) -> None:
    process = Process(uris, tmp_path, HTTP_CONCURRENCY="2").wait_until_ready()
    try:
        with ThreadPoolExecutor(6) as pool:
            slow = [pool.submit(process.send, "GET", "/v1/slow?seconds=2") for _ in range(6)]
            answers = [each.result() for each in slow]
        alive = process.send("GET", "/health/live", role=None)
    finally:
        process.stop()

    refused = [answer for answer in answers if answer.status == 503]
    assert sorted(answer.status for answer in answers) == [204, 204, 503, 503, 503, 503]
    assert all(answer.headers["retry-after"] == "1" for answer in refused)
    assert alive.status == 200


def test_a_process_that_is_told_to_stop_finishes_what_it_has_in_hand(
    uris: tuple[str, str], tmp_path: Path
) -> None:
    process = Process(uris, tmp_path).wait_until_ready()

    def ask(path: str) -> Answered:
        return process.send("GET", path, role=None, port=process.admin_port)

    try:
        with ThreadPoolExecutor(1) as pool, process.connect() as idle:
            idle.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
            read_answer(idle)
            slow = pool.submit(process.send, "GET", "/v1/slow?seconds=2")
            process.wait_until(lambda: b"requests_in_hand 1.0" in ask("/metrics").body)
            started = time.monotonic()
            process.popen.terminate()
            process.wait_until(lambda: ask("/health/ready").status == 503)
            idle.sendall(b"GET /v1/self HTTP/1.1\r\nHost: x\r\n\r\n")
            head, _ = read_answer(idle)
            ready = ask("/health/ready")
            code = process.stop()
    finally:
        process.popen.kill()

    assert slow.result().status == 204
    assert head.startswith(b"HTTP/1.1 503")
    assert b"connection: close" in head.lower()
    assert (ready.status, ready.json["accepting"]) == (503, False)
    assert code == 0
    assert time.monotonic() - started < 10


def test_a_port_in_use_is_refused_at_start(
    sample: Process, uris: tuple[str, str], tmp_path: Path
) -> None:
    second = Process(uris, tmp_path, HTTP_PORT=str(sample.port))

    code = second.popen.wait(20)

    assert code != 0
    assert f"Port {sample.port} of 127.0.0.1 is in use" in second.log.read_text()


def test_replicas_share_a_port_on_purpose(uris: tuple[str, str], tmp_path: Path) -> None:
    first = Process(uris, tmp_path, HTTP_SHARED_PORT="true").wait_until_ready()
    second = Process(uris, tmp_path, HTTP_SHARED_PORT="true", HTTP_PORT=str(first.port))
    try:
        second.issuer = first.issuer
        second.wait_until_ready()
        second.wait_until(lambda: bool(second.lines("started")))
        answers = [first.send("GET", "/v1/nothing", role=None).status for _ in range(40)]
        shares = [len(each.lines("request answered")) for each in (first, second)]
    finally:
        codes = [first.stop(), second.stop()]

    assert set(answers) == {404}
    assert min(shares) > 0
    assert codes == [0, 0]


def test_without_a_key_a_process_does_not_start(uris: tuple[str, str], tmp_path: Path) -> None:
    process = Process(uris, tmp_path, TOKEN_PUBLIC_KEY_FILE=str(tmp_path / "none.pem"))

    code = process.popen.wait(20)

    assert code != 0
    assert "TOKEN_PUBLIC_KEY_FILE" in process.log.read_text()


def test_a_clock_that_may_not_be_set_is_not(uris: tuple[str, str], tmp_path: Path) -> None:
    process = Process(uris, tmp_path).wait_until_ready()
    try:
        answer = process.send("PUT", "/v1/clock", {"now": "2024-11-01T08:00:00Z"})
    finally:
        process.stop()

    assert answer.refusal == (403, "clock_may_not_be_set")
