"""Counts and seconds per door and per event, for Prometheus.

Every process gives its own numbers; what tells services and processes apart is the scraper's
``job`` and ``instance``. Labels are bound once, so that counting costs some microseconds.
"""

from collections import Counter as Tally
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client import generate_latest as generated
from prometheus_client.core import GaugeMetricFamily

if TYPE_CHECKING:
    from shared.messaging.batch import Received

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 300)

disable_created_metrics()  # type: ignore[no-untyped-call]  # They double the text and nobody looks at them.
_requests = Counter("zirve_http_requests_total", "Requests answered.", ["door", "status"])
_request_seconds = Histogram(
    "zirve_http_request_seconds", "Seconds to answer a request.", ["door"], buckets=_SECONDS
)
in_hand = Gauge("zirve_http_requests_in_hand", "Requests being handled now.")
_events = Counter("zirve_events_total", "Events by what became of them.", ["event", "fate"])
_batch_size = Histogram("zirve_batch_messages", "Messages in a batch.", buckets=_SIZES)
_batch_seconds = Histogram("zirve_batch_seconds", "Seconds to handle a batch.", buckets=_SECONDS)


@cache
def _status_counter(door: str, status: int) -> Counter:
    return _requests.labels(door, str(status))


@cache
def _fate_counter(event: str, fate: str) -> Counter:
    return _events.labels(event, fate)


class DoorMeter:
    """Counts the requests of one door.

    Attributes:
        door: Its operation id.
        level: At which its requests are logged.
    """

    def __init__(self, door: str, level: int) -> None:
        self.door = door
        self.level = level
        self._observe: Callable[[float], None] = _request_seconds.labels(door).observe

    def answered(self, status: int, seconds: float) -> None:
        """Count an answer."""
        _status_counter(self.door, status).inc()
        self._observe(seconds)


def published(event: str) -> None:
    """Count an event that the broker has confirmed."""
    _fate_counter(event, "published").inc()


def batch(messages: Sequence["Received"], seconds: float) -> None:
    """Count a batch of messages that was handled."""
    _batch_size.observe(len(messages))
    _batch_seconds.observe(seconds)
    for (event, fate), number in Tally((_name(m), m.fate.name.lower()) for m in messages).items():
        if fate == "done":
            _fate_counter(event, "handled").inc(number)


def retried(message: "Received") -> None:
    """Count a message that went up the retry ladder."""
    _fate_counter(_name(message), "retried").inc()


def parked(message: "Received") -> None:
    """Count a message that was parked."""
    _fate_counter(_name(message), "parked").inc()


def closed(event: str, fate: str) -> None:
    """Count a dead letter that was replayed or dropped."""
    _fate_counter(event, fate).inc()


def _name(message: "Received") -> str:
    # Only names that we subscribe to: whoever may publish must not be able to make labels.
    subscription = message.subscription
    return subscription.contract.__name__ if subscription else "unknown"


class Alarms:
    """What an operator is woken for, looked up when somebody scrapes.

    Args:
        look: Returns, by name of the metric, its help text and value; may raise.
    """

    def __init__(self, look: Callable[[], dict[str, tuple[str, float]]]) -> None:
        self._look = look

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Give the numbers; none when they cannot be had, which is an alarm of its own."""
        try:
            found = self._look()
        except Exception:  # noqa: BLE001 - the other metrics must be given all the same
            found = {}
        for name, (text, value) in found.items():
            yield GaugeMetricFamily(name, text, value=value)


def rendered(alarms: Alarms | None = None) -> bytes:
    """Return all metrics as Prometheus reads them."""
    text = generated(REGISTRY)
    if alarms is None:
        return text
    return text + generated(alarms)
