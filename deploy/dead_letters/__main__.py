"""List, show, replay and drop parked messages: ``python -m deploy.dead_letters --replay all``."""

import argparse
import getpass
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import requests

from deploy.local.api import Api, Json, Refused
from deploy.local.errors import LocalError
from deploy.local.installation import Installation
from deploy.local.layout import REPOSITORY
from deploy.local.ports import API_PORTS

PAGE = 200
REASON_MOST = 70
COLUMNS = ("id", "parked_at", "event", "handler", "reason")

PATH = "dead-letters"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says.

    Returns:
        0 when it was done; 1 when a service did not answer or refused, or nobody knows the id.
    """
    options = _parser().parse_args(arguments)
    if bool(options.drop) != bool(options.why):
        _parser().error("drop=<id> and why=<text> belong together")
    zirve = Installation(options.data)
    token = zirve.token("operator", subject=getpass.getuser())
    code, found = 0, False
    for name in [options.service] if options.service else API_PORTS:
        try:
            _command(options)(Api(name, zirve.url(name), token), options)
            found = True
        except (LocalError, Refused) as error:
            if isinstance(error, Refused) and error.code == "unknown_dead_letter":
                continue
            print(error, file=sys.stderr)
            code = 1
        except requests.RequestException as error:
            print(f"{name} does not answer: {type(error).__name__}", file=sys.stderr)
            code = 1
    if not found and not code:
        print("No message with this id was parked.", file=sys.stderr)
    return code if found else 1


def list_parked(service: Api, options: argparse.Namespace) -> None:
    """Print what is in one state, oldest events first."""
    page = service.ask("GET", PATH, params={"limit": PAGE, "state": options.state})
    rows = [[_cell(item, name) for name in COLUMNS] for item in page["items"]]
    more = "more than " if page["next_cursor"] else ""
    print(f"{service.name}: {more}{len(rows)} {options.state}")
    if rows:
        table = [list(COLUMNS), *rows]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for row in table:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            print(f"  {'  '.join(cells)}".rstrip())


def show(service: Api, options: argparse.Namespace) -> None:
    """Print all that is known of one."""
    letter = service.ask("GET", f"{PATH}/{options.show}")
    print(f"{service.name}: {letter['id']} is {letter['state']}")
    for name in ("event", "handler", "parked_at", "closed_at", "reason"):
        print(f"  {name:10} {letter[name] or '-'}")
    parts = {"history": letter["history"], "traceback": letter["traceback"].splitlines()}
    parts["headers"] = [f"{name}: {value}" for name, value in letter["headers"].items()]
    parts["body"] = (letter["body"] or "").splitlines()
    for name, lines in parts.items():
        print("\n".join([f"  {name}", *(f"    {line}" for line in lines)]))


def replay(service: Api, options: argparse.Namespace) -> None:
    """Have one handled again, or all that are parked."""
    ids = None if options.replay == "all" else [options.replay]
    count = service.ask("POST", f"{PATH}/replays", json={"ids": ids})["replayed"]
    print(f"{service.name}: {count} replayed")


def drop(service: Api, options: argparse.Namespace) -> None:
    """Say that one needs nobody any more."""
    service.ask("POST", f"{PATH}/{options.drop}/drop", json={"why": options.why})
    print(f"{service.name}: {options.drop} dropped")


def _command(options: argparse.Namespace) -> Callable[[Api, argparse.Namespace], None]:
    chosen = {show: options.show, replay: options.replay, drop: options.drop}
    return next((each for each, given in chosen.items() if given), list_parked)


def _cell(item: Json, name: str) -> str:
    text = " ".join((item[name] or "-").split())
    return text if len(text) <= REASON_MOST else f"{text[: REASON_MOST - 1]}…"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.dead_letters", description=__doc__)
    data = REPOSITORY / "var"
    parser.add_argument("--data", type=Path, default=data, help="directory it is all kept in")
    parser.add_argument("--service", choices=API_PORTS, help="this one only, not all four")
    parser.add_argument(
        "--state", choices=("parked", "replayed", "dropped"), default="parked", help="to be listed"
    )
    command = parser.add_mutually_exclusive_group()
    command.add_argument("--show", metavar="ID", help=show.__doc__)
    command.add_argument("--replay", metavar="ID", help=f"{replay.__doc__} (`all`)")
    command.add_argument("--drop", metavar="ID", help=drop.__doc__)
    parser.add_argument("--why", help="reason of a drop; it stays in the history")
    return parser


if __name__ == "__main__":
    sys.exit(main())
