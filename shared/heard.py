"""Which events of one source aggregate were heard: runs of sequence numbers.

``[1, 7, 9, 9]`` says 1 to 7, and 9. Where every event is heard there is one run, however many they
are; where others come in between there are more, and the lowest are forgotten one day. A first run
from 0 is of numbers that nobody can judge any more: ``[0, 20, 31, 40]``.
"""

from bisect import bisect_left

RUNS_KEPT = 1024
"""Runs remembered of one source: as many messages as four processes can have in hand at once."""


def has(runs: list[int], number: int) -> bool:
    """Tell whether an event is known to have been heard."""
    place = bisect_left(runs, number)
    within = place % 2 == 1 or (place < len(runs) and runs[place] == number)
    return within and not is_forgotten(runs, number)


def is_forgotten(runs: list[int], number: int) -> bool:
    """Tell whether nobody can say any more whether an event was heard."""
    return bool(runs) and runs[0] == 0 and number <= runs[1]


def added(runs: list[int], number: int) -> list[int]:
    """Return the runs with one more number in them, which is in none and not forgotten."""
    place = bisect_left(runs, number)
    # What is forgotten does not grow by what is known.
    follows = place > 0 and runs[place - 1] == number - 1 and not is_forgotten(runs, number - 1)
    precedes = place < len(runs) and runs[place] == number + 1
    before = runs[: place - 1] if follows else [*runs[:place], number]
    after = runs[place + 1 :] if precedes else [number, *runs[place:]]
    together = before + after
    if len(together) <= 2 * RUNS_KEPT:
        return together
    return [0, *together[3:]]
