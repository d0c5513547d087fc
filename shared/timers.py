"""``@timer``: a method that is called when an aggregate's timer is due.

Timers are entries of their aggregate and are saved with it. Any replica may find one that is due;
firing is a save that takes the entry out, so the effect happens once however many tried.

What fails is tried again after a pause that doubles each time. The pause is kept with the timer, so
that it holds in every replica, and what fails hides nothing else that is due.
"""

import logging
import random
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from nameko.extensions import Entrypoint
from pymongo import ASCENDING

from shared.clock import real_now, utc_now
from shared.domain import Aggregate, bookkeeping
from shared.errors import ServiceError
from shared.ids import new_id
from shared.messaging.envelope import Cause
from shared.observability import metrics
from shared.observability.traces import spans
from shared.persistence.command import Answer, Command, Relay
from shared.persistence.document import Document
from shared.persistence.repository import Repository
from shared.persistence.session import current_session

DUE_MOST = 200
"""Timers of one collection taken up at one look."""
PAUSE = timedelta(seconds=5)
"""How long a timer is left alone, in real time, by all but who tries it for the first time; it
doubles with each try."""
PAUSE_MOST = timedelta(hours=1)
COUNTED_MOST = 1000
"""Documents of one collection whose due timers are counted."""

Method = TypeVar("Method", bound=Callable[..., None])
log = logging.getLogger(__name__)


class _Timer(Entrypoint):  # type: ignore[misc]
    def __init__(self, kind: str, aggregate: type[Aggregate]) -> None:
        super().__init__()
        self.kind = kind
        self.aggregate = aggregate

    def setup(self) -> None:
        """Tell the runtime of the timer."""
        runtime = self.container.config["runtime"]
        repository = runtime.repository_of(self.aggregate)
        runtime.timers.add(repository, self.kind, runtime.method(self.method_name))


def timer(kind: str, aggregate: type[Aggregate]) -> Callable[[Method], Method]:
    """Have a method called with an aggregate's id when its timer of that kind is due.

    The timer is gone when the method returns; the method may set it again. A raise leaves it, so
    that it is tried again after 5 s, then 10 s, up to an hour; setting it anew ends the pause.
    """
    decorator: Callable[..., Callable[[Method], Method]] = _Timer.decorator
    return decorator(kind, aggregate)


class Timers:
    """Fires what is due in one service.

    Attributes:
        ended: Set once nothing is fired any more.
    """

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._methods: dict[Repository[Any], dict[str, Callable[..., None]]] = {}
        self._stopping = threading.Event()
        self.ended = threading.Event()

    def add(self, repository: Repository[Any], kind: str, method: Callable[..., None]) -> None:
        """Call this method for timers of that kind."""
        self._methods.setdefault(repository, {})[kind] = method

    def run(self, pause_seconds: float, stopping: threading.Event) -> None:
        """Look for due timers until told to stop; a thread of its own."""
        self._stopping = stopping
        while not stopping.wait(pause_seconds * random.uniform(0.8, 1.2)):  # noqa: S311 - jitter
            try:
                while self.fire_due():
                    continue
            except ServiceError as error:
                log.warning("timers wait", extra={"reason": error.code})
            except Exception:
                log.exception("timers failed")
        self.ended.set()

    def fire_due(self) -> bool:
        """Fire what is due now, what is due longest first; tells whether there may be more."""
        is_more = False
        for repository, methods in self._methods.items():
            due = self._due(repository, list(methods))
            is_more |= len(due) == DUE_MOST
            # Several replicas find the same timers, and go through them in different orders.
            for document in random.sample(due, len(due)):
                for entry in document["_timers"]:
                    if self._stopping.is_set():
                        return False
                    if entry["kind"] in methods and self._claim(repository, document["_id"], entry):
                        self._fire(repository, methods[entry["kind"]], document["_id"], entry)
        return is_more

    def overdue(self) -> tuple[int, float]:
        """Count the timers that are due and have not fired, those that fail among them.

        Returns:
            How many, and for how many seconds of the domain's clock the first one has been due.

        Raises:
            DatabaseAway: It does not answer.
        """
        now = utc_now()
        due = [
            entry["due_at"]
            for repository in self._methods
            for document in self._find(repository, {"_timers.due_at": {"$lte": now}}, COUNTED_MOST)
            for entry in document["_timers"]
            if entry["due_at"] <= now
        ]
        return len(due), (now - min(due, default=now)).total_seconds()

    def _due(self, repository: Repository[Any], kinds: list[str]) -> list[Document]:
        wanted = {
            "kind": {"$in": kinds},
            "due_at": {"$lte": utc_now()},
            "again_at": {"$not": {"$gt": real_now()}},
        }
        return self._find(repository, {"_timers": {"$elemMatch": wanted}}, DUE_MOST)

    @staticmethod
    def _find(repository: Repository[Any], query: Document, most: int) -> list[Document]:
        return repository.store.find(
            repository.collection,
            query,
            projection={"_timers": 1},
            limit=most,
            # Its order is that of the due times; a sort by a field of a list could not use it.
            hint=[("_timers.due_at", ASCENDING)],
        )

    def _claim(self, repository: Repository[Any], id_: str, entry: Document) -> bool:
        """Keep all others off a timer for a while, which is longer the more often it was tried.

        Only work is saved by this. Whoever fails, or is killed, leaves the pause behind him.
        """
        now = real_now()
        if entry["due_at"] > utc_now() or entry.get("again_at", now) > now:
            return False
        tries = entry.get("tries", 0)
        pause = min(PAUSE * 2 ** min(tries, 20), PAUSE_MOST) * random.uniform(0.8, 1)  # noqa: S311
        claimed = {**entry, "tries": tries + 1, "again_at": now + pause}
        unchanged = {"_id": id_, "_timers": entry}
        return repository.store.note(
            repository.collection, unchanged, {"$set": {"_timers.$": claimed}}
        )

    def _fire(
        self, repository: Repository[Any], method: Callable[..., None], id_: str, entry: Document
    ) -> None:
        kind, error = entry["kind"], ""
        span = spans.firing(kind, entry.get("set_by"))
        with span:
            try:
                Command(
                    call=lambda: _call(repository, method, id_, kind),
                    render=lambda _, __: Answer(204, b""),
                    relay=self._relay,
                    cause=Cause(new_id(), f"timer:{kind}", span.traceparent),
                ).run()
            except Exception as failure:
                log.exception("timer failed", extra={"timer": kind, "aggregate": id_})
                error = type(failure).__name__
        metrics.timer(kind, "failed" if error else "fired")
        span.end(error=error)


def _call(repository: Repository[Any], method: Callable[..., None], id_: str, kind: str) -> None:
    aggregate = repository.find(id_)
    if aggregate is None:
        return
    now = utc_now()
    if not any(each.kind == kind and each.due_at <= now for each in bookkeeping(aggregate).timers):
        return  # Another replica was faster, or it was moved.
    aggregate.cancel_timer(kind)
    method(id_)
    current_session().save(repository, aggregate)
