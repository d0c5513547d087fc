"""What scales services by their queues sees how much lies there, and takes nothing.

As the broker runs in a cluster: with definitions from its start, and with its management API.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import amqp
import pytest
import requests

from deploy.access.accounts import DEPLOYER, MONITOR
from deploy.access.broker import definitions
from deploy.local.broker import Broker
from deploy.local.ending import end_everything
from deploy.local.guard import Guard
from deploy.local.layout import Layout
from deploy.local.ports import LOOPBACK
from deploy.local.services import MODULES
from deploy.local.state import Processes
from shared.launcher import service_class
from shared.messaging.topology import declare
from shared.service import topology_of
from tests.support.waiting import wait_until

VHOST, PASSWORD = "cities", "secret"
TOPOLOGIES = [topology_of(service_class(module), (1, 2)) for module in MODULES.values()]
CONFIGURATION = """\
management.tcp.ip = {host}
management.tcp.port = {port}
load_definitions = {definitions}
"""


class ManagedBroker(Broker):
    """RabbitMQ with the management API, and accounts from its first start on."""

    purposes = (*Broker.purposes, "management")

    def command(self, ports: Mapping[str, int]) -> Sequence[str]:
        """Write the configuration; return program and arguments."""
        command = super().command(ports)
        folder = self.layout.broker
        accounts = dict.fromkeys([*MODULES, DEPLOYER, MONITOR], PASSWORD)
        file = folder / "definitions.json"
        file.write_text(json.dumps(definitions(TOPOLOGIES, accounts, VHOST)))
        (folder / "enabled_plugins").write_text("[rabbitmq_management].\n")
        with (folder / "rabbitmq.conf").open("a") as configuration:
            said = CONFIGURATION.format(host=LOOPBACK, port=ports["management"], definitions=file)
            configuration.write(said)
        return command

    def is_ready(self) -> bool:
        """Tell whether the deploy step is let in."""
        try:
            with self.connected(DEPLOYER, PASSWORD) as connection:
                return bool(connection.connected)
        except (OSError, amqp.AMQPError):
            return False

    def connected(self, user: str, password: str, vhost: str = VHOST) -> amqp.Connection:
        """Return a connection of an account, to be opened."""
        address = f"{LOOPBACK}:{self.entry().ports['amqp']}"
        return amqp.Connection(address, user, password, virtual_host=vhost, connect_timeout=5)

    def ask(self, method: str, path: str, user: str, body: object = None) -> requests.Response:
        """Ask the management API about what is in the virtual host."""
        url = f"http://{LOOPBACK}:{self.entry().ports['management']}/api/{path}"
        return requests.request(method, url, auth=(user, PASSWORD), json=body, timeout=10)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManagedBroker]:
    layout = Layout(tmp_path_factory.mktemp("managed"))
    layout.create()
    processes = Processes(layout.run)
    broker = ManagedBroker(layout, processes)
    guard = Guard(layout)
    try:
        broker.start()
        with broker.connected(DEPLOYER, PASSWORD) as connection:
            declare(connection.channel(), TOPOLOGIES)
        yield broker
    finally:
        end_everything(layout, processes)
        guard.dismiss()


def test_the_monitor_sees_how_many_messages_wait(broker: ManagedBroker) -> None:
    with broker.connected("travel", PASSWORD) as connection:
        channel = connection.channel()
        channel.confirm_select()
        for _ in range(3):
            channel.basic_publish_confirm(amqp.Message("{}"), "travel.requeue", "")

    def waiting() -> object:
        return broker.ask("GET", f"queues/{VHOST}/travel.in", MONITOR).json().get("messages_ready")

    # The broker counts every five seconds.
    wait_until(lambda: waiting() == 3, seconds=30)


def test_the_monitor_takes_and_changes_nothing(broker: ManagedBroker) -> None:
    taking = {"count": 1, "ackmode": "ack_requeue_false", "encoding": "auto"}

    answers = [
        broker.ask("POST", f"queues/{VHOST}/travel.in/get", MONITOR, taking),
        broker.ask("DELETE", f"queues/{VHOST}/travel.in/contents", MONITOR),
        broker.ask("DELETE", f"queues/{VHOST}/travel.in", MONITOR),
        broker.ask("PUT", f"queues/{VHOST}/another", MONITOR, {"durable": True}),
        broker.ask("PUT", f"permissions/{VHOST}/{MONITOR}", MONITOR, {}),
    ]

    assert not any(answer.ok for answer in answers), [answer.text for answer in answers]


@pytest.mark.parametrize(
    "attempt",
    [
        lambda channel: channel.basic_get("travel.in"),
        lambda channel: channel.basic_publish_confirm(amqp.Message("{}"), "travel.requeue", ""),
        lambda channel: channel.basic_publish_confirm(amqp.Message("{}"), "", "travel.in"),
        lambda channel: channel.queue_declare("another", durable=True),
        lambda channel: channel.queue_purge("travel.in"),
    ],
)
def test_the_monitor_takes_and_publishes_nothing_as_a_client(
    broker: ManagedBroker, attempt: Callable[[Any], object]
) -> None:
    with broker.connected(MONITOR, PASSWORD) as connection:
        channel = connection.channel()
        channel.confirm_select()

        with pytest.raises(amqp.AccessRefused):
            attempt(channel)


@pytest.mark.parametrize("account", [*MODULES, DEPLOYER])
def test_nobody_else_is_let_in_there(broker: ManagedBroker, account: str) -> None:
    assert broker.ask("GET", f"queues/{VHOST}/travel.in", account).status_code == 401


def test_a_broker_that_starts_with_definitions_makes_no_default_user(broker: ManagedBroker) -> None:
    with pytest.raises(amqp.AMQPError), broker.connected("guest", "guest", "/"):
        pass
