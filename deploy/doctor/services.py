"""Looking at the services: whether they answer, work, and are of this version."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from deploy.doctor.clocks import clock_trouble
from deploy.local.doctor import OPERATIONS, Finding, Trouble
from shared.strict_json import dumps
from shared.web.openapi import document

ANSWER_SECONDS = 10


def examine_services(apis: Mapping[str, str], kinds: Mapping[str, Any]) -> Iterator[Finding]:
    """Look at each service that has an address.

    Args:
        apis: Base URL of each API, by service.
        kinds: Class of each service, by its name.
    """
    for name, url in apis.items():
        with requests.Session() as session:
            session.trust_env = False  # no proxy stands between us and this machine
            yield from _examine(session, name, url, kinds[name])


def _examine(session: requests.Session, name: str, url: str, kind: Any) -> Iterator[Finding]:
    asked_at = datetime.now(UTC)
    try:
        ready = session.get(f"{url}/health/ready", timeout=ANSWER_SECONDS)
    except requests.RequestException as error:
        yield Finding(f"{name} at {url}", _silent(name, error))
        return
    answered_at = datetime.now(UTC)
    yield Finding(f"{name} at {url}", _unready(ready))
    if date := ready.headers.get("Date"):
        theirs = parsedate_to_datetime(date)
        yield Finding(f"clock of {name}", clock_trouble(theirs, asked_at, answered_at))
    described = session.get(f"{url}/openapi.json", timeout=ANSWER_SECONDS)
    same = described.ok and described.json() == json.loads(dumps(document(kind)))
    yield Finding(f"version of {name}", None if same else _other_version(name))


def _silent(name: str, error: Exception) -> Trouble:
    return Trouble(
        is_wrong=f"Nobody answers: {type(error).__name__}.",
        matters=f"{name} takes no commands, and hears nothing.",
        mend="Start a process of it; one that cannot work says why in the last line of its log.",
        see=f"{OPERATIONS}#running",
    )


def _unready(ready: requests.Response) -> Trouble | None:
    try:
        said = ready.json()
        status = said.pop("status")
        lacking = sorted(each for each, works in said.items() if not works)
    except (ValueError, KeyError, TypeError, AttributeError):
        status, lacking = f"no service of ours ({ready.status_code})", []
    if status == "ready":
        return None
    return Trouble(
        is_wrong=f"It is {status}" + (f", without {', '.join(lacking)}." if lacking else "."),
        matters="Degraded it takes commands, and their events wait; not ready it takes none.",
        mend="Mend what is said of broker and database; the process goes on by itself then.",
        see=f"{OPERATIONS}#looking",
    )


def _other_version(name: str) -> Trouble:
    return Trouble(
        is_wrong="Its doors are not those of the version that looks at it.",
        matters="An older process does not know newer events, which wait on its ladder; all that"
        " is said here of queues and indexes is what this version wants.",
        mend=f"Bring the upgrade of {name} to its end, or look with the version that runs.",
        see="docs/operations/schemas.md",
    )
