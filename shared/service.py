"""Service, the base class, and the runtime that carries one process of it."""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, TypeVar

from pymongo.errors import PyMongoError

from shared.config import Settings
from shared.declarations import declared_by
from shared.domain import Aggregate
from shared.errors import Unavailable
from shared.messaging.batch import BatchHandler
from shared.messaging.consumer import HANDLERS, Consumer
from shared.messaging.dead_letters import DeadLetters
from shared.messaging.publisher import Publisher
from shared.messaging.received import Subscription
from shared.messaging.relay import Relay
from shared.messaging.restatement import Restatements
from shared.messaging.seen import Seen
from shared.messaging.status import Status, status_of
from shared.messaging.topology import Topology, heard_by
from shared.observability import gauges
from shared.persistence.copies import Copies
from shared.persistence.mongo import Mongo, check_rights, connect
from shared.persistence.repository import Repository
from shared.persistence.shared_clock import SharedClock
from shared.persistence.store import Store, answering
from shared.timers import Timers

R = TypeVar("R", bound=Repository[Any])
log = logging.getLogger(__name__)


class Service:
    """Base of the four service classes; each is the table of contents of its service.

    Attributes:
        name: Service, database and exchange prefix.
        port: Default port of its API.
    """

    name: ClassVar[str]
    port: ClassVar[int]


def repositories_of(service: type[Service]) -> list[type[Repository[Any]]]:
    """Return the repository classes that a service class names, in its order."""
    members = declared_by(service).values()
    return [each.repository for each in members if isinstance(each, Mongo)]


def topology_of(service: type[Service], ladder_seconds: tuple[int, ...]) -> Topology:
    """Return what a service has in the broker, from its ``@subscribe`` declarations."""
    contracts = []
    for each in declared_by(service).values():
        for entrypoint in getattr(each, "nameko_entrypoints", ()):
            contract = getattr(entrypoint, "contract", None)
            if contract is not None:
                contracts.append(contract)
    return Topology(service.name, heard_by(contracts), ladder_seconds)


class Runtime:
    """One process of a service: its store, its relay, its consumer, its timers, its clock.

    Built before nameko's container; the entrypoints register themselves here.

    Attributes:
        settings: As read from the environment.
        service: The instance whose methods are called.
        store: The service's documents.
        relay: Publishes what is saved.
        timers: Fires what is due.
        seen: What was handled, for ``Zirve-After``.
        clock: The shared clock.
        dead_letters: Messages that were parked.
        copies: What it has copied from others.
        restatements: What others want to hear again.
        publisher: Publishing connection.
        consumer: Consuming connection; there from ``listen`` on.
        on_drain: Called one after another when the process is to stop, with the deadline as a
            monotonic time; each returns once what it let in is finished.
    """

    def __init__(self, kind: type[Service], settings: Settings) -> None:
        """Connect to the database; the broker may be away for now.

        Raises:
            UnfitDatabase: The database cannot be used.
        """
        self.kind = kind
        self.settings = settings
        database = connect(settings.MONGO_URI, settings.MONGO_DATABASE or kind.name, kind.name)
        check_rights(database)
        self.topology = topology_of(kind, settings.RETRY_LADDER_SECONDS)
        self.store = Store(database)
        self._repositories = {each: each(self.store) for each in repositories_of(kind)}
        self.publisher = Publisher(settings.AMQP_URI, f"{kind.name} publisher")
        self.relay = Relay(kind.name, self.store, self.publisher)
        self.timers = Timers(self.relay)
        heard = frozenset((p, name) for p, names in self.topology.heard.items() for name in names)
        self.seen = Seen(database, heard)
        self.clock = SharedClock(database)
        self._subscriptions: list[Subscription] = []
        self.dead_letters = DeadLetters(
            self.store, self.topology, self._subscriptions, self.publisher
        )
        self.copies = Copies(self.store, self._repositories.values())
        self.restatements = Restatements(
            kind.name, self.store, self.publisher, [each.collection for each in self._repositories]
        )
        self.service = kind()
        self.consumer: Consumer | None = None
        self.stopping = threading.Event()
        self.on_drain: list[Callable[[float], None]] = []

    # -- for entrypoints and providers ---------------------------------------------------------

    def repository(self, kind: type[R]) -> R:
        """Return the one repository of a class."""
        return self._repositories[kind]  # type: ignore[return-value]

    def repository_of(self, aggregate: type[Aggregate]) -> Repository[Any]:
        """Return the repository that keeps aggregates of a class.

        Raises:
            TypeError: The service has none.
        """
        for repository in self._repositories.values():
            if repository.aggregate is aggregate:
                return repository
        raise TypeError(f"{self.kind.name} keeps no {aggregate.__name__}")

    def method(self, name: str) -> Callable[..., Any]:
        """Return a method of the service, bound."""
        method: Callable[..., Any] = getattr(self.service, name)
        return method

    def subscribe(self, subscription: Subscription) -> None:
        """Have a method called for an event."""
        self._subscriptions.append(subscription)

    def status(self) -> Status:
        """Count what is open in this service.

        Raises:
            DatabaseAway: It does not answer.
        """
        repositories = self._repositories.values()
        uri, parked, seen = self.settings.AMQP_URI, self.dead_letters.count, self.seen
        with answering():
            return status_of(self.store, repositories, seen.count(), self.topology, uri, parked)

    def readings(self) -> Iterator[gauges.Reading]:
        """Read what an operator looks at; what needs no database comes first.

        Raises:
            DatabaseAway: It does not answer.
        """
        works = self.ready()
        for name, is_there in works.items():
            yield gauges.CONNECTED, (name,), is_there
        yield gauges.BROKER_BLOCKS, (), self.publisher.blocked
        if not works["database"]:
            return
        status = self.status()
        yield gauges.OUTBOX, (), status.outbox
        yield gauges.OLDEST_OUTBOX, (), status.oldest_outbox_seconds or 0.0
        yield gauges.WAITING, (), status.waiting
        for queue, depth in (status.queues or {}).items():
            yield gauges.QUEUES[queue], (), depth
        due, seconds = self.timers.overdue()
        yield gauges.TIMERS_DUE, (), due
        yield gauges.OLDEST_TIMER, (), seconds
        for repository in self._repositories.values():
            for state, number in repository.count_states().items():
                yield gauges.AGGREGATES, (repository.collection, state), number

    # -- life ----------------------------------------------------------------------------------

    def inject(self, container: Any) -> None:
        """Give the service instance its dependencies, once for the life of the process."""
        for provider in container.dependencies:
            self.service.__dict__[provider.attr_name] = provider.get_dependency(None)

    def listen(self, spawn: Callable[..., Any]) -> None:
        """Start everything that runs by itself.

        Args:
            spawn: Starts a thread; when one dies of an error, the process must end.
        """
        settings = self.settings
        handler = BatchHandler(self._subscriptions, self.store, self.relay)
        self.consumer = Consumer(
            settings.AMQP_URI, self.topology, handler, self.publisher, self.seen, settings.PREFETCH
        )
        spawn(self.publisher.run)
        spawn(self.relay.run)
        spawn(self.relay.run_forgetting)
        spawn(self._sweep)
        spawn(self.consumer.run)
        for _ in range(HANDLERS):
            spawn(self.consumer.handle)
        spawn(self.dead_letters.run, settings.AMQP_URI, self.stopping)
        spawn(self.restatements.run, self.stopping)
        spawn(self.timers.run, settings.TIMER_POLL_SECONDS, self.stopping)
        spawn(self._follow_clock)

    def quiesce(self, seconds: float) -> None:
        """Stop listening and firing; what is in hand finishes and is acked."""
        deadline = time.monotonic() + seconds
        self.stopping.set()
        if self.consumer is not None:
            self.consumer.stop(seconds)
            self.timers.ended.wait(max(0.0, deadline - time.monotonic()))

    def close(self, seconds: float) -> None:
        """Publish what is left and disconnect; doors must be closed by now."""
        self.relay.stop(0 if self.publisher.blocked else seconds)
        self.publisher.stop()
        self.store.database.client.close()

    def ready(self) -> dict[str, bool]:
        """Tell what works: ``database``, ``broker``, ``consumer``."""
        try:
            self.store.database.command("ping")
            database = True
        except Exception:  # noqa: BLE001 - whatever it is, the database does not answer
            database = False
        consuming = self.consumer is not None and self.consumer.consuming.is_set()
        broker = self.publisher.connected.is_set()
        return {"database": database, "broker": broker, "consumer": consuming}

    def _sweep(self) -> None:
        collections = [each.collection for each in self._repositories.values()]
        while not self.stopping.wait(self.settings.OUTBOX_SWEEP_SECONDS * random.uniform(0.4, 0.6)):  # noqa: S311 - jitter
            try:
                # After a long absence of the broker there is more than one look finds.
                while self.publisher.connected.is_set() and self.relay.sweep(
                    collections, self.settings.outbox_age
                ):
                    self.relay.drain(self.settings.DRAIN_SECONDS)
            except (Unavailable, PyMongoError) as error:
                log.warning("outboxes not swept", extra={"reason": type(error).__name__})

    def _follow_clock(self) -> None:
        self.clock.follow(self.stopping, may_be_set=self.settings.CLOCK_MAY_BE_SET)
