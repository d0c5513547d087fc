"""What was measured, as the model takes it: read from ``costs.json``, made by ``measure``."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import mean
from typing import Any, Self

from tests.bench.capacity.lines import Line, departure, fitted, quantiles

FILE = Path(__file__).with_name("costs.json")

PARTS = 100
"""Values that stand for a measured distribution."""
KEPT_A_DAY = ("_seen", "_clock", "_epoch")
"""Collections whose documents vanish, or do not grow in number."""


@dataclass(frozen=True, slots=True)
class Run:
    """One step of one meeting, as it was measured.

    Attributes:
        step: ``name``, ``book`` …
        size: Number of what the step is counted in.
        callers: How many commands were given at the same time.
        found: Quantities: ``cpu.travel`` (seconds), ``handled.travel``, ``published.travel``,
            ``commands``, ``mails``, ``writes``, ``journal_bytes``, ``documents.travel.trips``.
    """

    step: str
    size: float
    callers: int
    found: Mapping[str, float]

    @property
    def worked(self) -> float:
        """Processor seconds of all processes together."""
        return sum(value for name, value in self.found.items() if name.startswith("cpu."))


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Everything that was measured.

    Attributes:
        steps: By step and quantity, as in ``Run``.
        off: By step, how far the summed processor time lies off its line at the most.
        once: Quantities beside: ``idle.travel`` (processor seconds a second), ``resident.travel``
            (MiB at the most), ``queue.rate`` and what else the probes find.
        bytes: By ``service.collection``: bytes a document on disk, indexes included.
        shapes: By name, values of a distribution divided by their mean.
        told: Of the machine and the day, for readers.
    """

    steps: Mapping[str, Mapping[str, Line]]
    off: Mapping[str, float] = field(default_factory=dict)
    once: Mapping[str, float] = field(default_factory=dict)
    bytes: Mapping[str, float] = field(default_factory=dict)
    shapes: Mapping[str, list[float]] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)

    def of(self, step: str, quantity: str) -> Line:
        """Return what a step costs; nothing of what it does not use."""
        return self.steps[step].get(quantity, Line(0.0, 0.0))

    @classmethod
    def read(cls, file: Path = FILE) -> Self:
        """Read what ``write`` has written."""
        kept = json.loads(file.read_text())
        steps = {
            step: {name: Line(*line) for name, line in lines.items()}
            for step, lines in kept.pop("steps").items()
        }
        return cls(steps=steps, **kept)

    def with_hops(self, hops: Sequence[float]) -> Self:
        """Return the same with other lags of events for which nobody had to wait, seconds."""
        return replace(
            self,
            once={**self.once, "hop.seconds": mean(hops)},
            shapes={**self.shapes, "hop": quantiles(hops, PARTS)},
        )

    def write(self, file: Path = FILE) -> None:
        """Keep it for the model."""
        steps = {
            step: {name: [_short(line.fixed), _short(line.each)] for name, line in lines.items()}
            for step, lines in self.steps.items()
        }
        kept = {
            "told": self.told,
            "once": {name: _short(value) for name, value in self.once.items()},
            "bytes": {name: _short(value) for name, value in self.bytes.items()},
            "off": {name: _short(value) for name, value in self.off.items()},
            "shapes": {name: [_short(v) for v in each] for name, each in self.shapes.items()},
            "steps": steps,
        }
        file.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")


@dataclass(kw_only=True)
class Measured:
    """What a measurement has brought, before anything is worked out.

    Attributes:
        runs: Every step of every meeting.
        seconds: Of each command that was given alone.
        hops: Seconds from an event's being stored to its being handled meanwhile.
        bytes: As in ``Costs``.
        once: As in ``Costs``.
        told: As in ``Costs``.
    """

    runs: list[Run]
    seconds: list[float]
    hops: list[float]
    bytes: dict[str, float]
    once: dict[str, float]
    told: dict[str, Any]


def costs_of(measured: Measured) -> Costs:
    """Work out what the model takes: lines of the runs in which one command followed another.

    What several commands at the same moment save is noted beside, as ``together.<step>``.
    """
    steps, off = lines_of(run for run in measured.runs if run.callers == 1)
    once = dict(measured.once)
    for run in measured.runs:
        if run.callers > 1:
            once[f"together.{run.step}"] = run.worked / run.size
    once["hop.seconds"] = mean(measured.hops)
    once["command.seconds"] = mean(measured.seconds)
    return Costs(
        steps=steps,
        off=off,
        once=once,
        bytes=measured.bytes,
        shapes={
            "command": quantiles(measured.seconds, PARTS),
            "hop": quantiles(measured.hops, PARTS),
        },
        told=measured.told,
    )


def lines_of(runs: Iterable[Run]) -> tuple[dict[str, dict[str, Line]], dict[str, float]]:
    """Fit what was measured.

    Returns:
        By step and quantity a line, and by step how far its processor time lies off at the most.
    """
    by_step: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        by_step[run.step].append(run)
    lines, off = {}, {}
    for step, taken in by_step.items():
        names = {name for run in taken for name in run.found}
        fits = {
            name: fitted([(run.size, run.found.get(name, 0.0)) for run in taken])
            for name in sorted(names)
        }
        lines[step] = {name: line for name, line in fits.items() if line.fixed or line.each}
        worked = [(run.size, run.worked) for run in taken]
        off[step] = departure(fitted(worked), worked)
    return lines, off


def _short(value: float) -> float:
    return float(f"{value:.4g}")
