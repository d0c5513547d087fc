"""``@timer``: a method that is called when an aggregate's timer is due.

Timers are entries of their aggregate and are saved with it. Any replica may find one that is due;
firing is a save that takes the entry out, so the effect happens once however many tried.
"""

import logging
import random
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from nameko.extensions import Entrypoint

from shared.clock import utc_now
from shared.domain import Aggregate, bookkeeping
from shared.errors import ServiceError
from shared.ids import new_id
from shared.messaging.envelope import Cause
from shared.persistence.command import Answer, Command, Relay
from shared.persistence.repository import Repository
from shared.persistence.session import current_session

DUE_MOST = 200
"""Timers of one collection taken up at one look."""

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
    that it is tried again at the next look.
    """
    decorator: Callable[..., Callable[[Method], Method]] = _Timer.decorator
    return decorator(kind, aggregate)


class Timers:
    """Fires what is due in one service."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._methods: dict[tuple[str, str], tuple[Repository[Any], Callable[..., None]]] = {}

    def add(self, repository: Repository[Any], kind: str, method: Callable[..., None]) -> None:
        """Call this method for timers of that kind."""
        self._methods[repository.collection, kind] = (repository, method)

    def run(self, pause_seconds: float, stopping: threading.Event) -> None:
        """Look for due timers until told to stop; a thread of its own."""
        while not stopping.wait(pause_seconds * random.uniform(0.8, 1.2)):  # noqa: S311 - jitter
            try:
                self.fire_due()
            except ServiceError as error:
                log.warning("timers wait", extra={"reason": error.code})
            except Exception:
                log.exception("timers failed")

    def fire_due(self) -> int:
        """Fire what is due now; returns how many were."""
        fired = 0
        for repository in {id(each): each for each, _ in self._methods.values()}.values():
            now = utc_now()
            due = repository.store.find(
                repository.collection,
                {"_timers.due_at": {"$lte": now}},
                projection={"_timers": 1},
                limit=DUE_MOST,
            )
            for document in random.sample(due, len(due)):
                for entry in document["_timers"]:
                    method = self._methods.get((repository.collection, entry["kind"]))
                    if entry["due_at"] <= now and method is not None:
                        fired += self._fire(*method, document["_id"], entry["kind"])
        return fired

    def _fire(
        self, repository: Repository[Any], method: Callable[..., None], id_: str, kind: str
    ) -> int:
        try:
            answer = Command(
                call=lambda: _call(repository, method, id_, kind),
                render=lambda fired, _: Answer(200 if fired else 204, b""),
                relay=self._relay,
                cause=Cause(new_id(), f"timer:{kind}"),
            ).run()
        except Exception:
            log.exception("timer failed", extra={"timer": kind, "aggregate": id_})
            return 0
        return int(answer.status == 200)


def _call(repository: Repository[Any], method: Callable[..., None], id_: str, kind: str) -> bool:
    aggregate = repository.find(id_)
    if aggregate is None:
        return False
    book = bookkeeping(aggregate)
    now = utc_now()
    if not any(each.kind == kind and each.due_at <= now for each in book.timers):
        return False  # Another replica was faster, or it was moved.
    aggregate.cancel_timer(kind)
    method(id_)
    current_session().save(repository, aggregate)
    return True
