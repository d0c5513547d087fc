"""Take, verify and restore backups: ``python -m deploy.backup take --to DIR``."""

import argparse
import getpass
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pymongo.errors import PyMongoError

from deploy.backup import code, shelf
from deploy.backup.errors import BackupError
from deploy.backup.manifest import Manifest
from deploy.backup.snapshot import Client
from deploy.backup.taking import take
from deploy.local.api import Api
from deploy.local.environment import given
from deploy.local.errors import LocalError
from deploy.local.installation import Installation
from deploy.local.layout import REPOSITORY
from deploy.local.ports import API_PORTS

if TYPE_CHECKING:
    from deploy.backup.steps import Place

TOKEN = "OPERATOR_TOKEN"  # noqa: S105 - the name of a variable


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says.

    Returns:
        0 when it was done; 1 when it was not, with the reason on standard error.
    """
    options = _parser().parse_args(arguments)
    try:
        COMMANDS[options.command](options)
    except (BackupError, LocalError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except PyMongoError as error:
        # The text of some quotes documents.
        print(f"The database did not do it: {type(error).__name__}", file=sys.stderr)
        return 1
    return 0


def back_up(options: argparse.Namespace) -> None:
    """Write the four databases as they are at one instant to a new directory."""
    zirve = Installation(options.data)
    folder = options.to or shelf.new_on(options.within, datetime.now(UTC))
    began = time.monotonic()
    with Client(zirve.mongo_uri, tz_aware=True) as client:
        manifest = take(client, folder, {name: zirve.database(name) for name in API_PORTS})
    seconds = time.monotonic() - began
    size = sum(each.stat().st_size for each in folder.rglob("*.gz"))
    data = sum(part.data_bytes for part in manifest.parts)
    print(
        f"{folder}: as of {manifest.taken_at}, {manifest.documents} documents,"
        f" {data / 1e6:.1f} MB in {size / 1e6:.1f} MB, {seconds:.1f} s."
    )
    if options.within and options.keep:
        for each in shelf.make_room(options.within, options.keep):
            print(f"{each}: removed; newer ones are there.")


def verify(options: argparse.Namespace) -> None:
    """Read a backup and say what is damaged."""
    manifest = Manifest.read(options.source)
    manifest.verify(options.source)
    print(f"{options.source}: as of {manifest.taken_at}, {manifest.documents} documents, all well.")


def restore(options: argparse.Namespace) -> None:
    """Write a backup into empty databases; here also what comes before and afterwards."""
    services = options.service or list(API_PORTS)
    elsewhere = given("MONGO_URI") or given("AMQP_URI")
    if elsewhere:
        _place(Installation(options.data), services).write(options.source, drop=options.drop)
        print("Start the processes, then finish: `python -m deploy.backup finish --api …`.")
        return
    Manifest.read(options.source).verify(options.source)
    zirve = Installation(options.data)
    counts = dict.fromkeys(services, 0)
    for entry in zirve.running():
        service = entry.name.rpartition("-")[0]
        if service in counts:
            counts[service] += 1
    if any(counts.values()) and not options.drop:
        raise BackupError("Zirve runs here; restore with drop=yes to lose what it has.")
    # Services end, and broker and database start if they do not run.
    Installation(options.data, counts=dict.fromkeys(services, 0)).up()
    _place(zirve, services).write(options.source, drop=options.drop)
    again = {name: count or 1 for name, count in counts.items()}
    # Where they listened before; where `make up` has them listen, if they never did.
    ports = {} if any(counts.values()) else API_PORTS
    Installation(options.data, counts=again, ports=ports).up()
    finish(options)


def finish(options: argparse.Namespace) -> None:
    """Have everything said again when the processes run, and wait until it is handled."""
    zirve = Installation(options.data)
    token = given(TOKEN) or zirve.token("operator", subject=getpass.getuser())
    urls = dict(options.api) if options.api else {name: zirve.url(name) for name in API_PORTS}
    if missing := set(API_PORTS) - set(urls):
        raise BackupError(f"--api is missing for {', '.join(sorted(missing))}.")
    _place(zirve, API_PORTS).finish({name: Api(name, url, token) for name, url in urls.items()})


COMMANDS = {"take": back_up, "verify": verify, "restore": restore, "finish": finish}


def _place(zirve: Installation, services: Iterable[str]) -> "Place":
    code.service_classes()  # Before what follows is imported: it has eventlet's warning silenced.
    from deploy.backup.steps import Place

    databases = {name: zirve.database(name) for name in services}
    return Place(mongo_uri=zirve.mongo_uri, amqp_uri=zirve.amqp_uri, databases=databases)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.backup", description=__doc__)
    data = REPOSITORY / "var"
    commands = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        each = commands.add_parser(name, help=command.__doc__)
        each.add_argument("--data", type=Path, default=data, help="of the local installation")
        if name == "take":
            where = each.add_mutually_exclusive_group(required=True)
            where.add_argument("--to", type=Path, help="new directory")
            where.add_argument(
                "--within", type=Path, help="where one named for the instant is made"
            )
            each.add_argument(
                "--keep",
                type=_number,
                metavar="N",
                help="of those within, remove all but the newest",
            )
        elif name != "finish":
            each.add_argument("--from", dest="source", type=Path, required=True, help="backup")
        if name == "restore":
            each.add_argument("--drop", action="store_true", help="lose what is there")
            each.add_argument(
                "--service", action="append", choices=API_PORTS, help="only this one's database"
            )
        if name in ("restore", "finish"):
            each.add_argument(
                "--api", action="append", type=_api, metavar="SERVICE=URL", help="where it answers"
            )
    return parser


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text}: a number from 1 on is expected")
    return int(text)


def _api(text: str) -> tuple[str, str]:
    service, _, url = text.partition("=")
    if service not in API_PORTS or not url:
        raise argparse.ArgumentTypeError(f"{text}: travel=https://… is expected")
    return service, url.rstrip("/")


if __name__ == "__main__":
    sys.exit(main())
