"""A world in which a service hears its events in any order: one process, no broker.

Handlers are called by the chassis's own ``BatchHandler`` and commands run by its ``Command``, so
loading, saving, locks and what was heard before are the real ones. What an aggregate says goes into
a pool, out of which the order takes what it likes, in batches of any size, and some of it twice.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from services.events.service import EventsService
from shared.declarations import declared_by
from shared.domain import Event, bookkeeping
from shared.errors import ServiceError
from shared.messaging.batch import BatchHandler
from shared.messaging.envelope import Cause, headers_of, opened, sealed
from shared.messaging.received import Fate, Received, Subscription
from shared.messaging.subscriber import _ids
from shared.persistence.command import Answer, Command
from shared.persistence.document import Document
from shared.persistence.mongo import Mongo
from shared.persistence.session import Entry
from tests.unit.shared.simulation import MemoryStore

Action = Callable[[Any], Any]
CAUSE = Cause("order", "order")
TWICE = 0.1
"""Share of messages that are delivered once more."""


class QueriedMemoryStore(MemoryStore):
    """A store that also answers the queries of this service: equal fields, by id."""

    def __init__(self) -> None:
        super().__init__(pause=lambda: None, choose=lambda _: 0)  # nothing is cut off here

    def find(self, collection: str, query: Document, **_: Any) -> list[Document]:
        there = self.documents.setdefault(collection, {})
        ids = [id_ for id_ in sorted(there) if query.items() <= there[id_].items()]
        return list(self.read(collection, ids).values())


class Message:
    """A message as it lies in the broker."""

    def __init__(self, entry: Document, service: str, collection: str, subject: str) -> None:
        self.headers = headers_of(entry, service, collection, subject)
        self.body = bytes(entry["body"])
        self.name: str = entry["type"]

    def received(self) -> Received:
        """Return it as a process gets it."""
        return Received(opened(self.headers), self.body)


def told(event: Event, collection: str, subject: str) -> Message:
    """Return what membership says of one of its aggregates."""
    entry = sealed(event, event.sequence, CAUSE)
    return Message(entry, "membership", collection, subject)


class Pool:
    """What was said and is still to be heard; also the relay that brings it there."""

    def __init__(self, service: str) -> None:
        self._service = service
        self.messages: list[Message] = []
        self.said: list[Message] = []

    def submit(self, entries: Iterable[Entry]) -> None:
        """Take what saved aggregates have said."""
        for entry in entries:
            for each in bookkeeping(entry.aggregate).pending:
                message = Message(
                    each, self._service, entry.repository.collection, entry.aggregate.id
                )
                self.messages.append(message)
                self.said.append(message)


class Process:
    """A service, in this process: events, unless told."""

    def __init__(self, store: Any, kind: type[Any] = EventsService) -> None:
        self.pool = Pool(kind.name)
        self.service = kind()
        members = declared_by(kind)
        repositories = {
            name: each.repository(store)
            for name, each in members.items()
            if isinstance(each, Mongo)
        }
        self.service.__dict__.update(repositories)
        kept = {each.aggregate: each for each in repositories.values()}
        subscriptions = [
            Subscription(
                entrypoint.contract,
                getattr(self.service, name),
                tuple((kept[kind], _ids(key)) for kind, key in entrypoint.loads.items()),
                entrypoint.alone,
            )
            for name, each in members.items()
            for entrypoint in getattr(each, "nameko_entrypoints", ())
            if hasattr(entrypoint, "contract")
        ]
        self._handler = BatchHandler(subscriptions, store, self.pool)  # type: ignore[arg-type]
        self._heard = {each.contract.__name__ for each in subscriptions}

    def hear(self, messages: Iterable[Message]) -> None:
        """Handle a batch; every message must be done with afterwards."""
        batch = [each.received() for each in messages if each.name in self._heard]
        self._handler.handle([each for each in batch if self._handler.prepare(each)])
        for each in batch:
            assert each.fate is Fate.DONE, each.reason

    def obey(self, action: Action) -> bool:
        """Run a command; tells whether it was done and not refused."""
        try:
            Command(
                call=lambda: action(self.service),
                render=lambda _, saved: Answer(200, b""),
                relay=self.pool,
                cause=CAUSE,
            ).run()
        except ServiceError:
            return False
        return True


def play(process: Process, actors: Iterable[Iterable[Action]], order: random.Random) -> None:
    """Let everything happen, in an order: each actor's commands one after another, as they can.

    Raises:
        AssertionError: Somebody's command is refused for ever.
    """
    waiting: list[Iterator[Action]] = [iter(actor) for actor in actors]
    following = {number: next(actor, None) for number, actor in enumerate(waiting)}
    while process.pool.messages or any(following.values()):
        ready = [number for number, action in following.items() if action is not None]
        if ready and order.random() < 0.4:
            _try(process, waiting, following, order.choice(ready))
        elif process.pool.messages:
            process.hear(_taken(process.pool.messages, order))
        else:
            tried = [_try(process, waiting, following, number) for number in ready]
            assert any(tried), f"refused for ever: {ready}"


def _try(
    process: Process,
    waiting: list[Iterator[Action]],
    following: dict[int, Action | None],
    number: int,
) -> bool:
    action = following[number]
    assert action is not None
    done = process.obey(action)
    if done:
        following[number] = next(waiting[number], None)
    return done


def _taken(messages: list[Message], order: random.Random) -> list[Message]:
    """Take some messages out of the pool, or only look at them so that they come again."""
    taken = []
    for _ in range(min(order.choice((1, 1, 2, 3, 8)), len(messages))):
        place = order.randrange(len(messages))
        taken.append(messages[place])
        if order.random() >= TWICE:
            messages.pop(place)
    return taken
