"""A lane: what is asked for at the same moment is done together.

One call is under way; whoever comes meanwhile waits, and all that have waited go together next. A
lone caller never waits for company, so nothing is slower for it when there is little to do. What is
large by itself does not wait either: the database can work at several calls at once.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
CALLS_MOST = 3
"""Calls under way at once: more than a batch handler each would find nothing to do."""


@dataclass(slots=True, eq=False)
class _Caller(Generic[T]):
    """Who waits; a lock that is taken twice is the cheapest thing to wait at."""

    item: T
    size: int
    gate: threading.Lock = field(default_factory=threading.Lock)
    leads: bool = False


class Lane(Generic[T]):
    """Does the work of several callers in one call."""

    def __init__(self, work: Callable[[list[T]], None], most: int, large: int) -> None:
        """Make a lane.

        Args:
            work: Does all items together and notes on each what became of it; must not raise.
            most: Sum of sizes that go together at the most; one larger item goes by itself.
            large: Size from which an item begins a call although others are under way.
        """
        self._work = work
        self._most = most
        self._large = large
        self._waiting: deque[_Caller[T]] = deque()
        self._lock = threading.Lock()
        self._calls = 0

    def do(self, item: T, size: int) -> None:
        """Return when the item was done."""
        caller = None
        with self._lock:
            if self._calls and (size < self._large or self._calls == CALLS_MOST):
                caller = _Caller(item, size)
                caller.gate.acquire()
                self._waiting.append(caller)
            else:
                self._calls += 1
        if caller is not None:
            caller.gate.acquire()
            if not caller.leads:
                return
        else:
            # Those who were woken together with this one may come along: one turn of the hub.
            time.sleep(0)
        self._lead(item, size)

    def _lead(self, item: T, size: int) -> None:
        """Do one's own item and those of all who wait, then hand the lead to the next of them."""
        followers = []
        with self._lock:
            while self._waiting and size + self._waiting[0].size <= self._most:
                follower = self._waiting.popleft()
                followers.append(follower)
                size += follower.size
        try:
            self._work([item, *(each.item for each in followers)])
        finally:
            with self._lock:
                heir = None
                # Small ones go on in one call, where they find company.
                if self._waiting and (self._calls == 1 or self._waiting[0].size >= self._large):
                    heir = self._waiting.popleft()
                else:
                    self._calls -= 1
            if heir is not None:
                heir.leads = True
                heir.gate.release()
            for each in followers:
                each.gate.release()
