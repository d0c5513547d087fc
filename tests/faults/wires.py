"""What passes on a connection: just enough of AMQP and of MongoDB's protocol to see work in hand.

Source:
    AMQP 0-9-1 §4.2.3 (frames) and its XML (class 60); MongoDB wire protocol, OP_MSG.
"""

import struct

METHOD_FRAME = 1
FRAME_HEAD = 7
PROTOCOL_HEADER = b"AMQP"
BASIC = 60
PUBLISH, DELIVER, ACK, REJECT, NACK = 40, 60, 80, 90, 120
MONGO_HEAD = 16
OP_MSG = 2013
FIRST_KEY = 26
"""Where the first key of an OP_MSG's document begins: head, flags, kind, length, type."""
TUNE = bytes.fromhex("01 0000 0000000c 000a 001e")
"""How the frame begins by which the broker proposes limits; the heartbeat is the last of them."""
TUNE_BYTES = FRAME_HEAD + 12
HEARTBEAT_SECONDS = 10
"""Proposed in the broker's name: a silent connection is then given up after 20 s, not 60."""
TALK = (b"hello\0", b"ismaster\0", b"isMaster\0", b"ping\0", b"endSessions\0")
"""Commands by which a client looks after its connection."""


class Quiet:
    """A connection of which nothing is known.

    Attributes:
        open: What was asked for and not answered yet.
    """

    def __init__(self) -> None:
        self.open: set[int] = set()

    def sent(self, data: bytes) -> bytes:
        """Note what the client sends; returns what the server is to get."""
        return data

    def received(self, data: bytes) -> bytes:
        """Note what the server sends; returns what the client is to get."""
        return data


class AmqpWire(Quiet):
    """A connection to the broker, used either to consume or to publish.

    Attributes:
        unacked: Tags of deliveries that the client has not acked.
        open: Numbers of messages that the broker has not confirmed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.unacked: set[int] = set()
        self._published = 0
        self._to_server = bytearray()
        self._to_client = bytearray()

    def sent(self, data: bytes) -> bytes:
        """Note publishing and acks."""
        self._to_server += data
        if self._to_server.startswith(PROTOCOL_HEADER):
            del self._to_server[:8]
        for method, arguments in _methods(self._to_server):
            if method == PUBLISH:
                self._published += 1
                self.open.add(self._published)
            elif method in (ACK, REJECT):
                _settle(self.unacked, arguments, may_be_multiple=method == ACK)
        return data

    def received(self, data: bytes) -> bytes:
        """Note deliveries and confirms, and have hearts beat faster."""
        if data.startswith(TUNE):
            seconds = struct.pack(">H", HEARTBEAT_SECONDS)
            data = data[: TUNE_BYTES - 2] + seconds + data[TUNE_BYTES:]
        self._to_client += data
        for method, arguments in _methods(self._to_client):
            if method == DELIVER:
                length = arguments[0]
                self.unacked.add(struct.unpack_from(">Q", arguments, 1 + length)[0])
            elif method in (ACK, NACK):
                _settle(self.open, arguments, may_be_multiple=True)
        return data


class MongoWire(Quiet):
    """A connection to the database."""

    def __init__(self) -> None:
        super().__init__()
        self._to_server = bytearray()
        self._to_client = bytearray()

    def sent(self, data: bytes) -> bytes:
        """Note commands, but for those that only keep the connection."""
        self._to_server += data
        for message in _messages(self._to_server):
            _, number, _, code = struct.unpack_from("<iiii", message)
            if code == OP_MSG and not message[FIRST_KEY:].startswith(TALK):
                self.open.add(number)
        return data

    def received(self, data: bytes) -> bytes:
        """Note answers."""
        self._to_client += data
        for message in _messages(self._to_client):
            self.open.discard(struct.unpack_from("<iiii", message)[2])
        return data


def _methods(held: bytearray) -> list[tuple[int, bytes]]:
    """Take complete frames; returns number and arguments of the methods of class ``basic``."""
    found = []
    while len(held) >= FRAME_HEAD:
        kind, _, size = struct.unpack_from(">BHI", held)
        end = FRAME_HEAD + size + 1
        if len(held) < end:
            break
        if kind == METHOD_FRAME:
            class_, method = struct.unpack_from(">HH", held, FRAME_HEAD)
            if class_ == BASIC:
                found.append((method, bytes(held[FRAME_HEAD + 4 : end - 1])))
        del held[:end]
    return found


def _messages(held: bytearray) -> list[bytes]:
    """Take complete messages."""
    found = []
    while len(held) >= MONGO_HEAD:
        size = struct.unpack_from("<i", held)[0]
        if len(held) < size:
            break
        found.append(bytes(held[:size]))
        del held[:size]
    return found


def _settle(open_: set[int], arguments: bytes, *, may_be_multiple: bool) -> None:
    tag, bits = struct.unpack_from(">QB", arguments)
    if may_be_multiple and bits & 1:
        open_ -= {each for each in open_ if each <= tag}
    else:
        open_.discard(tag)
