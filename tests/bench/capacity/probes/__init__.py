"""What is measured beside meetings."""

from collections.abc import Callable, Mapping

from tests.bench.capacity.installed import Installed
from tests.bench.capacity.measuring import say
from tests.bench.capacity.probes.empty import deserted, empty_networks, peaks
from tests.bench.capacity.probes.far_mail import far_mail_server
from tests.bench.capacity.probes.queue import queue

PROBES: Mapping[str, Callable[[Installed], dict[str, float]]] = {
    "mail": far_mail_server,
    "peaks": peaks,
    "empty": empty_networks,
    "queue": queue,
    "deserted": deserted,
}
NAMES = tuple(PROBES)
"""In this order: a filled queue changes a process's memory, and what is stopped stays so."""


def probed(name: str, what: Installed) -> dict[str, float]:
    """Measure something beside meetings.

    Args:
        name: One of ``NAMES``.
        what: In which a network was founded.
    """
    found = PROBES[name](what)
    say(f"{name}: { {key: float(f'{value:.4g}') for key, value in found.items()} }")
    return found
