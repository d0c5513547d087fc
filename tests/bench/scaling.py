"""What more processes of one service are worth, and what a message costs that fails each time."""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from deploy.local.installation import Installation
from deploy.local.services import MODULES, Outside
from shared.domain import Event
from tests.bench.events import NOW, Queues, cleared, described, drained
from tests.bench.world import World
from tests.sample.outside import Poked

ROUNDS = 3
POISON_ROUNDS = 9
"""One lasts little over a second, and what is looked for is a tenth of that."""
WAITING = 600
DRAINED = 12_000
GOOD = 10_000
REQUIRED = 1.5
REQUIRED_WITH_POISON = 0.9

Runs = dict[str, tuple[int, Sequence[Event]]]
"""Number of processes and what they drain, by name."""


def scaling(world: World, queues: Queues, folder: Path) -> None:
    """Events a second with one process and with more."""
    sys.stdout.write(f"\n{'':38} {'more':>10} {'one':>10}\n")
    waiting = [_poked(number) for number in range(WAITING)]
    gateway = _rates(
        world,
        queues,
        folder,
        ("gateway", "tests.bench.gateway", "notes"),
        {"one": (1, waiting), "2": (2, waiting)},
    )
    _say("handler waits 20 ms, 2 processes", gateway["2"], gateway["one"], REQUIRED)
    world.alone()
    world.purge("travel.in")
    people = [described(number) for number in range(DRAINED)]
    travel = _rates(
        world,
        queues,
        folder,
        ("travel", MODULES["travel"], "guests"),
        {"one": (1, people), "2": (2, people), "3": (3, people)},
    )
    for more in ("2", "3"):
        _say(f"travel saves, {more} processes", travel[more], travel["one"], None)


def poison(world: World, queues: Queues, folder: Path) -> None:
    """Events a second when one among them raises each time, beside none."""
    sys.stdout.write(f"\n{'':38} {'with':>10} {'without':>10}\n")
    good = [_poked(number) for number in range(GOOD)]
    bad = Poked(note_id="bad", text="poison", occurred_at=NOW)
    found = _rates(
        world,
        queues,
        folder,
        ("sample", "tests.sample.service", "notes"),
        {"without": (1, good), "with": (1, [*good[: GOOD // 2], bad, *good[GOOD // 2 :]])},
        POISON_ROUNDS,
    )
    name = f"one poison message among {GOOD:,}"
    _say(name, found["with"], found["without"], REQUIRED_WITH_POISON)


def _poked(number: int) -> Poked:
    return Poked(note_id=f"n{number}", text="hello", occurred_at=NOW)


def _rates(
    world: World,
    queues: Queues,
    folder: Path,
    subject: tuple[str, str, str],
    runs: Runs,
    rounds: int = ROUNDS,
) -> dict[str, list[float]]:
    """Return by run what each round drained a second.

    Args:
        world: Broker and database.
        queues: Publishes.
        folder: For logs.
        subject: Service, its module, and the collection that fills up.
        runs: In turn; each event that takes effect is of an aggregate of its own.
        rounds: How often all of them.
    """
    service, module, collection = subject
    outside = Outside(
        amqp_uri=world.zirve.amqp_uri,
        mongo_uri=world.zirve.mongo_uri,
        smtp_uri=world.zirve.smtp_uri,
    )
    total = min(len(events) for _, events in runs.values())
    rates: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, (number, events) in runs.items():
            with Installation(
                folder / f"{service}-{number}",
                counts={service: number},
                outside=outside,
                modules={service: module},
            ) as zirve:
                documents = world.mongo[zirve.database(service)][collection]
                cleared(documents)
                count: Callable[[], int] = documents.estimated_document_count
                rates[name].append(drained(count, total, partial(queues.ours, events)))
    return rates


def _say(name: str, more: list[float], one: list[float], required: float | None) -> None:
    ratio = median(each / other for each, other in zip(more, one, strict=True))
    verdict = ""
    if required is not None:
        verdict = f"≥ {required:g} {'met' if ratio >= required else 'NOT MET'}"
    rates = f"{median(more):10.1f} {median(one):10.1f} {'events/s':10}"
    sys.stdout.write(f"{name:38} {rates} {ratio:6.2f}  {verdict}\n")
    sys.stdout.flush()
