"""Straight lines: what a step costs once, and what it costs for each city or delegate."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, median

Point = tuple[float, float]
"""Size of a meeting, and what a step cost then."""


@dataclass(frozen=True, slots=True)
class Line:
    """A cost that grows with a number.

    Attributes:
        fixed: What there is of it whatever the number.
        each: What each one adds.
    """

    fixed: float
    each: float

    def at(self, number: float) -> float:
        """Return the cost of so many."""
        return self.fixed + self.each * number


def fitted(points: Sequence[Point]) -> Line:
    """Return the line of least squares through the median of each size; neither part below zero.

    Args:
        points: Several of each size; at least one size.
    """
    by_size: dict[float, list[float]] = defaultdict(list)
    for size, cost in points:
        by_size[size].append(cost)
    medians = [(size, median(costs)) for size, costs in sorted(by_size.items())]
    sizes, costs = [size for size, _ in medians], [cost for _, cost in medians]
    spread = sum((size - mean(sizes)) ** 2 for size in sizes)
    if not spread:
        return Line(0.0, max(0.0, mean(costs) / sizes[0]))
    together = sum((size - mean(sizes)) * (cost - mean(costs)) for size, cost in medians)
    each = together / spread
    fixed = mean(costs) - each * mean(sizes)
    if each < 0:
        return Line(max(0.0, mean(costs)), 0.0)
    if fixed < 0:
        # Through the origin: a step that nobody takes costs nothing.
        squares = sum(size * size for size in sizes)
        return Line(0.0, sum(size * cost for size, cost in medians) / squares)
    return Line(fixed, each)


def departure(line: Line, points: Sequence[Point]) -> float:
    """Return by how much the farthest median lies off the line, as a share of the median."""
    by_size: dict[float, list[float]] = defaultdict(list)
    for size, cost in points:
        by_size[size].append(cost)
    medians = {size: median(costs) for size, costs in by_size.items()}
    return max(
        (abs(line.at(size) - cost) / cost for size, cost in medians.items() if cost), default=0.0
    )


def added(lines: Iterable[Line]) -> Line:
    """Return the sum of lines."""
    fixed = each = 0.0
    for line in lines:
        fixed += line.fixed
        each += line.each
    return Line(fixed, each)


def quantiles(values: Sequence[float], number: int) -> list[float]:
    """Return so many values that stand for a distribution, smallest first, divided by their mean.

    Args:
        values: Measured; at least one.
        number: Of equal parts; each is stood for by its middle.
    """
    ordered = sorted(values)
    middles = [
        ordered[min(len(ordered) - 1, int((part + 0.5) / number * len(ordered)))]
        for part in range(number)
    ]
    average = mean(middles) or 1.0
    return [value / average for value in middles]
