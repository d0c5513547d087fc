"""What is printed beside the closed form: a year by lot, a simulated minute, a replay."""

import os

from tests.bench.capacity import PROCESSES, SERVICES, year
from tests.bench.capacity.costs import Costs
from tests.bench.capacity.model import Model
from tests.bench.capacity.network import READS
from tests.bench.capacity.replay import Replayed
from tests.bench.capacity.simulation import Errand, Outcome, Simulation, errand_of
from tests.bench.capacity.tables import NETWORKS, number, table

YEARS = 5
"""Drawn by lot; the median of their busiest hours counts."""
SECONDS = 60.0
"""Of the busiest rate, simulated."""


def by_lot(costs: Costs, *, seed: int) -> str:
    """Return the busiest hour by the closed form and by lot, for each number of networks."""
    model = Model(costs)
    rows = []
    for networks in NETWORKS:
        for quantity in ("commands", "mails", "handled.notification"):
            closed = model.busiest_hour(quantity, networks)
            drawn = year.busiest_hour(model, quantity, networks, seed=seed, years=YEARS)
            off = f"{100 * (closed / drawn - 1):+.0f} %"
            rows.append((f"{networks:,}: {quantity}", number(closed), number(drawn), off))
    return table(("busiest hour", "closed form", "by lot", "closed form is off by"), rows)


def at_the_peak(costs: Costs, *, seed: int, networks: int = 10_000) -> str:
    """Return what a simulation of the busiest minute's rate shows beside the closed form."""
    model = Model(costs)
    processes = {service: model.processes(service, networks) for service in SERVICES}
    cores = max(2, round(model.all_cores(networks)))
    simulation = Simulation(costs, processes=processes, cores=cores, seed=seed)
    outcome = simulation.run(_rates(model, networks), SECONDS)
    rows = [
        (
            name,
            number(model.cores(name, networks)),
            number(outcome.utilisation(name)),
            _ms(outcome, name, 0.5),
            _ms(outcome, name, 0.99),
        )
        for name in PROCESSES
    ]
    head = (
        f"{networks:,} networks, {cores} cores",
        "cores, closed form",
        "cores, simulated",
        "lag p50, ms",
        "lag p99, ms",
    )
    return table(head, rows)


def replayed(found: Replayed, costs: Costs) -> str:
    """Return what was predicted beside what was measured, by process."""
    model = Model(costs)
    networks = found.rate * costs.of("name", "commands").each / model.one_of_many("commands")
    rows = []
    for name in PROCESSES:
        predicted, busy = found.predicted[name], found.busy[name]
        lags = found.lags.get(name, [])
        rows.append(
            (
                name,
                number(predicted),
                number(found.simulated.utilisation(name) + costs.once[f"idle.{name}"]),
                number(busy),
                f"{100 * (predicted / busy - 1):+.0f} %" if busy else "",
                _ms(found.simulated, name, 0.5),
                _of(lags, 0.5),
                _ms(found.simulated, name, 0.99),
                _of(lags, 0.99),
            )
        )
    head = (
        f"{found.rate:g} delegates a second",
        "cores, model",
        "simulated",
        "measured",
        "model is off by",
        "lag p50 simulated, ms",
        "measured",
        "p99 simulated",
        "measured",
    )
    told = (
        f"{found.seconds:.0f} s; others kept {found.others:.2f} of {os.cpu_count()} cores busy,"
        f" load {found.load:.1f}; {len(found.failures)} commands failed;"
        f" as {number(networks)} networks in the busiest minute\n"
    )
    return "\n".join((told, table(head, rows), *found.failures[:3], ""))


def _rates(model: Model, networks: int) -> list[tuple[Errand, float]]:
    """Return the commands a second of each step in the busiest minute, and of looking."""
    whole = model.busiest_minute("commands", networks)
    rates = {step: whole * share for step, share in model.mix().items()} | {"look": READS * whole}
    return [
        (errand_of(model.costs, step), rate)
        for step, rate in rates.items()
        if model.costs.of(step, "commands").each  # what is commanded once a meeting is rare
    ]


def _ms(outcome: Outcome, name: str, part: float) -> str:
    return number(1000 * outcome.lag(name, part)) if name in SERVICES else ""


def _of(lags: list[float], part: float) -> str:
    return number(1000 * lags[min(len(lags) - 1, int(part * len(lags)))]) if lags else ""
