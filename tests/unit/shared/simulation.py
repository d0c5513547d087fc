"""A world in which the chassis runs without broker, database, threads or time.

Every wait of the chassis is a point where the world may let somebody else run, or kill the process:
before a call to store or broker reaches it, between two documents of one bulk write, and before
the answer comes back. What to do at each point is read from a schedule, so a run can be repeated.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from greenlet import GreenletExit, getcurrent, greenlet

from shared.errors import Unavailable
from shared.messaging import batch
from shared.messaging.batch import BatchHandler
from shared.messaging.envelope import Cause, opened
from shared.messaging.frames import Outgoing
from shared.messaging.received import Fate, Received, Subscription
from shared.messaging.relay import Relay
from shared.persistence import command
from shared.persistence.command import Answer, Command, RequestKey
from shared.persistence.document import SAVES_KEPT, Change, Document
from shared.persistence.facts import Published
from shared.persistence.store import DatabaseAway, Outcome, Write
from tests.sample.outside import Poked
from tests.sample.repository import NoteRepository, OrderRepository, TallyRepository
from tests.sample.sample import OrderPlaced
from tests.sample.service import SampleService


class Line:
    """Where commands of one process wait for an aggregate: for a greenlet, not for a thread."""

    def __init__(self) -> None:
        self.lock = self
        self.length = 0
        self._taken = False

    def __enter__(self) -> None:
        while self._taken:
            wait()
        self._taken = True

    def __exit__(self, *_: object) -> None:
        self._taken = False


def wait() -> None:
    """Let somebody else run; this process may die here."""
    parent = getcurrent().parent
    if parent is not None:
        parent.switch()


@contextmanager
def without_time() -> Iterator[None]:
    """Have the chassis wait as greenlets do, and never for time to pass."""
    with (
        patch.object(command, "_Line", Line),
        patch.object(command, "PAUSE_SECONDS", 0.0),
        patch.object(batch, "PAUSE_SECONDS", 0.0),
    ):
        yield


class MemoryFacts:
    """The published events, by collection, aggregate and number."""

    def __init__(self, pause: Callable[[], None]) -> None:
        self.kept: dict[tuple[str, str, int], Document] = {}
        self._pause = pause

    def keep(self, published: Iterable[Published]) -> None:
        for collection, aggregate_id, entry in published:
            self._pause()
            self.kept.setdefault((collection, aggregate_id, entry["sequence"]), _copy(entry))

    def last_number(self, collection: str, aggregate_id: str) -> int:
        self._pause()
        return max((n for *key, n in self.kept if key == [collection, aggregate_id]), default=0)

    def everything(self) -> list[Document]:
        return list(self.kept.values())


class MemoryStore:
    """The documents of MongoDB as far as the chassis writes them, one atomic write at a time."""

    floor = 0

    def __init__(self, pause: Callable[[], None], choose: Callable[[int], int]) -> None:
        self.documents: dict[str, dict[str, Document]] = {}
        self.facts = MemoryFacts(pause)
        self._pause = pause
        self._choose = choose

    def read(self, collection: str, ids: Any) -> dict[str, Document]:
        wanted = list(ids)
        self._pause()
        there = self.documents.setdefault(collection, {})
        found = {each: _copy(there[each]) for each in wanted if each in there}
        self._pause()
        return found

    def find(self, collection: str, query: Document, **_: Any) -> list[Document]:
        self._pause()
        (field, condition) = next(iter(query.items()))
        assert field == "_outbox.at", query
        return [
            _copy(document)
            for document in self.documents.setdefault(collection, {}).values()
            if any(entry["at"] < condition["$lt"] for entry in document["_outbox"])
        ]

    def write(self, writes: list[Write]) -> None:
        for write in writes:
            self._pause()
            connection = self._choose(16)
            if connection == 1:
                write.outcome = DatabaseAway("The write did not arrive.")
                continue
            write.outcome = self._apply(write)
            if connection == 2:
                self._pause()
                write.outcome = self._fate(write, DatabaseAway("It is not known."))
        self._pause()

    def published(self, collection: str, ids: list[str], event_ids: list[str]) -> None:
        for each in ids:
            self._pause()
            document = self.documents[collection][each]
            document["_outbox"] = [e for e in document["_outbox"] if e["id"] not in event_ids]

    def _apply(self, write: Write) -> Outcome:
        there = self.documents.setdefault(write.collection, {})
        change = write.content
        if not isinstance(change, Change):
            if write.id in there:
                return self._fate(write)
            there[write.id] = _copy(change)
            return Outcome.SAVED
        document = there.get(write.id)
        if document is None or document["_version"] != change.version:
            return self._fate(write)
        document |= {**_copy(change.values), "_version": change.version + 1}
        for name in change.gone:
            document.pop(name, None)
        document["_saved_by"] = [*document["_saved_by"], change.save_id][-SAVES_KEPT:]
        document["_outbox"] = [*document["_outbox"], *_copy(change.said)]
        return Outcome.SAVED

    def _fate(self, write: Write, otherwise: Any = Outcome.LOST) -> Any:
        document = self.documents[write.collection].get(write.id)
        stored = document is not None and write.save_id in document["_saved_by"]
        return Outcome.SAVED if stored else otherwise


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_copy(each) for each in value]
    return value


class Process:
    """One process: its repositories, relay and batch handler, and the threads running in it."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.threads: list[greenlet] = []
        self.unacked: list[Received] = []
        self.relay = Relay("sample", world.store, world)
        self.service = SampleService()
        for name, kind in (
            ("orders", OrderRepository),
            ("tallies", TallyRepository),
            ("notes", NoteRepository),
        ):
            self.service.__dict__[name] = kind(world.store)
        here = self.service.__dict__
        self.handler = BatchHandler(
            [
                Subscription(
                    OrderPlaced,
                    self.service.on_order_placed,
                    ((here["tallies"], lambda event: (event.tally_id,)),),
                ),
                Subscription(
                    Poked, self.service.on_poked, ((here["notes"], lambda event: (event.note_id,)),)
                ),
            ],
            world.store,
            self.relay,
        )

    def spawn(self, call: Callable[..., Any], *arguments: Any) -> None:
        self.threads.append(greenlet(lambda: call(*arguments)))

    def step(self, choice: int) -> bool:
        """Let one of its threads run to its next wait; False when it has none."""
        self.threads = [each for each in self.threads if not each.dead]
        if not self.threads:
            return False
        self.threads[choice % len(self.threads)].switch()
        return True

    def kill(self) -> None:
        """Everything in memory is gone; the broker takes back what was not acked."""
        for thread in self.threads:
            if not thread.dead:
                thread.throw(GreenletExit)
        for message in self.unacked:
            message.deliveries += 1
            self.world.queue.append(message)
        self.world.processes.remove(self)

    # -- threads -------------------------------------------------------------------------------

    def command(self, number: int, call: Callable[[], Any], request: RequestKey | None) -> None:
        try:
            answer = Command(
                call=call,
                render=lambda result, _: Answer(200, str(result).encode()),
                relay=self.relay,
                cause=Cause(f"c{number}", f"r{number}"),
                request=request,
            ).run()
        except Unavailable:
            return
        self.world.pause()
        self.world.acknowledged[number] = answer

    def consume(self, most: int) -> None:
        taken = [self.world.queue.pop(0) for _ in range(min(most, len(self.world.queue)))]
        received = [
            Received(opened(m.raw.headers), m.raw.body, deliveries=m.deliveries, raw=m.raw)
            for m in taken
        ]
        self.unacked += received
        ready = [message for message in received if self.handler.prepare(message)]
        while ready:
            self.handler.handle(ready)
            ready = [message for message in ready if message.fate is Fate.HOLD]
            self.world.pause()
        for message in received:
            if message.fate is not Fate.DONE:
                self.world.failed.append(message)
            self.unacked.remove(message)
            self.world.acked += 1
            self.world.pause()

    def publish(self) -> None:
        while self.relay.publish_waiting():
            pass
        self.relay.forget_confirmed()

    def sweep(self) -> None:
        self.relay.sweep(["orders", "tallies", "notes"], self.world.sweep_age)
        self.publish()


class World:
    """A broker, a store and the processes between them."""

    def __init__(self, schedule: Iterator[int], store: Any = None) -> None:
        self.schedule = schedule
        self.store: Any = store or MemoryStore(self.pause, self.choose)
        self.store.world = self
        self.queue: list[Received] = []
        self.published: dict[tuple[str, str], set[str]] = {}
        self.acknowledged: dict[int, Answer] = {}
        self.failed: list[Received] = []
        self.acked = 0
        self.processes: list[Process] = []
        self.sweep_age = timedelta(seconds=-1)

    def pause(self) -> None:
        """Wait: somebody else may run now, or this process may die here."""
        wait()

    def choose(self, of: int) -> int:
        """Return the schedule's next choice, 0 to ``of`` - 1; always 0 when it is used up."""
        return next(self.schedule, 0) % of

    def send(self, messages: list[Outgoing]) -> None:
        """Take messages as the broker does: any part of them may have arrived before a crash."""
        for message in messages:
            self.pause()
            headers = message.headers
            key = headers["ce-source"] + "/" + headers["ce-subject"], headers["ce-sequence"]
            self.published.setdefault(key, set()).add(message.id)
            place = self.choose(len(self.queue) + 1)
            self.queue.insert(len(self.queue) - place, Received(None, message.body, raw=message))
            if self.choose(8) == 7:
                self.queue.append(Received(None, message.body, raw=message))
        self.pause()

    def run(self, commands: list[Callable[[Process], None]], steps: int) -> None:
        """Let the schedule decide what happens, for so many steps."""
        self.processes = [Process(self), Process(self)]
        waiting = list(commands)
        for _ in range(steps):
            process = self.processes[self.choose(len(self.processes))]
            action = self.choose(16)
            if action == 0 and waiting:
                waiting.pop(0)(process)
            elif action == 1 and self.queue:
                process.spawn(process.consume, 1 + self.choose(4))
            elif action == 2:
                process.spawn(process.publish)
            elif action == 3 and self.choose(3) == 0:
                process.spawn(process.sweep)
            elif action == 4 and self.choose(3) == 0:
                process.kill()
                self.processes.append(Process(self))
            else:
                process.step(self.choose(8))

    def settle(self) -> None:
        """Let everything finish without further crashes: threads, sweeps, deliveries."""
        self.schedule = iter(())
        self._finish()
        last = Process(self)
        self.processes.append(last)
        while True:
            last.spawn(last.sweep)
            self._finish()
            if not self.queue:
                break
            last.spawn(last.consume, 50)
            self._finish()

    def _finish(self) -> None:
        """Let all threads run in turn until they end; one may wait for what another holds."""
        turn, busy = 0, True
        while busy:
            stepped = [process.step(turn) for process in self.processes]
            turn, busy = turn + 1, any(stepped)

    def documents(self, collection: str) -> dict[str, Document]:
        """Return what is stored."""
        found: dict[str, Document] = self.store.documents.get(collection, {})
        return found
