from collections.abc import Callable, Iterator

import pytest

from deploy.backup.broker import check_nobody_runs, purge
from deploy.backup.errors import BackupError
from shared.launcher import service_class
from shared.messaging.connection import Link
from shared.messaging.frames import Outgoing
from shared.messaging.topology import declare
from shared.service import topology_of
from tests.support.outside import Outsider
from tests.support.running_service import RunningService
from tests.support.servers import LADDER_SECONDS

TOPOLOGY = topology_of(service_class("tests.sample.service"), LADDER_SECONDS[-1:])


@pytest.fixture
def outsider(vhost: str) -> Iterator[Outsider]:
    link = Link(vhost, "a test")
    declare(link.channel, [TOPOLOGY])
    link.close()
    outsider = Outsider(vhost)
    yield outsider
    outsider.close()


def test_a_process_that_runs_is_named(
    run_service: Callable[..., RunningService], vhost: str
) -> None:
    check_nobody_runs(vhost, [TOPOLOGY])  # Nothing is declared there: nobody can run.
    sample = run_service("tests.sample.service")

    with pytest.raises(BackupError, match=r"Processes run: sample \(1\); stop them first"):
        check_nobody_runs(vhost, [TOPOLOGY])

    sample.stop()
    check_nobody_runs(vhost, [TOPOLOGY])


def test_a_broker_that_is_away_does_not_say_that_nobody_runs() -> None:
    with pytest.raises(BackupError, match="The broker is unfit: ConnectionRefusedError"):
        check_nobody_runs("amqp://guest:guest@127.0.0.1:9/", [TOPOLOGY])


def test_inbox_and_ladder_are_emptied_and_what_is_parked_stays(
    vhost: str, outsider: Outsider
) -> None:
    for exchange, key in ((TOPOLOGY.requeue, ""), (TOPOLOGY.dead, "")):
        outsider.send([Outgoing(exchange, key, b"{}", {}, f"in {exchange}")])
    outsider.send([Outgoing(TOPOLOGY.retry, f"{LADDER_SECONDS[-1]}s", b"{}", {}, "on the ladder")])

    assert purge(vhost, [TOPOLOGY]) == {"sample": 2}

    assert outsider.count(TOPOLOGY.inbox) == 0
    assert outsider.count(TOPOLOGY.level(LADDER_SECONDS[-1])) == 0
    assert outsider.count(TOPOLOGY.parked) == 1
