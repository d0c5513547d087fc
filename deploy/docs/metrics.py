"""``docs/operations/metrics.md``: every metric that a process gives."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from deploy.docs.catalogue import table
from shared.observability import metrics
from shared.observability.gauges import GAUGES

_HEAD = """\
# Metrics

*Written by `make docs` from `shared/observability`; change that.*

Each process answers `GET /metrics`, best at its `ADMIN_PORT`, in Prometheus' text format. Which
service and which process a number is of, the scraper adds as `job` and `instance`; `job` is the
service's name in [deploy/prometheus/prometheus.yml](../../deploy/prometheus/prometheus.yml), which
also has the alarms. What to do when one comes is in the [runbooks](runbooks.md).

A counter starts at 0 with its process, and is there from its first event on; ask for its `rate`. A
histogram is three series, `…_bucket`, `…_sum` and `…_count`.
"""
_OF_A_PROCESS = """\
## Of a process

These are each process's own. The sum over them is the service's.
"""
_OF_A_SERVICE = """\
## Of a service

What is open now, read from database and broker when somebody scrapes. Every process of a service
says the same: take the maximum, never the sum. When the database is away, `zirve_connected` and
`zirve_broker_blocks` are all there is, and these two are the process's own.
"""
_LABELS = """\
## Labels

None has more values than the code has names: what comes from outside never makes one.
"""
_MEANINGS = {
    "collection": "collection of the service's database",
    "door": "operation of the service's [API](../api); `none` where there is no door",
    "event": "name of the [event](../events.md); `unknown` where the service has no handler for it",
    "fate": "of an event: `published`, `handled`, `retried` (it went up the retry ladder), "
    "`parked`, and of a dead letter `replayed` or `dropped`; of a timer: `fired` or `failed`",
    "state": "of the aggregates: of messages `intended` (to be sent), `held` (a fact is missing) "
    "and `failed` (the mail server refused them)",
    "status": "HTTP status of the answer",
    "timer": "kind of the timer",
    "to": "`database`; `broker`: the publishing connection; `consumer`: the consuming one",
}
_OF_PYTHON = """\
## Of Python

`process_*`, `python_info` and `python_gc_*` are those of [prometheus_client](
https://prometheus.github.io/client_python/collector/): memory (`process_resident_memory_bytes`),
processor time, open files, and when the process was started (`process_start_time_seconds`).
"""


@dataclass(frozen=True)
class Exposed:
    """A metric that a process gives.

    Attributes:
        name: With ``_total`` if it is a counter.
        kind: counter, gauge or histogram.
        labels: Names of its labels.
        text: What it is.
    """

    name: str
    kind: str
    labels: tuple[str, ...]
    text: str

    @property
    def series(self) -> tuple[str, ...]:
        """Names of its time series."""
        if self.kind == "histogram":
            return tuple(f"{self.name}_{part}" for part in ("bucket", "sum", "count"))
        return (self.name,)


def of_a_process() -> Iterator[Exposed]:
    """Give the counters, histograms and gauges that the code has registered."""
    for each in vars(metrics).values():
        if isinstance(each, MetricWrapperBase):
            labels: tuple[str, ...] = vars(each)["_labelnames"]
            (family,) = each.describe()
        elif isinstance(each, metrics.EventSeconds):
            labels = each.labels
            (family,) = each.collect()
        else:
            continue
        name = f"{family.name}_total" if family.type == "counter" else family.name
        yield Exposed(name, family.type, labels, family.documentation)


def of_a_service() -> Iterator[Exposed]:
    """Give the gauges that are looked up when somebody scrapes."""
    for name, (text, labels) in GAUGES.items():
        yield Exposed(name, "gauge", labels, text)


def of_python() -> frozenset[str]:
    """Return the names of the series that prometheus_client adds by itself."""
    return frozenset(
        sample.name
        for family in REGISTRY.collect()
        for sample in family.samples
        if family.name.startswith(("process_", "python_"))
    )


def page() -> str:
    """Return the page's text."""
    own, looked_up = list(of_a_process()), list(of_a_service())
    labels = {label for each in (*own, *looked_up) for label in each.labels}
    meanings = [(f"`{label}`", _MEANINGS[label]) for label in sorted(labels)]
    parts = [_HEAD, _OF_A_PROCESS, _table(own), _OF_A_SERVICE, _table(looked_up)]
    parts += [_LABELS, table(("label", "what it says"), meanings), _OF_PYTHON]
    return "\n".join(parts)


def _table(exposed: list[Exposed]) -> str:
    head = ("metric", "type", "labels", "unit", "what it is")
    return table(head, (_row(each) for each in exposed))


def _row(each: Exposed) -> tuple[str, ...]:
    labels = ", ".join(f"`{label}`" for label in each.labels)
    return f"`{each.name}`", each.kind, labels, _unit(each.name), each.text


def _unit(name: str) -> str:
    """Return what one is one of; a number without a unit is a count or a yes."""
    return "seconds" if name.endswith("_seconds") else "1"
