"""Commands: run again when a save was lost, once per Idempotency-Key, checked by If-Match.

The answer to a request with a key is stored by the save that it tells of, so there is no moment in
which one of the two is there alone. Of two that come at the same time one loses its save, is run
again, and finds the other's answer: nobody has to come back, and no lock outlives a killed process.
A refusal has changed nothing and is not stored: when the request is repeated it is judged anew.
What a client has given up is not done any more: a process that was stopped for a while would else
do it after another has refused the repetition.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from shared.clock import real_now
from shared.domain import Aggregate, bookkeeping
from shared.errors import Conflict, PreconditionFailed, RuleViolated, ServiceError, Unavailable
from shared.messaging.envelope import Cause
from shared.persistence.kept_requests import is_fresh, with_newest
from shared.persistence.session import Entry, Session, opened
from shared.persistence.store import DuplicateKey, Outcome

TRIES = 20
PAUSE_SECONDS = 0.004
"""Mean pause before the second try; it grows with each one."""


class IdempotencyKeyReused(RuleViolated):
    """The key was used before with another body."""


class AlreadyDone(Conflict):
    """The request was done before, so many others ago that its answer is not kept any more."""


class Abandoned(Unavailable):
    """Whoever asked has closed the connection before it was done."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a door says.

    Attributes:
        status: HTTP status.
        body: Bytes as sent.
        headers: Beside Content-Type and Content-Length.
    """

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RequestKey:
    """An Idempotency-Key as it is kept.

    Attributes:
        key: Digest of principal, route and key.
        body: Digest of the request's body.
    """

    key: str
    body: str


class Relay(Protocol):
    """Whoever publishes what was saved."""

    def submit(self, entries: list[Entry]) -> None:
        """Publish the outboxes of saved aggregates soon."""


class Replayed(Exception):
    """The request was answered before.

    Attributes:
        answer: As it was given then.
    """

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def run_query(call: Callable[[], Any], cause: Cause) -> Any:
    """Run a door that changes nothing, and return what it returns."""
    with opened(Session(cause, may_save=False)):
        return call()


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A door that may change one aggregate.

    Attributes:
        call: The door's method with its arguments. It loads, decides and saves; it is called again
            when somebody else saved first, so it must not do anything else.
        render: Makes the answer of what ``call`` returned and the aggregate that it saved. It is
            called before the write, since the answer is stored with it.
        relay: Is handed the saved events.
        cause: What they carry.
        guard: Called with the aggregate before it is saved; raises to refuse.
        request: The Idempotency-Key, if there is one.
        expected_version: Of If-Match, if there is one.
        is_awaited: Tells whether somebody waits for the answer still; asked after the state was
            read that decides, and before anything is written.
    """

    call: Callable[[], Any]
    render: Callable[[Any, Aggregate | None], Answer]
    relay: Relay
    cause: Cause
    guard: Callable[[Aggregate], None] | None = None
    request: RequestKey | None = None
    expected_version: int | None = None
    is_awaited: Callable[[], bool] | None = None

    def run(self) -> Answer:
        """Run it, and store what it changed.

        Returns:
            The answer; the one given before when the request was answered before.

        Raises:
            PreconditionFailed: The aggregate is not at that version any more.
            IdempotencyKeyReused: The key came with another body before.
            AlreadyDone: The request was done before, and its answer is gone.
            TooManyKeys: The aggregate remembers as many requests as it can.
            Unavailable: The save was lost twenty times, or its fate could not be learned.
            Abandoned: Nobody waits for the answer.
            ServiceError: What ``call`` raises.
        """
        with ExitStack() as turn:
            for attempt in range(TRIES):
                session = Session(self.cause, one_aggregate=True, guard=self.guard)
                try:
                    answer = self._attempt(session)
                except Replayed as replayed:
                    return replayed.answer
                if answer is not None:
                    return answer
                # With a key, whoever was faster may have been the same request.
                if self.expected_version is not None and self.request is None:
                    raise PreconditionFailed("It was changed meanwhile.")
                if attempt == 0:
                    turn.enter_context(_turn((self.relay, *session.marked()[0].key)))
                else:
                    # Those of this process wait in line, so whoever won was another process.
                    pause = PAUSE_SECONDS * attempt * random.uniform(0.5, 1.5)  # noqa: S311 - jitter
                    time.sleep(pause)
        raise Unavailable("Too many changes of this at the same time.")

    def _attempt(self, session: Session) -> Answer | None:
        """Run it once; ``None`` when the save was lost."""
        with opened(session):
            try:
                result = self.call()
            except ServiceError:
                # A repeated request is refused by the domain for what it did itself before; and
                # whoever may not see an aggregate must not learn from a refusal how it stands.
                _replay(session, self.request)
                self._check_scope(session)
                raise
            _replay(session, self.request)
            marked = session.marked()
            if not marked:
                return self.render(result, None)
            (entry,) = marked
            answer = self._answer(entry, result)
            writes = session.writes(marked)
        if self.is_awaited is not None and not self.is_awaited():
            raise Abandoned("Nobody waits for the answer any more.")
        entry.repository.store.write(writes)
        return answer if self._was_saved(entry, writes[0].outcome) else None

    def _check_scope(self, session: Session) -> None:
        if self.guard is not None:
            for aggregate in session.loaded():
                if getattr(aggregate, "city_id", None) is not None:
                    self.guard(aggregate)

    def _answer(self, entry: Entry, result: Any) -> Answer:
        """Make the answer, and have it stored with the aggregate if the request has a key."""
        book = bookkeeping(entry.aggregate)
        if self.expected_version not in (None, book.version):
            raise PreconditionFailed("It was changed meanwhile.")
        answer = self.render(result, entry.aggregate)
        if self.request is not None:
            book.requests = with_newest(book.requests, _kept(self.request, answer))
        return answer

    def _was_saved(self, entry: Entry, outcome: Outcome | DuplicateKey | Exception) -> bool:
        """Hand on what was saved; tells whether it was, and raises when it cannot be."""
        if outcome is Outcome.SAVED:
            self.relay.submit([entry])
            return True
        if isinstance(outcome, DuplicateKey):
            raise entry.repository.conflict(outcome)
        if isinstance(outcome, Exception):
            raise outcome
        if entry.document is None:
            _answered_creation(entry, self.request)
        return False


class _Line:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.length = 0


_lines: dict[tuple[Relay, str, str], _Line] = {}


@contextmanager
def _turn(key: tuple[Relay, str, str]) -> Iterator[None]:
    """Wait in line for an aggregate that several commands of this process want to change.

    The key is the process's relay, the collection and the id.

    Fifty that ask for the last room at once would otherwise take fifty rounds of losing, and some
    of them would be turned away although there is room.
    """
    line = _lines.setdefault(key, _Line())
    line.length += 1
    try:
        with line.lock:
            yield
    finally:
        line.length -= 1
        if not line.length:
            _lines.pop(key, None)


def _answered_creation(entry: Entry, request: RequestKey | None) -> None:
    """Find the answer of a creation whose id is taken: the same request came before.

    A door that makes what it does not find runs again instead, and finds it.
    """
    found = entry.repository.store.read(entry.repository.collection, [entry.aggregate.id])
    document = found.get(entry.aggregate.id)
    if document is None:
        return
    if request is not None:
        _replay_from(document.get("_requests", ()), request)
    if not entry.looked_for:
        raise Conflict("It exists already.")


def _replay(session: Session, request: RequestKey | None) -> None:
    if request is not None:
        for aggregate in session.loaded():
            _replay_from(bookkeeping(aggregate).requests, request)


def _replay_from(kept: Any, request: RequestKey) -> None:
    for each in kept:
        if each["key"] == request.key and is_fresh(each):
            if "answer" not in each:
                raise AlreadyDone("This was done before; its answer is not kept any more.")
            if each["body"] != request.body:
                raise IdempotencyKeyReused("The Idempotency-Key came with another body before.")
            raise Replayed(Answer(each["status"], each["answer"], each["headers"]))


def _kept(request: RequestKey, answer: Answer) -> dict[str, Any]:
    return {
        "key": request.key,
        "body": request.body,
        "status": answer.status,
        "answer": answer.body,
        "headers": answer.headers,
        "at": real_now(),
    }
