import os
import signal
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import amqp
import pytest

from deploy.local.services import MODULES
from shared.launcher import service_class
from shared.messaging.connection import CONNECT_SECONDS, Link
from shared.messaging.topology import Topology, check, declare
from shared.service import topology_of
from tests.support.certificates import Authority, outdated_server
from tests.support.guarded import Guarded, GuardedBroker

VHOST = "cities"
TOPOLOGIES = {name: topology_of(service_class(module), (1, 2)) for name, module in MODULES.items()}
TRAVEL = TOPOLOGIES["travel"]

each_service = pytest.mark.parametrize("service", TOPOLOGIES)


@pytest.fixture(scope="module")
def broker(guarded: Guarded) -> GuardedBroker:
    broker = guarded.broker
    broker.define(list(TOPOLOGIES.values()), VHOST)
    with linked(broker, "deploy") as link:
        declare(link.channel, TOPOLOGIES.values())
    return broker


@contextmanager
def linked(broker: GuardedBroker, user: str) -> Iterator[Link]:
    link = Link(broker.uri_of(user, VHOST), "a test")
    try:
        yield link
    finally:
        link.close()


def is_let(broker: GuardedBroker, user: str, attempt: Callable[[Any], object]) -> bool:
    with linked(broker, user) as link:
        try:
            attempt(link.channel)
        except amqp.AccessRefused:
            return False
    return True


def publish(channel: Any, exchange: str, key: str = "Nothing") -> None:
    channel.confirm_select()
    channel.basic_publish_confirm(amqp.Message("{}"), exchange, key)


@each_service
def test_a_service_publishes_to_its_own_exchanges_and_to_no_others(
    broker: GuardedBroker, service: str
) -> None:
    exchanges = {name for each in TOPOLOGIES.values() for name in each.exchanges()}
    marks = {mark for each in TOPOLOGIES.values() for mark in each.marks().values()}

    open_to_it = {
        name
        for name in (*exchanges, *marks, "amq.topic", "")
        if is_let(broker, service, lambda channel, name=name: publish(channel, name))
    }

    assert open_to_it == {f"{service}.{end}" for end in ("events", "retry", "requeue", "dlx")}


@each_service
def test_a_service_takes_from_its_own_queues_and_from_no_others(
    broker: GuardedBroker, service: str
) -> None:
    queues = {name for each in TOPOLOGIES.values() for name in each.queues()}

    open_to_it = {
        name
        for name in queues
        if is_let(broker, service, lambda channel, name=name: channel.basic_get(name))
    }

    assert open_to_it == set(TOPOLOGIES[service].queues())


@pytest.mark.parametrize(
    "attempt",
    [
        lambda channel: channel.queue_declare("travel.more", durable=True),
        lambda channel: channel.queue_declare("", exclusive=True),
        lambda channel: channel.queue_declare(
            TRAVEL.inbox, durable=True, auto_delete=False, arguments=TRAVEL.queues()[TRAVEL.inbox]
        ),
        lambda channel: channel.queue_delete(TRAVEL.inbox),
        lambda channel: channel.queue_bind(TRAVEL.inbox, TRAVEL.events, "Anything"),
        lambda channel: channel.queue_bind(TRAVEL.inbox, "membership.events", "PersonAdded"),
        lambda channel: channel.queue_unbind(TRAVEL.inbox, TRAVEL.requeue),
        lambda channel: channel.queue_purge("events.in"),
        lambda channel: channel.basic_consume("events.in"),
        lambda channel: channel.exchange_declare("travel.more", "fanout"),
        lambda channel: channel.exchange_delete(TRAVEL.events),
        lambda channel: channel.exchange_bind(TRAVEL.events, "membership.events", "#"),
        lambda channel: channel.exchange_bind("membership.events", TRAVEL.events, "#"),
    ],
)
def test_a_service_declares_binds_and_deletes_nothing(
    broker: GuardedBroker, attempt: Callable[[Any], object]
) -> None:
    assert not is_let(broker, "travel", attempt)


@each_service
def test_a_service_may_look_whether_all_is_there(broker: GuardedBroker, service: str) -> None:
    with linked(broker, service) as link:
        check(link.channel, TOPOLOGIES[service])


def test_what_was_declared_otherwise_is_seen_by_who_may_declare_nothing(
    broker: GuardedBroker,
) -> None:
    slower = Topology("travel", TRAVEL.heard, (1, 2, 600))
    queue = slower.level(600)
    with linked(broker, "deploy") as link:
        declare(link.channel, [slower])
        link.channel.queue_delete(queue)
        link.channel.queue_declare(queue, durable=True, auto_delete=False)

    with (
        linked(broker, "travel") as link,
        pytest.raises(amqp.PreconditionFailed, match=r"queue 'travel\.retry\.600s' was not decl"),
    ):
        check(link.channel, slower)


def test_the_deploy_step_keeps_to_what_is_named_for_a_service(broker: GuardedBroker) -> None:
    assert not is_let(broker, "deploy", lambda channel: channel.queue_declare("travels.in"))
    assert not is_let(broker, "deploy", lambda channel: publish(channel, ""))


def test_imported_again_the_definitions_change_nothing(broker: GuardedBroker) -> None:
    broker.define(list(TOPOLOGIES.values()), VHOST)

    assert is_let(broker, "travel", lambda channel: publish(channel, TRAVEL.events))
    assert not is_let(broker, "travel", lambda channel: publish(channel, "events.events"))


# -- TLS -------------------------------------------------------------------------------------------


def test_a_broker_of_another_authority_is_refused(broker: GuardedBroker, guarded: Guarded) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="certificate verify failed"):
        Link(broker.uri_of("travel", VHOST, ca_file=guarded.stranger), "a test")


def test_a_broker_that_no_authority_of_the_system_knows_is_refused(broker: GuardedBroker) -> None:
    uri = broker.uri_of("travel", VHOST).partition("?")[0]

    with pytest.raises(ssl.SSLCertVerificationError, match="certificate verify failed"):
        Link(uri, "a test")


def test_a_broker_of_another_name_is_refused(broker: GuardedBroker) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="not valid for 'localhost'"):
        Link(broker.uri_of("travel", VHOST, host="localhost"), "a test")


def test_letting_go_does_not_wait_for_a_broker_that_is_silent(broker: GuardedBroker) -> None:
    link = Link(broker.uri_of("travel", VHOST), "a test")
    letting_go = threading.Thread(target=link.drop, daemon=True)

    os.kill(broker.entry().process.pid, signal.SIGSTOP)
    try:
        letting_go.start()
        letting_go.join(CONNECT_SECONDS / 2)
        assert not letting_go.is_alive()
    finally:
        os.kill(broker.entry().process.pid, signal.SIGCONT)


def test_a_broker_that_speaks_outdated_tls_is_refused(tmp_path: Path) -> None:
    authority = Authority(tmp_path)

    with (
        outdated_server(authority) as address,
        pytest.raises(ssl.SSLError, match=r"(?i)protocol"),
    ):
        Link(f"amqps://guest:guest@{address}/?cacertfile={authority.ca_file}", "a test")
