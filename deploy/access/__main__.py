"""Write the broker's definitions, or make the database's users: ``python -m deploy.access``."""

import argparse
import json
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.access.accounts import (
    ADMINISTRATOR,
    BACKUP,
    MONITOR,
    PasswordsMissing,
    passwords,
    variable,
)
from deploy.access.broker import definitions
from deploy.access.database import grant
from deploy.access.first_node import NotReady, as_administrator, begin
from deploy.local.environment import given
from deploy.local.services import MODULES


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; returns the exit code."""
    options = _parser().parse_args(arguments)
    return SERVERS[options.server](options)


def broker(options: argparse.Namespace) -> int:
    """Write RabbitMQ's definitions.json; passwords come from BROKER_PASSWORD_<ACCOUNT>."""
    warnings.filterwarnings("ignore", message="\\nEventlet is deprecated")
    from shared.config import Settings
    from shared.launcher import service_class
    from shared.service import topology_of

    known = passwords("BROKER", MODULES)
    if monitor := given("BROKER_PASSWORD_MONITOR"):
        known[MONITOR] = monitor
    ladder = Settings.from_environment().RETRY_LADDER_SECONDS
    topologies = [topology_of(service_class(module), ladder) for module in MODULES.values()]
    text = json.dumps(definitions(topologies, known, options.vhost), indent=2)
    if options.output is None:
        print(text)
        return 0
    # Under its name when it is complete: a broker that starts meanwhile reads all of it or none.
    draft = options.output.with_suffix(".draft")
    draft.write_text(text + "\n")
    draft.replace(options.output)
    return 0


def database(options: argparse.Namespace) -> int:
    """Make MongoDB's roles and users; passwords come from DATABASE_PASSWORD_<ACCOUNT>."""
    known = passwords("DATABASE", MODULES)
    if password := given("DATABASE_PASSWORD_BACKUP"):
        known[BACKUP] = password
    uri = given("MONGO_URI")
    if uri is None:
        print("MONGO_URI must name a user that may make users and roles.", file=sys.stderr)
        return 1
    administrator = known.pop(ADMINISTRATOR, None)
    try:
        with _client(uri, options.first_node, administrator) as client:
            grant(client, {name: name for name in MODULES}, known)
    except (PyMongoError, OSError, NotReady) as error:
        print(f"The database did not take it: {error}", file=sys.stderr)
        return 1
    print(f"Users: {', '.join(known)}.")
    return 0


def _client(
    uri: str, first_node: str | None, administrator: str | None
) -> MongoClient[dict[str, Any]]:
    if first_node is None:
        return MongoClient(uri)
    if administrator is None:
        raise PasswordsMissing(f"A first node needs {variable('DATABASE', ADMINISTRATOR)}.")
    begin(uri, first_node, administrator)
    return as_administrator(uri, administrator)


SERVERS = {"broker": broker, "database": database}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.access", description=__doc__)
    servers = parser.add_subparsers(dest="server", required=True)
    definitions_of = servers.add_parser("broker", help=broker.__doc__)
    definitions_of.add_argument("--vhost", default="/", help="virtual host of this installation")
    definitions_of.add_argument("--output", type=Path, help="file to write, else standard output")
    users_of = servers.add_parser("database", help=database.__doc__)
    users_of.add_argument(
        "--first-node",
        metavar="HOST:PORT",
        help="make a new server the first node of a replica set, known to clients as this, with an"
        " administrator; MONGO_URI leads to it over its own loopback interface, without an account",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
