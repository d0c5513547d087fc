"""Stage: what every step of the scene has at hand."""

import csv
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.demo.client import Client
from deploy.demo.mailbox import Mailbox

DATA = Path(__file__).parent / "data"

Json = dict[str, Any]


@dataclass(kw_only=True)
class Stage:
    """The scene as far as it has been played.

    Attributes:
        client: Speaks with the services.
        mails: The mails that were delivered.
        ids: Ids by what they are called in the script: ``meeting``, ``board``, ``sofia-mayor``.
        quiet: Show no progress.
    """

    client: Client
    mails: Mailbox
    ids: dict[str, str] = field(default_factory=dict)
    quiet: bool = False
    _began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long the scene has taken so far."""
        return time.monotonic() - self._began

    def say(self, text: str) -> None:
        """Show progress."""
        if not self.quiet:
            print(f"{self.seconds:6.1f} s  {text}", flush=True)

    @contextmanager
    def act(self, title: str) -> Iterator[None]:
        """Show an act of the scene."""
        if not self.quiet:
            print(f"\n{title}", flush=True)
        yield

    def set_clock(self, now: str) -> None:
        """Set the domain's time in all four services; RFC 3339."""
        for service in self.client.urls:
            self.client.put(service, "/v1/clock", {"now": now}, key=f"clock-{now}")
        self.say(f"It is {now} in all four services.")

    # -- who is who ----------------------------------------------------------------------------

    def person(self, key: str) -> str:
        """Return a person's id."""
        return self.ids[key]

    def named(self, person_id: str) -> str:
        """Return a person's name."""
        keys = {id_: key for key, id_ in self.ids.items()}
        return next((each["name"] for each in cast() if each["key"] == keys.get(person_id)), "?")


def cast() -> list[Json]:
    """Return the invented persons of the scene."""
    people: list[Json] = json.loads((DATA / "people.json").read_text())
    return people


def cities_csv() -> str:
    """Return the cities as membership imports them."""
    return (DATA / "cities.csv").read_text()


def journeys_booked() -> dict[tuple[str, str], list[Json]]:
    """Return the legs of each booking of the scene, by who travels and what is booked."""
    bookings: dict[tuple[str, str], list[Json]] = {}
    with (DATA / "legs.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            leg: Json = {name: row[name] for name in ("mode", "origin", "destination")}
            for end in ("departs", "arrives"):
                leg[end] = local(row[end], row[f"{end}_zone"])
            leg |= {name: row[name] for name in ("carrier", "number") if row[name]}
            bookings.setdefault((row["who"], row["booking"]), []).append(leg)
    return bookings


def local(wall: str, zone: str) -> Json:
    """Return a time at a place as the APIs take it."""
    return {"local": wall, "zone": zone}
