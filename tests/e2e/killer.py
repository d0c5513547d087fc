"""A killer who strikes only when he has just seen work in hand."""

import itertools
import random
import threading
import time
from collections.abc import Iterator
from typing import Any

import amqp

from deploy.demo.checker import Evidence
from deploy.demo.client import Client
from deploy.local.installation import Installation
from shared.launcher import service_class
from shared.service import topology_of
from tests.support.waiting import wait_until

PAUSE_SECONDS = 0.001
START_SECONDS = 60
KINDS = ("open request", "event not handled", "event in an outbox")
GAP_MOST = 1
"""Pieces of work of the kind that was drawn which may pass between two kills."""
PATIENCE = 1
"""Pieces of other kinds that may pass meanwhile; after them any piece will do."""


class WatchedClient(Client):
    """A client that can tell which command is open, and gives none to who is about to start.

    A killer that waits for its victim to start would miss what is done meanwhile, and of a service
    that has little to do there would not be enough.

    Attributes:
        open: Number and URL of the command that is open; ``None`` between two.
        starting: Services that were killed and are not ready yet.
    """

    open: tuple[int, str] | None = None
    _number = 0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.starting: set[str] = set()

    def _try(self, method: str, url: str, **request: Any) -> Any:
        if method == "POST":
            wait_until(lambda: not self._is_starting(url), START_SECONDS)
        self._number += 1
        self.open = (self._number, url) if method == "POST" else None
        try:
            return super()._try(method, url, **request)
        finally:
            self.open = None

    def _is_starting(self, url: str) -> bool:
        return any(url.startswith(self.urls[service]) for service in list(self.starting))


class Killer(threading.Thread):
    """Kills a service's only process at seeded moments, and starts it again.

    A moment is a piece of work seen in the service's hands: an event in an outbox, an event
    delivered and not handled yet, or a request that is open. Which kind it is to be, and how many
    pieces pass before it, is drawn from the seed.

    Attributes:
        kills: What was seen just before each kill.
        failure: What went wrong in this thread, if anything did.
    """

    def __init__(
        self, service: str, seed: str, wanted: int, zirve: Installation, watched: WatchedClient
    ) -> None:
        super().__init__(daemon=True, name=f"killer of {service}")
        self.kills: list[str] = []
        self.failure: BaseException | None = None
        self._service = service
        self._random = random.Random(seed)
        self._wanted = wanted
        self._zirve = zirve
        self._url = zirve.url(service)
        self._client = watched
        self._stopping = threading.Event()
        self._seen: set[str] = set()
        self._evidence = Evidence(
            mongo_uri=zirve.mongo_uri,
            amqp_uri=zirve.amqp_uri,
            mails=zirve.mails,
            databases={service: zirve.database(service)},
        )
        # One after the other, so that a look is short: requests are open for milliseconds.
        self._collections = itertools.cycle(self._evidence.collections(service))

    def run(self) -> None:
        """Kill until told to stop, or until it was enough."""
        try:
            with self._evidence.channel() as channel:
                self._strike(Tap(channel, self._service))
        except BaseException as error:  # noqa: BLE001 - told to the test, which fails of it
            self.failure = error
        finally:
            self._evidence.close()

    def stop(self) -> None:
        """Let go, and wait until the last victim runs again."""
        self._stopping.set()
        self.join()

    def _strike(self, tap: "Tap") -> None:
        while len(self.kills) < self._wanted:
            work = self._moment(tap, self._random.choice(KINDS), self._random.randint(1, GAP_MOST))
            if work is None:
                return
            self._client.starting.add(self._service)
            self._zirve.kill(self._service)
            self.kills.append(work)
            self._zirve.start(self._service)
            self._client.starting.discard(self._service)

    def _moment(self, tap: "Tap", kind: str, gap: int) -> str | None:
        """Wait for the moment; returns the work that was seen, ``None`` when told to stop."""
        others = 0
        while (work := self._next_work(tap)) is not None:
            if work.startswith(kind) or others >= PATIENCE:
                gap -= 1
            else:
                others += 1
            if gap <= 0:
                return work
        return None

    def _next_work(self, tap: "Tap") -> str | None:
        """Wait for a piece of work that was not seen before; ``None`` when told to stop."""
        while not self._stopping.is_set():
            for work in self._work_in_hand(tap):
                if work not in self._seen:
                    self._seen.add(work)
                    return work
            time.sleep(PAUSE_SECONDS)
        return None

    def _work_in_hand(self, tap: "Tap") -> Iterator[str]:
        yield from self._open_request()
        database = self._evidence.database(self._service)
        for event in tap.heard():
            # Only what is still on its way when we look; the answer may be a millisecond old.
            if database["_seen"].find_one({"events": event}, {"_id": 1}) is None:
                yield f"event not handled: {event}"
        yield from self._open_request()  # a request is over sooner than the other looks
        name = next(self._collections)
        found = database[name].find_one({"_outbox.at": {"$exists": True}}, {"_sequence": 1})
        if found:
            # One piece, however many events it holds: all of them leave together.
            yield f"event in an outbox: {name} {found['_id']} @{found['_sequence']}"

    def _open_request(self) -> Iterator[str]:
        request = self._client.open
        if request is not None and request[1].startswith(self._url):
            yield f"open request {request[0]}: {request[1]}"


class Tap:
    """A queue that gets what a service's inbox gets, at the same moment."""

    def __init__(self, channel: amqp.Channel, service: str) -> None:
        self._channel = channel
        self._queue = channel.queue_declare("", exclusive=True, auto_delete=True).queue
        for publisher, names in heard_by(service).items():
            for name in names:
                channel.queue_bind(self._queue, f"{publisher}.events", routing_key=name)

    def heard(self) -> Iterator[str]:
        """Give the events that came since the last look."""
        while (message := self._channel.basic_get(self._queue, no_ack=True)) is not None:
            headers = message.headers
            source = headers["ce-source"].removeprefix("/")
            yield f"{source}/{headers['ce-subject']}@{headers['ce-sequence']}"


def heard_by(service: str) -> dict[str, tuple[str, ...]]:
    """Return the names of the events that a service listens to, by publisher."""
    return topology_of(service_class(f"services.{service}.service"), (1,)).heard
