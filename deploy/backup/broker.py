"""What the broker has to do with a restore: who runs, and what is on its way.

What was on its way at the instant of a backup is among the facts or in the outboxes of its
publisher, and is said again. What was published since is of a future that is forgotten. So when
all databases go back to one instant, nothing in an inbox or on a ladder is needed, and nothing of
it may be heard.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import amqp

from deploy.backup.errors import BackupError
from shared.messaging.connection import BROKER_ERRORS, Link
from shared.messaging.topology import Topology


def check_nobody_runs(uri: str, topologies: Iterable[Topology]) -> None:
    """Make sure that no process writes to a database while it is being restored.

    Raises:
        BackupError: One runs, or the broker does not say.
    """
    running = []
    for topology in topologies:
        with _link(uri) as link:
            try:
                consumers = link.channel.queue_declare(topology.inbox, passive=True).consumer_count
            except amqp.NotFound:  # A broker that is new: without an inbox no process starts.
                continue
        if consumers:
            running.append(f"{topology.service} ({consumers})")
    if running:
        raise BackupError(f"Processes run: {', '.join(running)}; stop them first.")


def purge(uri: str, topologies: Iterable[Topology]) -> dict[str, int]:
    """Take everything from inboxes and ladders; returns how many messages, by service.

    Raises:
        BackupError: The broker refuses, or is away.
    """
    taken = {}
    with _link(uri) as link:
        for topology in topologies:
            # The ladder first: what comes down meanwhile is in the inbox then.
            queues = [*map(topology.level, topology.ladder_seconds), topology.inbox]
            taken[topology.service] = sum(link.channel.queue_purge(each) for each in queues)
    return taken


@contextmanager
def _link(uri: str) -> Iterator[Any]:
    try:
        link = Link(uri, "restore")
        try:
            yield link
        finally:
            link.close()
    except BROKER_ERRORS as error:
        raise BackupError(f"The broker is unfit: {type(error).__name__}: {error}") from None
