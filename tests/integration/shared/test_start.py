from collections.abc import Callable, Iterator
from dataclasses import replace

import amqp
import pytest

from shared.launcher import service_class
from shared.messaging.connection import Link
from shared.messaging.topology import check, declare
from shared.service import topology_of
from tests.support.program import Ended, run
from tests.support.servers import LADDER_SECONDS, Servers

MODULE = "tests.sample.service"
TOPOLOGY = topology_of(service_class(MODULE), LADDER_SECONDS)
INBOX = TOPOLOGY.inbox
OTHERWISE = TOPOLOGY.queues()[INBOX] | {"x-delivery-limit": 3}


@pytest.fixture(scope="module")
def uri(servers: Servers) -> Iterator[str]:
    """AMQP URI of a virtual host that these tests share: a start takes long enough."""
    with servers.vhost("sample", "outside") as uri:
        yield uri


@pytest.fixture
def link(uri: str) -> Iterator[Link]:
    """A connection to where everything is declared, at first."""
    link = Link(uri, "a test")
    link.channel.queue_delete(INBOX)
    declare(link.channel, [TOPOLOGY])
    yield link
    link.close()


@pytest.fixture
def start(uri: str, mongo: str) -> Callable[..., Ended]:
    def started(*options: str, **changed: str) -> Ended:
        settings = {
            "AMQP_URI": uri,
            "MONGO_URI": mongo,
            "MONGO_DATABASE": "test_start",
            "RETRY_LADDER_SECONDS": ",".join(map(str, LADDER_SECONDS)),
        }
        return run("shared.run", *options, MODULE, settings={**settings, **changed})

    return started


def reason(ended: Ended, message: str) -> str:
    """Why it ended; that is all that it has to say."""
    assert ended.code == 1, ended.text
    (line,) = ended.log
    assert (line["level"], line["message"]) == ("ERROR", message)
    return str(line["reason"])


def test_a_wrong_password_at_the_broker_ends_the_start(
    start: Callable[..., Ended], uri: str
) -> None:
    ended = start(AMQP_URI=uri.replace("guest:guest", "guest:wrong"))

    assert "ACCESS_REFUSED" in reason(ended, "broker unfit")


def test_a_wrong_virtual_host_ends_the_start(start: Callable[..., Ended], uri: str) -> None:
    assert "not found" in reason(start(AMQP_URI=f"{uri}-absent"), "broker unfit")


def test_an_absent_broker_ends_the_start(start: Callable[..., Ended]) -> None:
    ended = start(AMQP_URI="amqp://guest:guest@127.0.0.1:9/")

    assert "ConnectionRefusedError" in reason(ended, "broker unfit")


def test_a_missing_queue_ends_the_start(start: Callable[..., Ended], link: Link) -> None:
    link.channel.queue_delete(INBOX)

    assert f"no queue '{INBOX}'" in reason(start(), "broker unfit")


def test_a_queue_with_other_arguments_ends_the_start(
    start: Callable[..., Ended], link: Link
) -> None:
    link.channel.queue_delete(INBOX)
    link.channel.queue_declare(INBOX, durable=True, auto_delete=False, arguments=OTHERWISE)

    assert f"queue '{INBOX}' was not declared as" in reason(start(), "broker unfit")


def test_an_absent_database_ends_the_start(start: Callable[..., Ended]) -> None:
    ended = start(MONGO_URI="mongodb://127.0.0.1:9/?replicaSet=rs0")

    assert "127.0.0.1:9: " in reason(ended, "database unfit")
    assert "Topology" not in ended.text


def test_the_deploy_step_says_what_stands_in_its_way(
    start: Callable[..., Ended], link: Link
) -> None:
    link.channel.queue_delete(INBOX)
    link.channel.queue_declare(INBOX, durable=True, auto_delete=False, arguments=OTHERWISE)

    ended = start("--declare")

    assert ended.code == 1
    assert ended.text.startswith("The broker is unfit: PreconditionFailed: ")
    assert "inequivalent arg 'x-delivery-limit'" in ended.text


@pytest.mark.parametrize("queue", TOPOLOGY.queues())
def test_each_missing_queue_is_noticed(link: Link, queue: str) -> None:
    link.channel.queue_delete(queue)

    with pytest.raises(amqp.NotFound, match=f"no queue '{queue}'"):
        check(link.channel, TOPOLOGY)


@pytest.mark.parametrize("exchange", TOPOLOGY.published_to)
def test_each_missing_exchange_is_noticed(link: Link, exchange: str) -> None:
    link.channel.exchange_delete(exchange)

    with pytest.raises(amqp.NotFound, match=f"no exchange '{exchange}'"):
        check(link.channel, TOPOLOGY)


@pytest.mark.parametrize("queue", TOPOLOGY.queues())
def test_each_queue_that_was_made_anew_is_noticed(link: Link, queue: str) -> None:
    link.channel.queue_delete(queue)
    link.channel.queue_declare(queue, durable=True, auto_delete=False)

    with pytest.raises(amqp.PreconditionFailed, match=f"queue '{queue}' was not declared as"):
        check(link.channel, TOPOLOGY)

    link.channel.queue_delete(queue)


def test_a_version_whose_deploy_step_has_not_run_is_noticed_and_an_older_one_still_fits(
    link: Link, uri: str
) -> None:
    heard = {**TOPOLOGY.heard, "outside": (*TOPOLOGY.heard["outside"], "Invented")}
    newer = replace(TOPOLOGY, heard=heard)

    with pytest.raises(amqp.PreconditionFailed, match=f"queue '{INBOX}' was not declared as"):
        check(link.channel, newer)

    again = Link(uri, "a test")  # The broker closes a channel that asked for what is not there.
    declare(again.channel, [newer])
    check(again.channel, newer)
    check(again.channel, TOPOLOGY)
    again.close()


def test_what_was_declared_twice_is_fit(link: Link) -> None:
    declare(link.channel, [TOPOLOGY])

    check(link.channel, TOPOLOGY)
