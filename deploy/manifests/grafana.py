"""``deploy/grafana``: dashboards that ask for what exists, of a datasource that is provisioned."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from deploy.manifests import promtool
from deploy.manifests.prometheus import hosts
from deploy.manifests.promql import read
from deploy.manifests.series import known

FOLDER = Path("deploy/grafana")
_VARIABLES = {"$__rate_interval": "1m", "$service": "travel"}
"""What Grafana puts in, and something that may stand there."""


def problems(root: Path) -> list[str]:
    """Return what is wrong with the files below a checkout."""
    if not promtool.is_there():
        return [promtool.HOW_TO_GET_IT]
    folder = root / FOLDER
    paths = sorted(folder.glob("dashboards/*.json"))
    if not paths:
        return [f"{FOLDER}: there are no dashboards"]
    provisioned = _provisioned(folder)
    sources = {each["uid"]: each["type"] for each in provisioned}
    found = [f"{FOLDER}: {each}" for each in _unreachable(provisioned, hosts(root))]
    for path in paths:
        dashboard = json.loads(path.read_text(encoding="utf-8"))
        found += [f"{path.relative_to(root)}: {each}" for each in _in(dashboard, sources)]
        if dashboard["uid"] != path.stem:
            found.append(f"{path.relative_to(root)}: its uid is {dashboard['uid']!r}")
    return found


def _provisioned(folder: Path) -> list[dict[str, Any]]:
    """Return the datasources."""
    return [
        each
        for path in sorted(folder.glob("provisioning/datasources/*.yml"))
        for each in yaml.safe_load(path.read_text(encoding="utf-8"))["datasources"]
    ]


def _unreachable(provisioned: list[dict[str, Any]], known_hosts: set[str] | None) -> Iterator[str]:
    for each in provisioned:
        host = urlsplit(each["url"]).hostname
        if known_hosts is not None and host not in known_hosts:
            yield f"docker-compose.yml has no service {host} for the datasource {each['uid']}"


def _in(dashboard: dict[str, Any], sources: dict[str, str]) -> Iterator[str]:
    series = known()
    queries = {}
    yield from _overlapping(dashboard["panels"])
    for panel in dashboard["panels"]:
        if panel["type"] == "row":
            continue
        title = panel["title"]
        if not panel.get("description"):
            yield f"{title!r} does not say what it means"
        for target in panel["targets"]:
            source = target["datasource"]
            if sources.get(source["uid"]) != source["type"]:
                yield f"{title!r}: there is no datasource {source['uid']!r}"
            query = _without_variables(target["expr"])
            queries[f"panel_{panel['id']}_{target['refId']}"] = query
            for problem in series.wrong_in(read(query)):
                yield f"{title!r}: {problem}"
    yield from _malformed(queries)


def _overlapping(panels: list[dict[str, Any]]) -> Iterator[str]:
    taken: dict[tuple[int, int], str] = {}
    for panel in panels:
        title, squares = panel["title"], set(_squares(panel["gridPos"]))
        for below in sorted({taken[each] for each in squares & taken.keys()}):
            yield f"{title!r} lies upon {below!r}"
        taken |= dict.fromkeys(squares, title)


def _squares(place: dict[str, int]) -> Iterator[tuple[int, int]]:
    for x in range(place["x"], place["x"] + place["w"]):
        for y in range(place["y"], place["y"] + place["h"]):
            yield x, y


def _without_variables(query: str) -> str:
    for name, value in _VARIABLES.items():
        query = query.replace(name, value)
    return query


def _malformed(queries: dict[str, str]) -> list[str]:
    """Have promtool read the queries, as if they were rules."""
    rules = [{"record": name, "expr": query} for name, query in queries.items()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "queries.yml"
        path.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
        return promtool.problems("check", "rules", "--lint=none", path)
