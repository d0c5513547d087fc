import struct

from tests.faults.wires import HEARTBEAT_SECONDS, AmqpWire, MongoWire

DELIVER, ACK, PUBLISH = 60, 80, 40


def method(number: int, arguments: bytes) -> bytes:
    payload = struct.pack(">HH", 60, number) + arguments
    return struct.pack(">BHI", 1, 1, len(payload)) + payload + b"\xce"


def content(size: int) -> bytes:
    return struct.pack(">BHI", 3, 1, size) + bytes(size) + b"\xce"


def delivery(tag: int) -> bytes:
    return method(DELIVER, b"\x03tag" + struct.pack(">Q", tag) + b"\0\0\0")


def test_what_was_delivered_is_in_hand_until_it_is_acked() -> None:
    wire = AmqpWire()

    wire.received(delivery(1) + content(5000) + delivery(2))
    wire.sent(b"AMQP\0\0\x09\x01" + method(ACK, struct.pack(">QB", 1, 0)))

    assert wire.unacked == {2}


def test_frames_are_found_however_they_were_cut() -> None:
    wire = AmqpWire()

    for byte in delivery(7) + content(20) + delivery(8):
        wire.received(bytes([byte]))

    assert wire.unacked == {7, 8}


def test_what_was_published_is_open_until_it_is_confirmed() -> None:
    wire = AmqpWire()

    wire.sent(b"".join(method(PUBLISH, b"\0\0\1x\1y\0") for _ in range(4)))
    wire.received(method(ACK, struct.pack(">QB", 3, 1)))

    assert wire.open == {4}


def test_hearts_beat_faster_than_the_broker_proposes() -> None:
    tune = struct.pack(">HHHIH", 10, 30, 2047, 131072, 60)
    frame = struct.pack(">BHI", 1, 0, len(tune)) + tune + b"\xce"

    passed_on = AmqpWire().received(frame)

    assert passed_on[:-3] == frame[:-3]
    assert passed_on[-3:] == struct.pack(">H", HEARTBEAT_SECONDS) + b"\xce"


def test_a_command_is_open_until_it_is_answered() -> None:
    wire = MongoWire()

    wire.sent(command(5, b"insert\0") + command(6, b"hello\0"))
    asked = set(wire.open)
    wire.received(command(90, b"ok\0", answers=5))

    assert asked == {5}
    assert wire.open == set()


def command(number: int, key: bytes, answers: int = 0) -> bytes:
    rest = bytes(4) + b"\0" + bytes(4) + b"\x02" + key
    return struct.pack("<iiii", 16 + len(rest), number, answers, 2013) + rest
