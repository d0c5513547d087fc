"""The domain's clock: real time plus an offset that a demonstration or a test may set.

It moves deadlines, reminders and validity. Leases, retries, heartbeats and the expiry of tokens
use real time (``real_now``), so that nobody can lock himself out by setting it.
"""

import threading
from datetime import UTC, datetime, timedelta


class Clock:
    """One process's view of the offset that its database holds.

    Attributes:
        offset: Domain time minus real time.
        generation: Rises by one whenever the offset is set.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.offset = timedelta(0)
        self.generation = 0

    def move(self, offset: timedelta, generation: int) -> None:
        """Adopt an offset unless a newer one was adopted already."""
        with self._lock:
            if generation > self.generation:
                self.offset, self.generation = offset, generation

    def now(self) -> datetime:
        """Return the domain's time, UTC, cut to the millisecond that a document can hold."""
        return cut(datetime.now(UTC) + self.offset)


CLOCK = Clock()
"""The clock of this process."""


def utc_now() -> datetime:
    """Return the domain's time, UTC, cut to the millisecond."""
    return CLOCK.now()


def real_now() -> datetime:
    """Return real time, UTC, cut to the millisecond."""
    return cut(datetime.now(UTC))


def cut(moment: datetime) -> datetime:
    """Cut an instant to the millisecond, which is what MongoDB stores."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
