"""Travel without broker, threads or clocks: what it hears comes in the order that a test wants."""

import random
from collections.abc import Callable, Iterable
from copy import deepcopy
from operator import itemgetter
from typing import Any

from services.travel.service import TravelService
from shared.domain import Event, bookkeeping
from shared.messaging.batch import BatchHandler
from shared.messaging.envelope import Cause, headers_of, opened, sealed
from shared.messaging.received import Fate, Received, Subscription
from shared.persistence.command import Answer, Command
from shared.persistence.document import Document
from shared.persistence.session import Entry, Session
from shared.persistence.session import opened as opened_session
from shared.service import repositories_of
from tests.integration.travel.world import SOURCES
from tests.unit.shared.simulation import MemoryStore

CAUSE = Cause("correlation", "cause")


class QueryingStore(MemoryStore):
    """A store in memory that answers the queries of travel: equality, ``$in``, a sort order."""

    def __init__(self) -> None:
        super().__init__(pause=lambda: None, choose=lambda _: 0)

    def find(self, collection: str, query: Document, **options: Any) -> list[Document]:
        assert options.keys() <= {"sort", "limit"}, options
        assert not options["limit"], options
        ids = [
            each["_id"]
            for each in self.documents.setdefault(collection, {}).values()
            if all(_fits(each.get(name), condition) for name, condition in query.items())
        ]
        found = list(self.read(collection, ids).values())
        for name, direction in reversed(options["sort"]):
            assert direction == 1
            found.sort(key=itemgetter(name))
        return found


def _fits(value: Any, condition: Any) -> bool:
    if isinstance(condition, dict):
        assert condition.keys() == {"$in"}, condition
        return value in condition["$in"]
    return bool(value == condition)


class _Container:
    """As much of nameko's container as an entrypoint of ours asks for."""

    def __init__(self, runtime: "Replay") -> None:
        self.config = {"runtime": runtime}


class Replay:
    """One process of travel, and every message that it has not been given yet.

    Attributes:
        service: Whose methods are called.
        waiting: Messages under way, travel's own too, in no order.
        heard: Number of messages delivered.
    """

    def __init__(self, store: Any, schedule: random.Random) -> None:
        self.service = TravelService()
        self.waiting: list[Received] = []
        self.heard = 0
        self._store = store
        self._schedule = schedule
        self._kinds = {kind: kind(store) for kind in repositories_of(TravelService)}
        self._subscriptions: list[Subscription] = []
        self._declare()
        self._handler = BatchHandler(self._subscriptions, store, self)

    def fork(self, schedule: random.Random) -> "Replay":
        """Return a process in a world alike, where things may go on in another way."""
        store = QueryingStore()
        store.documents = deepcopy(self._store.documents)
        twin = Replay(store, schedule)
        twin.waiting = [Received(each.envelope, each.body) for each in self.waiting]
        twin.heard = self.heard
        return twin

    # -- what the chassis calls ----------------------------------------------------------------

    def submit(self, entries: Iterable[Entry]) -> None:
        """Put what was saved among the messages under way, at once, and maybe twice."""
        for entry in entries:
            book, collection = bookkeeping(entry.aggregate), entry.repository.collection
            for saved in book.pending:
                headers = headers_of(saved, "travel", collection, entry.aggregate.id)
                self._send(headers, saved["body"])
            ids = [saved["id"] for saved in book.pending]
            self._store.published(collection, [entry.aggregate.id], ids)

    def repository_of(self, aggregate: type[Any]) -> Any:
        (found,) = [each for kind, each in self._kinds.items() if kind.aggregate is aggregate]
        return found

    def method(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self.service, name)
        return method

    def subscribe(self, subscription: Subscription) -> None:
        self._subscriptions.append(subscription)

    # -- what a test calls ---------------------------------------------------------------------

    def tell(self, *events: Event) -> None:
        """Put other services' events among the messages under way, maybe twice."""
        for event in events:
            name = type(event).__name__
            collection, field = SOURCES[name]
            entry = sealed(event, event.sequence, CAUSE)
            headers = headers_of(entry, event.publisher(), collection, getattr(event, field))
            self._send(headers, entry["body"])

    def command(self, call: Callable[[], Any]) -> None:
        """Do what somebody asks for."""
        done = Answer(200, b"")
        Command(call=call, render=lambda *_: done, relay=self, cause=CAUSE).run()

    def query(self, call: Callable[[], Any]) -> Any:
        """Answer what somebody asks."""
        with opened_session(Session(CAUSE, may_save=False)):
            return call()

    def deliver(self, *, until: Callable[[], bool] = lambda: False) -> None:
        """Deliver what is under way in a random order, in batches of random size."""
        while self.waiting and not until():
            self._schedule.shuffle(self.waiting)
            size = self._schedule.randint(1, 6)
            batch, self.waiting = self.waiting[:size], self.waiting[size:]
            self._deliver(batch)

    def state(self) -> dict[str, dict[str, Document]]:
        """Return what is stored, without what the chassis keeps; lists that are sets, sorted."""
        return {
            each.collection: {
                document["_id"]: _plain(document) for document in self._documents(each.collection)
            }
            for each in self._kinds.values()
        }

    # -- within --------------------------------------------------------------------------------

    def _declare(self) -> None:
        """Bind service and subscriptions as nameko's container does."""
        container = _Container(self)
        for name, member in vars(TravelService).items():
            repository = self._kinds.get(getattr(member, "repository", None))  # type: ignore[arg-type]
            if repository is not None:
                self.service.__dict__[name] = repository
            for entrypoint in getattr(member, "nameko_entrypoints", ()):
                if hasattr(entrypoint, "contract"):
                    entrypoint.bind(container, name).setup()

    def _send(self, headers: dict[str, Any], body: bytes) -> None:
        for _ in range(self._schedule.choice((1, 1, 1, 2))):
            self.waiting.append(Received(opened(headers), body))

    def _deliver(self, batch: list[Received]) -> None:
        mine = [each for each in batch if each.envelope and self._is_heard(each.envelope.name)]
        assert all(self._handler.prepare(each) for each in mine)
        self._handler.handle(mine)
        for message in mine:
            assert message.fate is Fate.DONE, message
        self.heard += len(mine)

    def _is_heard(self, name: str) -> bool:
        return any(each.contract.__name__ == name for each in self._subscriptions)

    def _documents(self, collection: str) -> Iterable[Document]:
        if isinstance(self._store, QueryingStore):
            return self._store.documents.get(collection, {}).values()
        return self._store.find(collection, {})  # type: ignore[no-any-return]


def _plain(document: Document) -> Document:
    state = {name: value for name, value in document.items() if not name.startswith("_")}
    if "returned" in state:
        state["returned"] = sorted(state["returned"])
    return state
