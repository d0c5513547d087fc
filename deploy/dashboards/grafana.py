"""``deploy/grafana/dashboards``: what Grafana shows, as the JSON that it is provisioned with."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from deploy.dashboards.overview import OVERVIEW
from deploy.dashboards.panel import Panel, Row
from deploy.dashboards.service import SERVICE
from deploy.local.services import MODULES

PROMETHEUS = "prometheus"
"""Identity of the datasource, as deploy/grafana/provisioning/datasources has it."""
SCHEMA_VERSION = 39
"""Of a dashboard's JSON, as Grafana 11 writes it; later ones read it."""
COLUMNS = 24
"""Of Grafana's grid."""
_HEIGHTS = {"row": 1, "stat": 4, "timeseries": 8}
_WIDTHS = {"row": COLUMNS, "stat": 4, "timeseries": 8}


@dataclass(frozen=True)
class Dashboard:
    """A page of Grafana.

    Attributes:
        uid: Its identity, and the name of its file.
        title: What it is called.
        rows: From the top down.
        variable: Whether one service is chosen, as ``$service``.
    """

    uid: str
    title: str
    rows: tuple[Row, ...]
    variable: bool = False


DASHBOARDS = (
    Dashboard("zirve-overview", "Zirve: overview", OVERVIEW),
    Dashboard("zirve-service", "Zirve: one service", SERVICE, variable=True),
)


def written(dashboard: Dashboard) -> str:
    """Return a dashboard's file."""
    whole = {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "tags": ["zirve"],
        "editable": False,
        "graphTooltip": 1,
        "links": [_link(each) for each in DASHBOARDS if each is not dashboard],
        "panels": list(_placed(dashboard.rows)),
        "refresh": "30s",
        "schemaVersion": SCHEMA_VERSION,
        "templating": {"list": [_variable()] if dashboard.variable else []},
        "time": {"from": "now-3h", "to": "now"},
        "timezone": "browser",
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _placed(rows: Iterable[Row]) -> Iterable[dict[str, Any]]:
    """Put panels beside each other, as long as there is room, then below."""
    number = top = 0
    for row in rows:
        number += 1
        yield {"id": number, **_place("row", 0, top), "title": row.title, "collapsed": False}
        top += _HEIGHTS["row"]
        left = height = 0
        for panel in row.panels:
            if left + _WIDTHS[panel.kind] > COLUMNS:
                left, top = 0, top + height
            number += 1
            yield {"id": number, **_place(panel.kind, left, top), **_panel(panel)}
            left += _WIDTHS[panel.kind]
            height = _HEIGHTS[panel.kind]
        top += height


def _place(kind: str, left: int, top: int) -> dict[str, Any]:
    return {
        "type": kind,
        "gridPos": {"x": left, "y": top, "w": _WIDTHS[kind], "h": _HEIGHTS[kind]},
    }


def _panel(panel: Panel) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": PROMETHEUS}
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.red_from is not None:
        steps.append({"color": "red", "value": panel.red_from})
    if panel.green_from is not None:
        steps = [{"color": "red", "value": None}, {"color": "green", "value": panel.green_from}]
    thresholds = {"mode": "absolute", "steps": steps}
    defaults = {"unit": panel.unit, "min": 0, "thresholds": thresholds}
    targets = [
        {"refId": chr(ord("A") + place), "datasource": source, "expr": expr, "legendFormat": legend}
        for place, (legend, expr) in enumerate(panel.queries.items())
    ]
    return {
        "title": panel.title,
        "description": panel.meaning,
        "datasource": source,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": _OPTIONS[panel.kind],
        "targets": targets,
    }


_OPTIONS: dict[str, dict[str, Any]] = {
    "stat": {
        "colorMode": "background",
        "graphMode": "none",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
    },
    "timeseries": {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
}


def _variable() -> dict[str, Any]:
    options = [{"text": name, "value": name, "selected": False} for name in MODULES]
    options[0]["selected"] = True
    return {
        "name": "service",
        "label": "service",
        "type": "custom",
        "query": ",".join(MODULES),
        "options": options,
        "current": options[0],
        "multi": False,
        "includeAll": False,
    }


def _link(dashboard: Dashboard) -> dict[str, Any]:
    return {
        "type": "link",
        "title": dashboard.title,
        "url": f"/d/{dashboard.uid}",
        "keepTime": True,
    }
