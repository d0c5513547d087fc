from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from deploy.doctor.broker import examine_broker, version_trouble
from deploy.local.doctor import Finding
from shared.clock import utc_now
from shared.launcher import service_class
from shared.messaging.connection import Link
from shared.messaging.topology import declare
from shared.service import topology_of
from tests.sample.outside import Poked
from tests.support.outside import Outsider
from tests.support.running_service import RunningService
from tests.support.servers import LADDER_SECONDS, Servers

TOPOLOGY = topology_of(service_class("tests.sample.service"), LADDER_SECONDS)


def wrong(findings: Iterator[Finding]) -> dict[str, str]:
    """Return what is in trouble, and what is wrong with it."""
    return {each.what: each.trouble.is_wrong for each in findings if each.trouble}


@pytest.fixture
def link(vhost: str) -> Iterator[Link]:
    link = Link(vhost, "a test")
    declare(link.channel, [TOPOLOGY])
    yield link
    link.close()


def test_a_service_that_runs_is_well(run_service: Callable[..., RunningService]) -> None:
    sample = run_service("tests.sample.service")

    findings = list(examine_broker(sample.amqp_uri, [TOPOLOGY]))

    assert wrong(iter(findings)) == {}
    assert [each.what for each in findings][1:] == [
        "queues of sample",
        "sample.in: 1 processes, 0 messages",
        "alarms of the broker",
    ]


def test_a_broker_that_is_away_is_found() -> None:
    ((what, said),) = wrong(examine_broker("amqp://guest:guest@127.0.0.1:9/", [TOPOLOGY])).items()

    assert what == "the broker"
    assert "ConnectionRefusedError" in said


def test_a_wrong_password_is_found(vhost: str) -> None:
    uri = vhost.replace("guest:guest", "guest:wrong")

    assert "ACCESS_REFUSED" in wrong(examine_broker(uri, [TOPOLOGY]))["the broker"]


def test_a_queue_without_a_process_is_found(vhost: str, link: Link) -> None:
    assert wrong(examine_broker(vhost, [TOPOLOGY])) == {
        "sample.in: 0 processes, 0 messages": "No process takes from it."
    }


def test_missing_and_other_queues_are_found(vhost: str, link: Link) -> None:
    link.channel.queue_delete(TOPOLOGY.level(1))
    link.channel.queue_delete(TOPOLOGY.parked)
    link.channel.queue_declare(TOPOLOGY.parked, durable=True, auto_delete=False)

    said = wrong(examine_broker(vhost, [TOPOLOGY]))["queues of sample"]

    assert said == ("sample.retry.1s is missing; sample.parked was declared with other arguments.")


def test_parked_messages_that_nobody_moves_are_found(vhost: str, link: Link) -> None:
    outsider = Outsider(vhost)
    message = outsider.message(Poked(note_id="n", text="x", occurred_at=utc_now()), "pokes", "p", 1)
    outsider.send([replace(message, exchange=TOPOLOGY.dead, key="")])
    outsider.close()

    assert "sample.parked: 1 messages" in wrong(examine_broker(vhost, [TOPOLOGY]))


def test_an_alarm_is_found(vhost: str, link: Link, servers: Servers) -> None:
    with servers.memory_alarm():
        said = wrong(examine_broker(vhost, [TOPOLOGY]))["alarms of the broker"]

    # What follows is the broker's own word: 3.10 does not name memory or disk, 4.x does.
    assert said.startswith("It takes no messages: ")


@pytest.mark.parametrize(
    ("version", "is_fit"),
    [
        ("3.9.29", False),
        ("3.10.8", True),
        ("4.2.5", True),
        ("4.2.6", False),
        ("4.3.0", False),
        ("4.3.1", True),
    ],
)
def test_versions_that_are_not_fit_are_found(version: str, is_fit: bool) -> None:
    assert (version_trouble(version) is None) == is_fit
