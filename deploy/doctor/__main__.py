"""Say what is wrong with an installation: ``python -m deploy.doctor --api travel=https://…``.

What is imported here needs no packages, since they may be what is missing.
"""

import argparse
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from deploy.local.doctor import examine, packages_missing, report
from deploy.local.environment import given
from deploy.local.layout import REPOSITORY, Layout
from deploy.local.ports import API_PORTS, LOOPBACK
from deploy.local.state import Processes


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was looked at; returns 1 when something of it is wrong."""
    options = _parser().parse_args(arguments)
    findings = examine(options.data)
    if not packages_missing():
        warnings.filterwarnings("ignore", message="\\nEventlet is deprecated")
        from deploy.doctor.installation import examine as examine_installation

        found = examine_installation(*_addresses(options))
        findings += found
    troubles = report(findings)
    print(f"\n{troubles} of {len(findings)} are in trouble." if troubles else "\nAll is well.")
    return int(bool(troubles))


def _addresses(options: argparse.Namespace) -> tuple[str | None, str | None, dict[str, str]]:
    """Return broker, database and APIs: those that are given, else those that run here."""
    amqp_uri, mongo_uri, apis = given("AMQP_URI"), given("MONGO_URI"), dict(options.api)
    if amqp_uri or mongo_uri or apis:
        return amqp_uri, mongo_uri, apis
    running = {
        each.name: each for each in Processes(Layout(options.data.resolve()).run).all_alive()
    }
    if broker := running.get("broker"):
        amqp_uri = f"amqp://guest:guest@{LOOPBACK}:{broker.ports['amqp']}/"
    if database := running.get("database"):
        mongo_uri = f"mongodb://{LOOPBACK}:{database.ports['mongodb']}/?replicaSet=rs0"
    if running:
        last = {name: running.get(f"{name}-1") for name in API_PORTS}
        apis = {
            name: f"http://{LOOPBACK}:{entry.ports['http'] if entry else API_PORTS[name]}"
            for name, entry in last.items()
        }
    return amqp_uri, mongo_uri, apis


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.doctor", description=__doc__)
    parser.add_argument("--data", type=Path, default=REPOSITORY / "var", help="of what runs here")
    parser.add_argument(
        "--api", action="append", default=[], type=_api, metavar="SERVICE=URL", help="given again"
    )
    return parser


def _api(text: str) -> tuple[str, str]:
    service, _, url = text.partition("=")
    if service not in API_PORTS or not url:
        raise argparse.ArgumentTypeError(f"{text}: travel=https://… is expected")
    return service, url.rstrip("/")


if __name__ == "__main__":
    sys.exit(main())
