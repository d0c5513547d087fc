"""A publisher from outside: it speaks in the name of a service that does not run."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from shared.domain import Event
from shared.messaging.connection import Link
from shared.messaging.envelope import Cause, headers_of, sealed
from shared.messaging.frames import Outgoing
from shared.messaging.publisher import Publisher


class Outsider:
    """Publishes events, and whatever else a test needs in a queue."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._publisher = Publisher(uri, "a test")
        threading.Thread(target=self._publisher.run, daemon=True).start()
        assert self._publisher.connected.wait(10)

    def message(self, event: Event, collection: str, subject: str, sequence: int) -> Outgoing:
        """Return the message of an event of one aggregate of the publisher."""
        publisher = event.publisher()
        entry = sealed(event, sequence, Cause("a-test", "a-test"))
        headers = headers_of(entry, publisher, collection, subject)
        exchange, name = f"{publisher}.events", type(event).__name__
        return Outgoing(exchange, name, entry["body"], headers, entry["id"])

    def publish(self, event: Event, collection: str, subject: str, sequence: int = 1) -> None:
        """Publish an event of one aggregate of the publisher."""
        self.send([self.message(event, collection, subject, sequence)])

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Publish messages as they are, and wait for the broker's word."""
        for start in range(0, len(messages), 500):
            self._publisher.send(messages[start : start + 500])

    def count(self, queue: str) -> int:
        """Count the ready messages of a queue."""
        with self._link() as link:
            found: int = link.channel.queue_declare(queue, passive=True).message_count
            return found

    def give_back(self, queue: str) -> bool:
        """Take what is ready and reject it, until the broker gives nothing any more."""
        with self._link() as link:
            while (message := link.channel.basic_get(queue)) is not None:
                link.channel.basic_reject(message.delivery_tag, requeue=True)
        return True

    def close(self) -> None:
        """Disconnect."""
        self._publisher.stop()

    @contextmanager
    def _link(self) -> Iterator[Link]:
        link = Link(self._uri, "a test looks")
        try:
            yield link
        finally:
            link.close()
