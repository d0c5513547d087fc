import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cloudevents.core.bindings.rabbitmq import (
    RabbitMQMessage,
    from_rabbitmq_event,
    to_binary_event,
)

from deploy.contracts.language import contracts, name_of
from deploy.contracts.samples import sample_of
from shared.contracts.membership import CitySuspended
from shared.domain import Event
from shared.ids import new_id
from shared.messaging.envelope import CONTENT_TYPE, Cause, headers_of, opened, sealed
from shared.messaging.serialization import decode
from shared.strict_json import dumps

CAUSE = Cause(new_id(), new_id(), "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
CONTRACTS = {name_of(each): each for each in contracts()}


def published(contract: type[Event], sequence: int = 1) -> tuple[dict[str, Any], RabbitMQMessage]:
    """Return an outbox entry and the message that a subscriber gets of it."""
    entry = sealed(decode(contract, dumps(sample_of(contract))), sequence, CAUSE)
    headers = headers_of(entry, contract.publisher(), "things", "thing-1")
    return entry, RabbitMQMessage(headers, CONTENT_TYPE, entry["body"])


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_the_cloudevents_library_reads_our_events(name: str) -> None:
    _, message = published(CONTRACTS[name])

    event = from_rabbitmq_event(message)

    assert event.get_type() == f"zirve.{name}.v1"
    assert event.get_data() == sample_of(CONTRACTS[name])


def test_the_cloudevents_library_reads_every_attribute() -> None:
    entry, message = published(CitySuspended, sequence=7)

    event = from_rabbitmq_event(message)

    assert event.get_attributes() == {
        "specversion": "1.0",
        "id": entry["id"],
        "source": "/membership/things",
        "type": "zirve.membership.CitySuspended.v1",
        "subject": "thing-1",
        "time": datetime(2024, 11, 4, 9, 30, tzinfo=UTC),
        "sequence": "7",
        "correlationid": CAUSE.correlation_id,
        "causationid": CAUSE.causation_id,
        "datacontenttype": "application/json",
    }


def test_the_cloudevents_library_would_send_the_same_message() -> None:
    _, message = published(CitySuspended)

    sent = to_binary_event(from_rabbitmq_event(message))

    # The time's fraction is written as ".000" by us and not at all by it; both are RFC 3339.
    assert sent.headers.pop("ce-time") == "2024-11-04T09:30:00Z"
    assert sent.headers.items() <= message.headers.items()
    assert message.headers.keys() - sent.headers.keys() == {"ce-time", "traceparent"}
    assert sent.content_type == message.content_type
    assert json.loads(sent.body) == json.loads(message.body)


def test_we_read_what_the_cloudevents_library_sends() -> None:
    _, message = published(CitySuspended, sequence=7)

    envelope = opened(to_binary_event(from_rabbitmq_event(message)).headers)

    assert (envelope.publisher, envelope.name) == ("membership", "CitySuspended")
    assert (envelope.source, envelope.sequence) == ("membership/things/thing-1", 7)
    assert envelope.cause.correlation_id == CAUSE.correlation_id
