"""What a dashboard is made of: panels in rows, and the questions that they put to Prometheus."""

from dataclasses import dataclass
from typing import Literal

SERVICES = 'job=~"membership|events|travel|notification"'
BY_USERS = 'door!~"get_liveness|get_readiness|get_metrics"'
"""Doors that are not asked by whatever watches the processes."""
_INTERVAL = "$__rate_interval"


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A graph, or a number.

    Attributes:
        title: What it shows.
        meaning: What to make of it.
        unit: As Grafana names it.
        queries: PromQL by legend.
        kind: ``stat`` is a number with a colour.
        red_from: From this value on it is red.
        green_from: Below this value it is red.
    """

    title: str
    meaning: str
    unit: str
    queries: dict[str, str]
    kind: Literal["timeseries", "stat"] = "timeseries"
    red_from: float | None = None
    green_from: float | None = None


@dataclass(frozen=True)
class Row:
    """Panels below one heading."""

    title: str
    panels: tuple[Panel, ...]


def now(
    gauge: str, title: str, meaning: str, *, unit: str = "short", red_from: float | None = None
) -> Panel:
    """Show a gauge of the services as numbers; all processes of one say the same."""
    query = {"{{job}}": f"max by (job) ({gauge})"}
    return Panel(
        title=title, meaning=meaning, unit=unit, queries=query, kind="stat", red_from=red_from
    )


def quantile(share: float, histogram: str, by: str, where: str) -> str:
    """Return the query for the value that a share of a histogram's values does not exceed."""
    by_bucket = f"sum by ({by}, le) (rate({histogram}_bucket{{{where}}}[{_INTERVAL}]))"
    return f"histogram_quantile({share}, {by_bucket})"


def rate(counter: str, by: str, where: str) -> str:
    """Return the query for how much a counter rises a second, over all processes."""
    return f"sum by ({by}) (rate({counter}{{{where}}}[{_INTERVAL}]))"


def mean(histogram: str, by: str, where: str) -> str:
    """Return the query for the mean of a histogram's values."""
    return f"{rate(f'{histogram}_sum', by, where)} / {rate(f'{histogram}_count', by, where)}"
