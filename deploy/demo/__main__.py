"""Play the founding scene and have it checked: ``python -m deploy.demo``.

Without arguments it starts an installation with empty databases, which ends with the scene. With
``--base-url`` it plays on services that run already and should be new: ``http://127.0.0.1`` for
those of ``make up``, ``http://127.0.0.1:8080`` for the entrance of docker-compose.yml.
"""

import argparse
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests

from deploy.demo.checker import Evidence, check, watch
from deploy.demo.client import Client, NoAnswer, Refused
from deploy.demo.place import Place, is_entrance
from deploy.demo.scene import play
from deploy.demo.stage import Stage
from deploy.demo.summary import summarise
from deploy.local.__main__ import DATA as RUNNING
from deploy.local.environment import given
from deploy.local.errors import LocalError
from deploy.local.layout import REPOSITORY

FRESH = REPOSITORY / "var" / "demo"


def main(arguments: Sequence[str] | None = None) -> int:
    """Play, summarise, check; returns 0 when everything is as expected."""
    options = _parser().parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        with place_of(options) as place:
            return perform(place)
    except (LocalError, Refused, NoAnswer, LookupError, requests.RequestException) as error:
        print(f"\nThe scene cannot go on: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; what was started is ended.", file=sys.stderr)
        return 128 + signal.SIGINT


def perform(place: Place) -> int:
    """Play the scene somewhere; returns the checker's verdict as an exit code."""
    evidence = Evidence(
        mongo_uri=place.mongo_uri,
        amqp_uri=place.amqp_uri,
        mails=place.mails.folder,
        databases=place.databases,
    )
    watch(evidence, anew=place.is_fresh)
    stage = Stage(client=Client(place.urls, place.token), mails=place.mails)
    play(stage)
    summarise(stage)
    place.mails.files()
    print(f"\nThe mails lie in {place.mails.folder}")
    print("\nThe checker, which knows none of the code, recounts databases, queues and mails:\n")
    failed = check(evidence)
    print(
        f"\nThe scene took {stage.seconds:.1f} s. " + ("It failed." if failed else "All is well.")
    )
    return 1 if failed else 0


@contextmanager
def place_of(options: argparse.Namespace) -> Iterator[Place]:
    """Give the place to play at, and end what was started for it."""
    if options.base_url and is_entrance(options.base_url):
        copies = (options.data or FRESH) / "mails"
        shutil.rmtree(copies, ignore_errors=True)
        yield Place.in_containers(options.base_url, token=options.token, copies=copies)
        return
    if options.base_url:
        yield Place.running(options.base_url, token=options.token, data=options.data or RUNNING)
        return
    data: Path = options.data or FRESH
    shutil.rmtree(data, ignore_errors=True)
    print(f"Starting broker, database, mail sink and four services in {data} …", flush=True)
    with Place.fresh(data) as place:
        yield place


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.demo", description=__doc__)
    parser.add_argument("--data", type=Path, help="directory of the installation; made anew")
    parser.add_argument(
        "--base-url",
        default=given("BASE_URL"),
        help="services that run: http://127.0.0.1, or the URL of an entrance (BASE_URL)",
    )
    parser.add_argument(
        "--token",
        default=given("TOKEN"),
        help="an organiser's; issued by the installation when missing (TOKEN)",
    )
    return parser


def _leave(number: int, _: object) -> None:
    """End as an exception does, so that what was started is ended."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
