"""Notification in this process: its handlers hear events in an order that a test chooses.

The chassis's own batch handler, sessions and relay are at work, as in a process of the service;
only the broker is a list, and letters end in another one.
"""

from random import Random
from typing import Any

from services.notification.domain import Letter, Receipt
from services.notification.gateways.post import Delivery
from services.notification.service import NotificationService
from shared.domain import Event
from shared.messaging.batch import BatchHandler
from shared.messaging.envelope import Cause, headers_of, opened, sealed
from shared.messaging.frames import Outgoing
from shared.messaging.received import Fate, Received, Subscription
from shared.messaging.relay import Relay
from shared.messaging.subscriber import _ids
from shared.persistence.document import Document
from shared.persistence.mongo import Mongo
from shared.persistence.repository import Repository
from tests.integration.notification.scene import SOURCES
from tests.unit.shared.simulation import MemoryStore, _copy

DUPLICATES = 20
"""One delivery in so many is made twice."""
BATCH_MOST = 6
CHASSIS_FIELDS = {
    "_version",
    "_sequence",
    "_saved_by",
    "_outbox",
    "_heard",
    "_news",
    "_schema",
    "_claim",
}
TIMES = {"at", "intended_at"}


class QueriedStore(MemoryStore):
    """Documents in memory, found by equal fields, which is all that notification queries by."""

    def __init__(self) -> None:
        super().__init__(lambda: None, lambda _: 0)
        self._claims: set[tuple[str, str, int]] = set()

    def claim(self, collection: str, id_: str, version: int, seconds: float) -> bool:
        """Grant each claim once: here, none lapses, and no process asks again."""
        assert seconds > 0
        claim = (collection, id_, version)
        is_free = self.documents[collection][id_]["_version"] == version
        is_free &= claim not in self._claims
        self._claims.add(claim)
        return is_free

    def find(self, collection: str, query: Document, **options: Any) -> list[Document]:
        assert set(options) <= {"sort", "limit"}, options
        assert not options.get("limit"), options
        assert options.get("sort") in (None, [("_id", 1)]), options
        assert not any(isinstance(value, dict) for value in query.values()), query
        there = self.documents.setdefault(collection, {})
        return [
            _copy(there[id_])
            for id_ in sorted(there)
            if all(there[id_].get(name) == value for name, value in query.items())
        ]


class Letters:
    """The post, as far as the service sees it: it takes every letter."""

    languages = frozenset({"en", "tr", "sr"})
    seconds = 20

    def __init__(self) -> None:
        self.taken: list[Letter] = []
        self._answered: dict[tuple[str, int], Delivery] = {}

    def answered(self, message_id: str, attempt: int) -> Delivery | None:
        return self._answered.get((message_id, attempt))

    def send(self, letter: Letter, attempt: int, *, trace_id: str) -> Delivery:
        self.taken.append(letter)
        receipt = Receipt(accepted=True, reply="250", subject=letter.kind)
        self._answered[letter.message_id, attempt] = Delivery(letter, receipt)
        return self._answered[letter.message_id, attempt]


class Play:
    """The service, its documents and its inbox."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.letters = Letters()
        self.inbox: list[Outgoing] = []
        self.published: list[Outgoing] = []
        self.waiting: list[Outgoing] = []
        self._relay = Relay("notification", store, self)
        service = NotificationService()
        self.repositories: dict[type, Repository[Any]] = {}
        for name, provider in vars(NotificationService).items():
            if isinstance(provider, Mongo):
                repository = provider.repository(store)
                self.repositories[repository.aggregate] = repository
                service.__dict__[name] = repository
        service.__dict__["post"] = self.letters
        subscriptions = self._subscriptions(service)
        self._heard = {each.contract.__name__ for each in subscriptions}
        self._handler = BatchHandler(subscriptions, store, self._relay)

    def hear(self, event: Event) -> None:
        """Have an event of another service in the inbox."""
        collection, field = SOURCES[type(event)]
        entry = sealed(event, event.sequence, Cause("c", "r"))
        publisher, name = event.publisher(), type(event).__name__
        headers = headers_of(entry, publisher, collection, getattr(event, field))
        exchange = f"{publisher}.events"
        self.inbox.append(Outgoing(exchange, name, entry["body"], headers, entry["id"]))

    def send(self, messages: list[Outgoing]) -> None:
        """Take what the service publishes; it hears what it subscribes to."""
        self.published += messages
        self.inbox += [each for each in messages if each.key in self._heard]

    def run(self, choice: Random, *, own_last: bool = False) -> None:
        """Deliver all there is, in an order of chance, and some of it twice.

        Args:
            choice: Chance.
            own_last: The service hears its own events only when nothing else is left.
        """
        while self.inbox:
            choice.shuffle(self.inbox)
            if own_last:
                self.inbox.sort(key=lambda each: each.exchange != "notification.events")
            batch = [
                self.inbox.pop() for _ in range(min(len(self.inbox), choice.randint(1, BATCH_MOST)))
            ]
            self.inbox += [each for each in batch if not choice.randrange(DUPLICATES)]
            received = [_received(each) for each in batch]
            assert all(self._handler.prepare(each) for each in received)
            self._handler.handle(received)
            fates = [each.fate for each in received]
            assert set(fates) <= {Fate.DONE, Fate.WAIT}, received
            self.waiting += [
                each for each, fate in zip(batch, fates, strict=True) if fate is Fate.WAIT
            ]
            while self._relay.publish_waiting():
                pass
            self._relay.forget_confirmed()

    def state(self, kind: type) -> dict[str, Document]:
        """Return the documents of a kind by id, without what belongs to the chassis or to time."""
        assert self.waiting == []
        repository = self.repositories[kind]
        found = self.store.find(repository.collection, {}, sort=[("_id", 1)])
        assert all(document["_outbox"] == [] for document in found)
        return {document["_id"]: _timeless(document) for document in found}

    def _subscriptions(self, service: NotificationService) -> list[Subscription]:
        return [
            Subscription(
                entrypoint.contract,
                getattr(service, name),
                tuple((self.repositories[k], _ids(key)) for k, key in entrypoint.loads.items()),
                entrypoint.alone,
            )
            for name, method in vars(NotificationService).items()
            for entrypoint in getattr(method, "nameko_entrypoints", ())
            if hasattr(entrypoint, "contract")
        ]


def _received(message: Outgoing) -> Received:
    return Received(opened(message.headers), message.body)


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if k not in CHASSIS_FIELDS | TIMES}
        return {k: _timeless(v) for k, v in kept.items()}
    if isinstance(value, list):
        return [_timeless(each) for each in value]
    return value
