"""Have a service's copies built again: ``python -m deploy.rebuild --service travel``."""

import argparse
import getpass
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import requests

from deploy.local.api import Api, Refused
from deploy.local.errors import LocalError
from deploy.local.installation import Installation
from deploy.local.layout import REPOSITORY
from deploy.local.ports import API_PORTS

LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 60
"""How long nothing may be said or handled; what has failed waits on the ladder, or is parked."""


@dataclass(frozen=True, kw_only=True)
class Rebuild:
    """What is to be built again.

    Attributes:
        service: Whose copies.
        publishers: Everybody's API, by name.
        copies: Which ones; all when empty.
        drop: Begin with nothing.
        everything: Hear the service's own events again, too.
    """

    service: Api
    publishers: dict[str, Api]
    copies: tuple[str, ...]
    drop: bool
    everything: bool

    def run(self) -> None:
        """Reset the copies, have publishers say all again, and wait until it is handled.

        Raises:
            Refused: A service does not do its part, or has stopped on the way.
            requests.RequestException: One does not answer.
        """
        known = self.service.ask("GET", "copies")
        names = [each["name"] for each in known["copies"]]
        if unknown := set(self.copies) - set(names):
            there = f"there are: {', '.join(names) or 'none'}"
            raise Refused(f"{self.service.name} keeps no {', '.join(sorted(unknown))}; {there}")
        for publisher in known["heard"]:
            self.publishers[publisher].ask("GET", "clock")  # who is away must not be missed later
        for name in self.copies or names:
            done = self.service.ask("POST", f"copies/{name}/reset", json={"drop": self.drop})
            print(f"{name}: {done['documents']} {'dropped' if self.drop else 'to be looked at'}")
        asked = {
            publisher: self.publishers[publisher].ask(
                "POST", "restatements", json={"events": list(events)}
            )
            for publisher, events in known["heard"].items()
            if self.everything or publisher != self.service.name
        }
        for publisher, restatement in asked.items():
            self._wait_for(publisher, restatement["id"])
        for copy in self.service.ask("GET", "copies")["copies"]:
            print(f"{copy['name']}: {copy['documents']}, {copy['waiting']} of them wait for a fact")

    def _wait_for(self, publisher: str, restatement_id: str) -> None:
        """Wait until a publisher has said everything again and the service has handled it."""
        before, moved = (0, 0), time.monotonic()
        while True:
            state = self.publishers[publisher].ask("GET", f"restatements/{restatement_id}")
            handled = self.service.ask("GET", f"copies/restatements/{restatement_id}")["handled"]
            said = state["published"]
            if state["finished_at"] and handled >= said:
                print(f"{publisher} has said {said} events again, all are handled")
                return
            if (said, handled) != before:
                before, moved = (said, handled), time.monotonic()
            elif time.monotonic() - moved > PATIENCE_SECONDS:
                told = f"{publisher} has said {said} events again, {handled} are handled"
                raise Refused(f"{told}; look at `make dead-letters s={self.service.name}`.")
            time.sleep(LOOK_SECONDS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says.

    Returns:
        0 when it was done; 1 when a service did not answer or refused.
    """
    options = _parser().parse_args(arguments)
    zirve = Installation(options.data)
    token = zirve.token("operator", subject=getpass.getuser())
    try:
        apis = {name: Api(name, zirve.url(name), token) for name in API_PORTS}
        Rebuild(
            service=apis[options.service],
            publishers=apis,
            copies=tuple(options.copies),
            drop=options.drop,
            everything=options.everything,
        ).run()
    except (LocalError, Refused) as error:
        print(error, file=sys.stderr)
        return 1
    except requests.RequestException as error:
        print(f"A service does not answer: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.rebuild", description=__doc__)
    data = REPOSITORY / "var"
    parser.add_argument("--data", type=Path, default=data, help="directory it is all kept in")
    parser.add_argument("--service", choices=API_PORTS, required=True, help="whose copies")
    parser.add_argument("--copies", nargs="*", default=[], help="these collections, not all")
    parser.add_argument("--drop", action="store_true", help="begin with nothing")
    parser.add_argument(
        "--everything", action="store_true", help="hear the service's own events again, too"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
