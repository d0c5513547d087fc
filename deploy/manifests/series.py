"""Which series there are, so that no rule and no dashboard asks for one that nobody gives."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from deploy.contracts.language import contracts
from deploy.docs.metrics import Exposed, of_a_process, of_a_service, of_python
from deploy.local.services import MODULES
from deploy.manifests.promql import Query
from shared.launcher import service_class
from shared.service import repositories_of
from shared.web.builtin import BuiltIn
from shared.web.door import doors_of

SCRAPED = {"job", "instance"}
"""Labels that Prometheus adds to whatever it scrapes."""
PROMETHEUS = {"up"}
"""What Prometheus itself notes of a target."""
RABBITMQ = {
    "rabbitmq_disk_space_available_bytes",
    "rabbitmq_disk_space_available_limit_bytes",
    "rabbitmq_process_resident_memory_bytes",
    "rabbitmq_resident_memory_limit_bytes",
}
"""What is used of the broker's plugin.

Source:
    rabbitmq-server, deps/rabbitmq_prometheus/metrics.md.
"""
FATES = {"published", "handled", "retried", "parked", "replayed", "dropped", "fired", "failed"}


@dataclass
class Series:
    """All that can be asked for.

    Attributes:
        labels: Names of a series' labels, by the series' name.
        values: Values that a label can have, by the label's name, where they are known.
    """

    labels: dict[str, set[str]] = field(default_factory=dict)
    values: dict[str, set[str]] = field(default_factory=dict)

    def wrong_in(self, query: Query) -> Iterator[str]:
        """Tell what a query asks for in vain."""
        known: set[str] = set(SCRAPED)
        for selector in query.selectors:
            labels = self.labels.get(selector.name)
            if labels is None:
                yield f"there is no {selector.name}"
                continue
            known |= labels
            for label in {name for name, _ in selector.matchers} - labels:
                yield f"{selector.name} has no label {label}"
            for label, value in selector.values():
                if value not in self.values.get(label, {value}):
                    yield f"{label} is never {value!r}"
        if any(each.name not in self.labels for each in query.selectors):
            return
        for label in query.grouped_by - known:
            yield f"nothing in it has the label {label}"


def known() -> Series:
    """Return the series that the code, Prometheus and the broker give."""
    series = Series()
    exposed: tuple[Exposed, ...] = (*of_a_process(), *of_a_service())
    for each in exposed:
        for name in each.series:
            bucket = {"le"} if name.endswith("_bucket") else set()
            series.labels[name] = SCRAPED | set(each.labels) | bucket
    for name in (*of_python(), *PROMETHEUS, *RABBITMQ):
        series.labels[name] = set(SCRAPED)
    kinds: list[Any] = [service_class(module) for module in MODULES.values()]
    repositories = [each for kind in kinds for each in repositories_of(kind)]
    series.values = {
        "job": {*MODULES, "rabbitmq"},
        "event": {each.__name__ for each in contracts()},
        "fate": FATES,
        "to": {"database", "broker", "consumer"},
        "door": {door.name for kind in (BuiltIn, *kinds) for door in doors_of(kind)},
        "collection": {each.collection for each in repositories},
        "state": {state for each in repositories for state in each.counted_states},
    }
    return series
