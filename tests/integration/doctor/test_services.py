import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from deploy.doctor.__main__ import main
from deploy.doctor.services import examine_services
from deploy.local.installation import Installation
from deploy.local.ports import LOOPBACK
from shared.launcher import service_class
from tests.integration.doctor.test_broker import wrong
from tests.support.running_service import RunningService
from tests.support.waiting import wait_until

KINDS = {"sample": service_class("tests.sample.service")}


def test_a_service_that_works_is_well(run_service: Callable[..., RunningService]) -> None:
    sample = run_service("tests.sample.service")

    findings = list(examine_services({"sample": sample.url}, KINDS))

    assert wrong(iter(findings)) == {}
    assert [each.what.partition(" at ")[0] for each in findings] == [
        "sample",
        "clock of sample",
        "version of sample",
    ]


def test_a_service_of_another_version_is_found(run_service: Callable[..., RunningService]) -> None:
    sample = run_service("tests.sample.service")

    other = {"sample": service_class("services.travel.service")}

    assert list(wrong(examine_services({"sample": sample.url}, other))) == ["version of sample"]


def test_a_service_that_does_not_run_is_found() -> None:
    said = wrong(examine_services({"sample": "http://127.0.0.1:9"}, KINDS))

    assert said == {"sample at http://127.0.0.1:9": "Nobody answers: ConnectionError."}


@contextmanager
def answering(status: int, body: Any, date: str) -> Iterator[str]:
    """Run a server that is no service; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = json.dumps(body).encode()
            self.send_response_only(status)
            self.send_header("Date", date)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer((LOOPBACK, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


DATE = "Fri, 01 Nov 2024 00:00:00 GMT"


def test_one_that_is_not_ready_and_whose_clock_is_off_is_found() -> None:
    body = {"status": "not ready", "database": False, "broker": True}
    with answering(503, body, DATE) as url:
        said = wrong(examine_services({"sample": url}, KINDS))

    assert said[f"sample at {url}"] == "It is not ready, without database."
    assert said["clock of sample"].endswith("s off this machine's.")
    assert "version of sample" in said


def test_what_is_no_service_is_found() -> None:
    with answering(200, [], DATE) as url:
        said = wrong(examine_services({"sample": url}, KINDS))

    assert said[f"sample at {url}"] == "It is no service of ours (200)."


def test_the_command_ends_with_1_when_something_is_wrong(
    installation: Callable[..., Installation],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    zirve = installation()
    monkeypatch.setenv("AMQP_URI", zirve.amqp_uri)
    monkeypatch.setenv("RETRY_LADDER_SECONDS", "1,2,3")
    asked = [f"--api={name}={zirve.url(name)}" for name in ("membership", "travel")]
    asked += ["--data", str(zirve.mails.parent)]
    code, told = main(asked), capsys.readouterr().out
    # Of the machine that runs the tests nothing is promised.
    assert [line for line in told.splitlines() if "TROUBLE" in line and "travel" in line] == []

    zirve.kill("travel")
    wait_until(lambda: main(asked) == 1)

    told = capsys.readouterr().out
    assert "TROUBLE  travel at" in told
    assert "TROUBLE  travel.in: 0 processes" in told
    assert "Why it matters: travel hears nothing" in told
    assert "See docs/operations.md#running" in told
    assert code in (0, 1)
