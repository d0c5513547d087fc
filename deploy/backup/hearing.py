"""After a restore: publishers say everything again, and whoever has missed something hears it."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import requests

from deploy.backup.errors import BackupError
from deploy.local.api import Api, Refused
from deploy.rebuild.__main__ import Rebuild

LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 60
"""How long nothing may be said or handled; what has failed waits on the ladder, or is parked."""
START_SECONDS = 600
"""How long processes may take to start."""


@dataclass(frozen=True, slots=True)
class _Asked:
    publisher: str
    event: str
    id: str


def wait_until_there(services: Mapping[str, Api]) -> None:
    """Wait until a process of every service answers.

    Raises:
        BackupError: One does not.
    """
    deadline = time.monotonic() + START_SECONDS
    for service in services.values():
        while not _answers(service):
            if time.monotonic() > deadline:
                raise BackupError(f"{service.name} does not answer at {service.url}.")
            time.sleep(LOOK_SECONDS)


def have_all_said_again(services: Mapping[str, Api], say: Callable[[str], None]) -> None:
    """Have every event that somebody hears published once more, and wait until it is handled.

    Each name of an event is a restatement of its own, since a service tells how much it has handled
    of one, and not every service hears every name.

    Raises:
        BackupError: A service does not do its part, or nothing moves any more.
    """
    with _answered():
        heard = {name: service.ask("GET", "copies")["heard"] for name, service in services.items()}
        asked = [
            _ask(services[publisher], event)
            for publisher in services
            for event in sorted({e for each in heard.values() for e in each.get(publisher, ())})
        ]
        total = 0
        for each in asked:
            hearers = [
                services[n] for n, by in heard.items() if each.event in by.get(each.publisher, ())
            ]
            total += _wait(services[each.publisher], hearers, each)
        say(f"{total} events of {len(asked)} kinds were said again, and are handled.")


def build_copies_anew(services: Mapping[str, Api], publishers: set[str]) -> None:
    """Drop the copies of those that follow these publishers, and build them from what is said.

    Where one service alone has gone back, others have heard what it does not know any more.

    Raises:
        BackupError: A service does not do its part, or nothing moves any more.
    """
    with _answered():
        for name, service in services.items():
            known = service.ask("GET", "copies")
            if name not in publishers and known["copies"] and publishers & known["heard"].keys():
                Rebuild(
                    service=service,
                    publishers=dict(services),
                    copies=(),
                    drop=True,
                    everything=False,
                ).run()


@contextmanager
def _answered() -> Iterator[None]:
    try:
        yield
    except Refused as error:
        raise BackupError(str(error)) from None
    except requests.RequestException as error:
        raise BackupError(f"A service does not answer: {type(error).__name__}") from None


def _ask(publisher: Api, event: str) -> _Asked:
    answer = publisher.ask("POST", "restatements", json={"events": [event]})
    return _Asked(publisher.name, event, answer["id"])


def _wait(publisher: Api, hearers: list[Api], asked: _Asked) -> int:
    """Wait until all who hear an event have handled all of it; returns how many there were."""
    before, moved = (-1, -1), time.monotonic()
    while True:
        state = publisher.ask("GET", f"restatements/{asked.id}")
        path = f"copies/restatements/{asked.id}"
        handled = [each.ask("GET", path)["handled"] for each in hearers]
        said: int = state["published"]
        if state["finished_at"] and min(handled) >= said:
            return said
        if (said, sum(handled)) != before:
            before, moved = (said, sum(handled)), time.monotonic()
        elif time.monotonic() - moved > PATIENCE_SECONDS:
            slow = ", ".join(
                each.name for each, n in zip(hearers, handled, strict=True) if n < said
            )
            raise BackupError(
                f"{asked.publisher} has said {asked.event} {said} times again; not all is handled"
                f" by {slow or 'anybody'}. Look at `make dead-letters`, then finish again."
            )
        time.sleep(LOOK_SECONDS)


def _answers(service: Api) -> bool:
    try:
        service.ask("GET", "copies")
    except requests.RequestException:
        return False
    except Refused as error:
        # It starts, or is stopped. Whoever is refused for another reason waits in vain.
        if error.code in ("unauthenticated", "forbidden"):
            raise BackupError(f"{error}; a token of an operator is needed.") from None
        return False
    return True
