"""Counts and seconds per door and per event, for Prometheus.

Every process gives its own numbers; what tells services and processes apart is the scraper's
``job`` and ``instance``. Labels are bound once, so that counting costs some microseconds.
"""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import accumulate

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client import generate_latest as generated
from prometheus_client.core import HistogramMetricFamily

from shared.ids import milliseconds_of
from shared.messaging.received import Fate, Received
from shared.observability.gauges import Gauges

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 300)
_HANDLER_SECONDS = (0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30)
_LAG_SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 86_400)

disable_created_metrics()  # type: ignore[no-untyped-call]  # They double the text and nobody looks at them.
_requests = Counter("zirve_http_requests_total", "Requests answered.", ["door", "status"])
_request_seconds = Histogram(
    "zirve_http_request_seconds", "Seconds to answer a request.", ["door"], buckets=_SECONDS
)
in_hand = Gauge("zirve_http_requests_in_hand", "Requests being handled now.")
_events = Counter("zirve_events_total", "Events by what became of them.", ["event", "fate"])
_batch_size = Histogram("zirve_batch_messages", "Messages in a batch.", buckets=_SIZES)
_batch_seconds = Histogram("zirve_batch_seconds", "Seconds to handle a batch.", buckets=_SECONDS)
_timers = Counter("zirve_timers_total", "Timers by what became of them.", ["timer", "fate"])


class EventSeconds:
    """A histogram of seconds by event that takes many values at once.

    prometheus_client's own takes 2.5 µs for each, this one 0.2.

    It is written and read by green threads, none of which is interrupted here.

    Attributes:
        labels: Names of its labels.
    """

    labels = ("event",)

    def __init__(self, name: str, text: str, bounds: tuple[float, ...]) -> None:
        self._name, self._text, self._bounds = name, text, bounds
        self._edges = [*map(str, map(float, bounds)), "+Inf"]
        self._seen: dict[str, list[float]] = {}
        REGISTRY.register(self)

    def observe(self, event: str, values: Sequence[float]) -> None:
        """Count values."""
        if not values:
            return
        seen = self._seen.get(event)
        if seen is None:
            # By bucket, then all seconds.
            seen = self._seen[event] = [0.0] * (len(self._edges) + 1)
        bounds = self._bounds
        for seconds in values:
            seen[bisect_left(bounds, seconds)] += 1
            seen[-1] += seconds

    def collect(self) -> Iterable[HistogramMetricFamily]:
        """Give it as Prometheus wants it: each bucket with all below it."""
        family = HistogramMetricFamily(self._name, self._text, labels=self.labels)
        for event, (*counts, total) in self._seen.items():
            buckets = list(zip(self._edges, accumulate(counts), strict=True))
            family.add_metric([event], buckets, total)
        yield family


_handler_seconds = EventSeconds(
    "zirve_event_handler_seconds", "Seconds in the handler of an event.", _HANDLER_SECONDS
)
_lag_seconds = EventSeconds(
    "zirve_event_lag_seconds", "Seconds from recording an event to having handled it.", _LAG_SECONDS
)


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


def batch(messages: Sequence[Received], seconds: float) -> None:
    """Count a batch of messages that was handled."""
    _batch_size.observe(len(messages))
    _batch_seconds.observe(seconds)
    now = time.time()
    by_name: dict[str, list[Received]] = {}
    for message in messages:
        by_name.setdefault(_name(message), []).append(message)
    for name, some in by_name.items():
        done = [message for message in some if message.fate is Fate.DONE]
        if done:
            _fate_counter(name, "handled").inc(len(done))
        _handler_seconds.observe(name, [m.seconds for m in some if m.event is not None])
        _lag_seconds.observe(name, _ages(done, now))


def _ages(messages: Sequence[Received], now: float) -> list[float]:
    """Return the seconds since events were recorded, of those of which that can be known."""
    ages = []
    for message in messages:
        envelope = message.envelope
        # What is said again is as old as it was the first time.
        if envelope and not envelope.restatement and (at := milliseconds_of(envelope.id)):
            ages.append(max(0.0, now - at / 1000))
    return ages


def retried(message: Received) -> None:
    """Count a message that went up the retry ladder."""
    _fate_counter(_name(message), "retried").inc()


def parked(message: Received) -> None:
    """Count a message that was parked."""
    _fate_counter(_name(message), "parked").inc()


def closed(event: str, fate: str) -> None:
    """Count a dead letter that was replayed or dropped."""
    _fate_counter(event, fate).inc()


def timer(kind: str, fate: str) -> None:
    """Count a timer that has fired or failed."""
    _timers.labels(kind, fate).inc()


def _name(message: Received) -> str:
    # Only names that we subscribe to: whoever may publish must not be able to make labels.
    subscription = message.subscription
    return subscription.contract.__name__ if subscription else "unknown"


def rendered(gauges: Gauges | None = None) -> bytes:
    """Return all metrics as Prometheus reads them."""
    text = generated(REGISTRY)
    if gauges is None:
        return text
    return text + generated(gauges)
