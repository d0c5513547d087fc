"""A publisher whose socket is closed while it waits for the broker's greeting; it connects anew."""

import eventlet

eventlet.monkey_patch()

import socket  # noqa: E402
import sys  # noqa: E402

from eventlet import hubs  # noqa: E402

from shared.messaging import connection  # noqa: E402
from shared.messaging.publisher import Publisher  # noqa: E402

PATIENCE_SECONDS = 20


def main() -> int:
    """Tell by the exit code whether the publisher has connected a second time."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(PATIENCE_SECONDS)
    connection.CONNECT_SECONDS = 1000  # nothing else may end the wait
    publisher = Publisher(f"amqp://127.0.0.1:{listening.getsockname()[1]}//", "a test")
    eventlet.spawn(publisher.run)
    first, _ = listening.accept()
    first.recv(8)  # it waits for an answer from here on
    while not hubs.get_hub().get_readers():
        eventlet.sleep(0.01)
    for waiting in list(hubs.get_hub().get_readers()):
        hubs.notify_opened(waiting.fileno)  # as if it were closed, and used for another
    try:
        listening.accept()
    except TimeoutError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
