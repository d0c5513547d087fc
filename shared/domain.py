"""Event and Aggregate: the only base classes that a domain knows."""

from dataclasses import MISSING, dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from shared import heard


def personal(*, default: Any = MISSING) -> Any:
    """Mark a contract's field as personal data, which an erasure redacts."""
    if default is MISSING:
        return field(metadata={"personal": True})
    return field(default=default, metadata={"personal": True})


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact that one service publishes; every contract derives from it.

    The publisher is the module that states the contract (``shared.contracts.membership``), the
    routing key is the class name: nothing has to be kept in step.

    Attributes:
        occurred_at: When it became true, on the domain's clock, UTC, cut to milliseconds.
    """

    restricted: ClassVar[bool] = False
    """Carries contact data: never logged, fed or sent to subscribers outside."""

    occurred_at: datetime

    def __init_subclass__(cls, *, restricted: bool = False) -> None:
        cls.restricted = restricted

    @classmethod
    def publisher(cls) -> str:
        """Name the service that states this contract: ``shared.contracts.<publisher>``."""
        return cls.__module__.split(".")[2]

    @property
    def sequence(self) -> int:
        """The event's place among those of its aggregate: 1, 2, 3 …; 0 before it is published."""
        number: int = self.__dict__.get("_sequence", 0)
        return number


def numbered(event: Event, sequence: int) -> Event:
    """Note on a received event its place among those of its aggregate; returns the same event."""
    event.__dict__["_sequence"] = sequence
    return event


@dataclass(slots=True)
class Timer:
    """Work that an aggregate has set itself for later.

    Attributes:
        kind: Which method of the service is called; an aggregate has one timer per kind.
        due_at: When, on the domain's clock, UTC.
        tries: How often it was begun; what was begun and is still here has failed so far.
        again_at: Nobody tries it again before, real time, UTC; ``None`` when nobody has tried.
        set_by: Trace context of the change that has set it; empty until that is saved, ``None``
            when it is not known.
    """

    kind: str
    due_at: datetime
    tries: int = 0
    again_at: datetime | None = None
    set_by: str | None = None


@dataclass(slots=True)
class Bookkeeping:
    """What the chassis keeps in an aggregate's document beside its state.

    Attributes:
        version: Number of saves; the optimistic lock.
        sequence: Sequence number of the last event recorded.
        heard: By source aggregate, the sequence numbers applied, in runs (``shared.heard``).
        news: By group of fields copied from elsewhere, the sequence number that set them.
        timers: What is due later, one per kind.
        waiting_for: Facts that are needed and were not heard yet.
        requests: Answers given to requests with an Idempotency-Key, oldest first.
        outbox: Events that were stored and not yet known to be published, as loaded.
        recorded: Events recorded since it was loaded and not yet in an envelope.
        pending: Envelopes of this save, ready for the outbox.
    """

    version: int = 0
    sequence: int = 0
    heard: dict[str, list[int]] = field(default_factory=dict)
    news: dict[str, int] = field(default_factory=dict)
    timers: list[Timer] = field(default_factory=list)
    waiting_for: list[str] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    outbox: list[dict[str, Any]] = field(default_factory=list)
    recorded: list[Event] = field(default_factory=list)
    pending: list[dict[str, Any]] = field(default_factory=list)

    def has_heard(self, source: str, sequence: int) -> bool:
        """Tell whether this event of that source aggregate was applied already."""
        runs = self.heard.get(source)
        return runs is not None and heard.has(runs, sequence)

    def is_too_old(self, source: str, sequence: int) -> bool:
        """Tell whether nobody can say any more whether the event was applied."""
        runs = self.heard.get(source)
        return runs is not None and heard.is_forgotten(runs, sequence)

    def hear(self, source: str, sequence: int) -> None:
        """Remember that the event was applied."""
        runs = self.heard.get(source)
        if runs is None:
            self.heard[source] = [sequence, sequence]
        elif not heard.has(runs, sequence):
            self.heard[source] = heard.added(runs, sequence)


@dataclass(kw_only=True, eq=False)
class Aggregate:
    """What is loaded, decided upon and saved as one.

    Subclasses are ``@dataclass(kw_only=True, eq=False)``; their fields are the state.

    Attributes:
        id: Its identity, unique among the aggregates of its kind, never used again.
    """

    id: str
    _book: Bookkeeping = field(init=False, repr=False, default_factory=Bookkeeping)

    @property
    def version(self) -> int:
        """Number of times it was saved; 0 when it is new."""
        return self._book.version

    @property
    def sequence(self) -> int:
        """Sequence number of its last event; 0 when there was none."""
        return self._book.sequence

    @property
    def waiting_for(self) -> frozenset[str]:
        """Facts from elsewhere that it needs and has not heard yet."""
        return frozenset(self._book.waiting_for)

    def record(self, event: Event) -> None:
        """Note a fact that became true; it is published once the aggregate is saved."""
        self._book.recorded.append(event)

    def is_news(self, event: Event, group: str | None = None) -> bool:
        """Tell whether no newer event has set these fields, and note the event's number if so.

        Events of one publisher can overtake one another, so whoever copies foreign state asks
        this before it overwrites.

        Args:
            event: An event received from the broker.
            group: The fields it sets; the event's class name when absent.
        """
        name = group or type(event).__name__
        if event.sequence < self._book.news.get(name, 0):
            return False
        self._book.news[name] = event.sequence
        return True

    def set_timer(self, kind: str, due_at: datetime) -> None:
        """Have the service's ``@timer(kind)`` called at that time; replaces one of that kind."""
        self.cancel_timer(kind)
        self._book.timers.append(Timer(kind, due_at, set_by=""))

    def cancel_timer(self, kind: str) -> None:
        """Forget the timer of that kind, if there is one."""
        self._book.timers = [timer for timer in self._book.timers if timer.kind != kind]

    def wait_for(self, what: str) -> None:
        """Note that a fact from elsewhere is missing; operators see what has waited for long."""
        if what not in self._book.waiting_for:
            self._book.waiting_for.append(what)

    def stop_waiting(self, what: str) -> None:
        """Note that the fact has come."""
        if what in self._book.waiting_for:
            self._book.waiting_for.remove(what)


def bookkeeping(aggregate: Aggregate) -> Bookkeeping:
    """Give the chassis access to what it keeps in an aggregate; not for services."""
    return aggregate._book
