"""What is open now, looked up when somebody scrapes.

Counters tell what a process has done. These tell how its service stands, from the database and the
broker, so every process of a service gives the same number: the maximum over them is meant, never
the sum. ``zirve_connected`` and ``zirve_broker_blocks`` are the process's own.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Final

from prometheus_client.core import GaugeMetricFamily

log = logging.getLogger(__name__)

CONNECTED: Final = "zirve_connected"
BROKER_BLOCKS: Final = "zirve_broker_blocks"
OUTBOX: Final = "zirve_outbox_events"
OLDEST_OUTBOX: Final = "zirve_outbox_oldest_seconds"
WAITING: Final = "zirve_waiting"
TIMERS_DUE: Final = "zirve_timers_due"
OLDEST_TIMER: Final = "zirve_timers_oldest_seconds"
AGGREGATES: Final = "zirve_aggregates"
QUEUES: Final = {
    "in": "zirve_queue_in_messages",
    "retry": "zirve_queue_retry_messages",
    "parked": "zirve_queue_parked_messages",
    "unrouted": "zirve_queue_unrouted_messages",
}

Reading = tuple[str, tuple[str, ...], float]
"""Name of a gauge, values of its labels, and what it is."""

GAUGES: dict[str, tuple[str, tuple[str, ...]]] = {
    CONNECTED: ("1 when the process has what it needs, else 0.", ("to",)),
    BROKER_BLOCKS: ("1 while the broker, short of memory or disk, takes no event, else 0.", ()),
    OUTBOX: ("Events that are stored and not known to be published.", ()),
    OLDEST_OUTBOX: ("Age of the oldest event that is not known to be published.", ()),
    WAITING: ("Aggregates that wait for a fact.", ()),
    QUEUES["in"]: ("Messages that are ready in the inbox.", ()),
    QUEUES["retry"]: ("Messages on the retry ladder.", ()),
    QUEUES["parked"]: ("Messages that are parked, open dead letters among them.", ()),
    QUEUES["unrouted"]: ("Published events that nobody is bound to, of the last 14 days.", ()),
    TIMERS_DUE: ("Timers that are due and have not fired; 1,000 of a collection at most.", ()),
    OLDEST_TIMER: ("Seconds since the first of them was due, by the domain's clock.", ()),
    AGGREGATES: (
        "Aggregates in a state that does not last; 10,000 at most.",
        ("collection", "state"),
    ),
}
"""Help text and labels of each gauge, by name."""


class Gauges:
    """Gives the gauges of one process.

    Args:
        look: Reads them, the surest first; may raise on its way.
    """

    def __init__(self, look: Callable[[], Iterable[Reading]]) -> None:
        self._look = look

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Give what can be had; what cannot is missing, which ``zirve_connected`` explains."""
        families = {
            name: GaugeMetricFamily(name, text, labels=labels)
            for name, (text, labels) in GAUGES.items()
        }
        try:
            for name, labels, value in self._look():
                families[name].add_metric(labels, value)
        except Exception as error:  # noqa: BLE001 - the other metrics must be given all the same
            log.warning("metrics incomplete", extra={"reason": type(error).__name__})
        return [each for each in families.values() if each.samples]
