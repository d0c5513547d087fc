"""All pages that follow from the code."""

import json
from pathlib import Path
from typing import Any

from deploy.dashboards.grafana import DASHBOARDS, written
from deploy.docs import alarms, metrics, settings
from deploy.docs.catalogue import catalogue
from deploy.local.services import MODULES
from shared.launcher import service_class
from shared.service import topology_of
from shared.web.openapi import document


def pages(root: Path) -> dict[Path, str]:
    """Return the text of each page, by its path below a checkout; nothing is started."""
    services: dict[str, Any] = {name: service_class(module) for name, module in MODULES.items()}
    # The ladder has no part in what is heard; any will do.
    heard = {name: topology_of(each, (1,)).heard for name, each in services.items()}
    found = {root / "docs" / "events.md": catalogue(heard)}
    for name, each in services.items():
        described = json.dumps(document(each), indent=2, ensure_ascii=False)
        found[root / "docs" / "api" / f"{name}.json"] = described + "\n"
    found[root / "docs" / "operations" / "metrics.md"] = metrics.page()
    for each in DASHBOARDS:
        place = root / "deploy" / "grafana" / "dashboards" / f"{each.uid}.json"
        found[place] = written(each)
    found[alarms.place(root)] = alarms.resource()
    found[settings.place(root)] = settings.example()
    return found
