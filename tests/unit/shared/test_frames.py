import struct
from typing import Any

import pytest
from amqp.basic_message import Message
from amqp.serialization import loads

from shared.messaging.frames import Outgoing

HEADERS: dict[str, Any] = {"ce-id": "0190-ü", "ce-type": "zirve.travel.TripOpened.v1", "tries": 3}


def split(frames: bytes) -> list[tuple[int, int, bytes]]:
    found = []
    while frames:
        kind, channel, size = struct.unpack(">BHI", frames[:7])
        assert frames[7 + size] == 0xCE
        found.append((kind, channel, frames[7 : 7 + size]))
        frames = frames[8 + size :]
    return found


@pytest.mark.parametrize(
    "headers",
    [{}, HEADERS, HEADERS | {"x-death": [{"count": 1}], "old": None, "large": 2**40, "sure": True}],
)
@pytest.mark.parametrize("ttl_ms", [None, 4711])
def test_what_is_put_together_is_what_py_amqp_reads(
    headers: dict[str, Any], ttl_ms: int | None
) -> None:
    message = Outgoing("travel.events", "TripOpened", b'{"a":1}', headers, "id-1", ttl_ms)

    method, header, body = split(message.frames(7))

    assert [each[:2] for each in (method, header, body)] == [(1, 7), (2, 7), (3, 7)]
    assert struct.unpack(">HH", method[2][:4]) == (60, 40)
    arguments, _ = loads("Bssbb", method[2], 4)
    assert arguments[1:4] == ["travel.events", "TripOpened", True]
    read = Message()
    read.inbound_header(header[2])
    assert read.body_size == len(body[2])
    assert body[2] == b'{"a":1}'
    expected = {
        "content_type": "application/json",
        "application_headers": headers,
        "delivery_mode": 2,
        "message_id": "id-1",
    }
    assert read.properties == expected | ({"expiration": "4711"} if ttl_ms else {})


def test_a_body_that_is_larger_than_a_frame_is_split() -> None:
    text = b"x" * 300_000
    _, header, *bodies = split(Outgoing("x", "", text, {}, "id").frames(1))

    read = Message()
    read.inbound_header(header[2])
    assert read.body_size == len(text)
    assert all(kind == 3 and len(piece) + 8 <= 131_072 for kind, _, piece in bodies)
    assert b"".join(piece for _, _, piece in bodies) == text


def test_an_empty_body_has_no_body_frame() -> None:
    frames = split(Outgoing("x", "", b"", {}, "id").frames(1))

    assert [kind for kind, _, _ in frames] == [1, 2]
