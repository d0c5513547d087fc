"""Check all files that are deployed, offline: ``python -m deploy.manifests``."""

import argparse
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from deploy.local.layout import REPOSITORY


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is wrong; returns 1 when something is, else 0."""
    parser = argparse.ArgumentParser(prog="python -m deploy.manifests", description=__doc__)
    parser.add_argument("--root", type=Path, default=REPOSITORY, help="checkout to look at")
    options = parser.parse_args(arguments)
    warnings.filterwarnings("ignore", message="\\nEventlet is deprecated")
    from deploy.manifests import compose, dockerfile, grafana, kubernetes, prometheus

    checks = (dockerfile, compose, kubernetes, prometheus, grafana)
    found = [problem for each in checks for problem in each.problems(options.root)]
    for problem in found:
        print(problem, file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
