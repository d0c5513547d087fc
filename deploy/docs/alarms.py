"""The alarms as the Prometheus operator takes them, from the file that Prometheus reads."""

import textwrap
from pathlib import Path

from deploy.local.layout import REPOSITORY

RULES = Path("deploy", "prometheus", "rules", "zirve.yml")
_HEAD = f"""\
# Written by `make docs` from {RULES}, where the rules are changed and tested.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: zirve
spec:
"""


def place(root: Path) -> Path:
    """Return where the resource lies below a checkout."""
    return root / "deploy" / "kubernetes" / "overlays" / "production" / "alarms.yaml"


def resource() -> str:
    """Return the resource, comments of the rules included."""
    return _HEAD + textwrap.indent((REPOSITORY / RULES).read_text(encoding="utf-8"), "  ")
