"""The command line of the local runner: ``python -m deploy.local up travel=3``."""

import argparse
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.local.errors import LocalError
from deploy.local.layout import REPOSITORY
from deploy.local.state import Entry

DATA = REPOSITORY / "var"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; returns the exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(format="%(message)s", level=logging.INFO, stream=sys.stdout)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        return COMMANDS[options.command](options)
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; what was started is ended.", file=sys.stderr)
        return 128 + signal.SIGINT


def up(options: argparse.Namespace) -> int:
    """Start what does not run and say where it is."""
    from deploy.local.installation import Installation
    from deploy.local.ports import API_PORTS

    zirve = Installation(options.data, counts=dict(options.counts), ports=API_PORTS)
    before = _described(zirve.running())
    zirve.up()
    now = _described(zirve.running())
    print(f"{'mails':14} {zirve.mails}\n{'logs':14} {zirve.log('broker').parent}")
    print("It runs already." if now == before else "It runs. End it with `make down`.")
    return 0


def down(options: argparse.Namespace) -> int:
    """End everything."""
    from deploy.local.installation import Installation

    zirve = Installation(options.data)
    names = [entry.name for entry in zirve.running()]
    zirve.down()
    print(f"Ended: {', '.join(names)}." if names else "Nothing was running.")
    return 0


def token(options: argparse.Namespace) -> int:
    """Print a bearer token."""
    from deploy.local.keys import Keys
    from deploy.local.layout import Layout

    keys = Keys(options.keys or Layout(options.data).keys)
    keys.create()
    print(keys.token(options.role, options.city, subject=options.subject))
    return 0


COMMANDS = {"up": up, "down": down, "token": token}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="directory it is all kept in")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("down", help=down.__doc__)
    starting = commands.add_parser("up", help=up.__doc__)
    starting.add_argument("counts", nargs="*", type=_count, metavar="SERVICE=N")
    issuing = commands.add_parser("token", help=token.__doc__)
    issuing.add_argument("--role", required=True)
    issuing.add_argument("--city", action="append", default=[], help="may be given again")
    issuing.add_argument("--keys", type=Path, help="directory of the key; the installation's own")
    issuing.add_argument("--subject", help="who it is for; the role when missing")
    return parser


def _count(text: str) -> tuple[str, int]:
    service, _, number = text.partition("=")
    if not number.isdigit():
        raise argparse.ArgumentTypeError(f"{text}: a service and a number are expected: travel=3")
    return service, int(number)


def _described(entries: Sequence[Entry]) -> set[tuple[str, int]]:
    return {(entry.name, entry.process.pid) for entry in entries}


def _leave(number: int, _: object) -> None:
    """End as an exception does, so that what was started is ended."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
