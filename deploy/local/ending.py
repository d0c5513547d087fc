"""Ending what an installation runs, in order, whatever state it is in."""

from collections.abc import Iterable
from itertools import groupby

from deploy.local.layout import Layout
from deploy.local.process import end, kill, strays
from deploy.local.state import Entry, Processes

LAST_TO_END = {"mail": 1, "broker": 2, "database": 2, "epmd": 3}
"""Services (0) end before what they need while they finish their work."""
SECONDS = 30
"""A service drains for 25 s; a container's grace period is 30 s too."""


def end_in_order(entries: Iterable[Entry]) -> list[str]:
    """End processes; those of one rank at the same time.

    Returns:
        Names of those that had to be killed.
    """
    killed = []
    for _, group in groupby(sorted(entries, key=_rank), key=_rank):
        rank = list(group)
        stubborn = end([each.process for each in rank], SECONDS)
        killed += [each.name for each in rank if each.process in stubborn]
    return killed


def end_strays(layout: Layout, processes: Processes) -> int:
    """Kill what an interrupted start or a killed parent has left; returns how many."""
    found = strays(layout.data, [each.process for each in processes.all_alive()])
    kill(found)
    return len(found)


def end_everything(layout: Layout, processes: Processes) -> list[str]:
    """End all that runs here; returns the names of those that had to be killed."""
    killed = end_in_order(processes.all_alive())
    end_strays(layout, processes)
    return killed


def _rank(entry: Entry) -> int:
    return LAST_TO_END.get(entry.name, 0)
