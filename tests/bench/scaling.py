"""What more processes of one service are worth, beside one."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from deploy.local.installation import Installation
from deploy.local.services import MODULES, Outside
from shared.domain import Event
from tests.bench.events import NOW, Queues, cleared, described, drained
from tests.bench.world import World
from tests.sample.outside import Poked

ROUNDS = 3
WAITING = 600
DRAINED = 12_000
REQUIRED = 1.5


def scaling(world: World, queues: Queues, folder: Path) -> None:
    """Events a second with one process and with more."""
    sys.stdout.write(f"\n{'':38} {'more':>10} {'one':>10}\n")
    gateway = _rates(
        world,
        queues,
        folder,
        ("gateway", "tests.bench.gateway", "notes"),
        [Poked(note_id=f"n{number}", text="hello", occurred_at=NOW) for number in range(WAITING)],
        (1, 2),
    )
    _say("handler waits 20 ms, 2 processes", gateway, 2, required=True)
    world.alone()
    world.purge("travel.in")
    travel = _rates(
        world,
        queues,
        folder,
        ("travel", MODULES["travel"], "guests"),
        [described(number) for number in range(DRAINED)],
        (1, 2, 3),
    )
    for processes in (2, 3):
        _say(f"travel saves, {processes} processes", travel, processes, required=False)


def _rates(
    world: World,
    queues: Queues,
    folder: Path,
    subject: tuple[str, str, str],
    events: Sequence[Event],
    processes: Sequence[int],
) -> dict[int, list[float]]:
    """Return by number of processes what each round drained a second.

    Args:
        world: Broker and database.
        queues: Publishes.
        folder: For logs.
        subject: Service, its module, and the collection that fills up.
        events: What is drained, each of an aggregate of its own.
        processes: How many, in turn.
    """
    service, module, collection = subject
    outside = Outside(
        amqp_uri=world.zirve.amqp_uri,
        mongo_uri=world.zirve.mongo_uri,
        smtp_uri=world.zirve.smtp_uri,
    )
    rates: dict[int, list[float]] = {number: [] for number in processes}
    for _ in range(ROUNDS):
        for number in processes:
            with Installation(
                folder / f"{service}-{number}",
                counts={service: number},
                outside=outside,
                modules={service: module},
            ) as zirve:
                documents = world.mongo[zirve.database(service)][collection]
                cleared(documents)
                count: Callable[[], int] = documents.estimated_document_count
                rate = drained(count, len(events), lambda: queues.ours(events))
                rates[number].append(rate)
    return rates


def _say(name: str, rates: dict[int, list[float]], processes: int, *, required: bool) -> None:
    ratio = median(more / one for more, one in zip(rates[processes], rates[1], strict=True))
    verdict = f"≥ {REQUIRED} {'met' if ratio >= REQUIRED else 'NOT MET'}" if required else ""
    more, one = median(rates[processes]), median(rates[1])
    sys.stdout.write(
        f"{name:38} {more:10.1f} {one:10.1f} {'events/s':10} {ratio:6.2f}  {verdict}\n"
    )
    sys.stdout.flush()
