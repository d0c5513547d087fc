from collections.abc import Iterator

import amqp
import pytest

from shared.messaging.connection import Link
from tests.support.program import run

QUEUE = "letters"
TOTAL = 1000


@pytest.fixture
def declared(broker: str) -> Iterator[str]:
    """URI of a broker that has a queue."""
    link = Link(broker, "a test")
    arguments = {"x-queue-type": "quorum"}
    link.channel.queue_declare(QUEUE, durable=True, auto_delete=False, arguments=arguments)
    yield broker
    link.channel.queue_delete(QUEUE)
    link.close()


def publish(uri: str, bodies: list[str]) -> None:
    link = Link(uri, "a test publishes")
    link.channel.confirm_select()
    for body in bodies[:-1]:
        link.channel.basic_publish(amqp.Message(body), routing_key=QUEUE)
    link.channel.basic_publish_confirm(amqp.Message(bodies[-1]), routing_key=QUEUE)
    link.close()


def consuming(uri: str, until: str) -> tuple[Link, list[amqp.Message]]:
    """Return a connection and what it was sent, up to a message that says ``until``."""
    link, came = Link(uri, "a test consumes"), list[amqp.Message]()
    link.channel.basic_qos(0, TOTAL, False)
    link.channel.basic_consume(QUEUE, consumer_tag="me", callback=came.append)
    while not came or came[-1].body != until:
        assert link.read(10)
    return link, came


def test_what_was_acked_before_a_goodbye_does_not_come_again(declared: str) -> None:
    for _ in range(3):
        publish(declared, [*["first"] * (TOTAL - 1), "last"])
        link, came = consuming(declared, "last")
        assert len(came) == TOTAL

        for message in came:
            link.channel.basic_ack(message.delivery_tag)
        link.close("me")

        publish(declared, ["next"])
        link, came = consuming(declared, "next")
        assert [message.body for message in came] == ["next"]
        link.channel.basic_ack(came[0].delivery_tag)
        link.close("me")


def test_a_socket_that_is_closed_while_it_is_waited_for_is_a_lost_connection() -> None:
    ended = run("tests.integration.shared.closed_socket", settings={})

    assert ended.code == 0, ended.text
