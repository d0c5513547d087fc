"""Measure, work out, simulate and compare: ``python -m tests.bench.capacity measure``."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.bench.capacity import comparison, probes, tables
from tests.bench.capacity.costs import FILE, Costs, costs_of
from tests.bench.capacity.installed import installed
from tests.bench.capacity.measuring import (
    ROUNDS,
    SIZES,
    found_network,
    hold_meetings,
)
from tests.bench.capacity.replay import Asked, replay


def measure(options: argparse.Namespace) -> None:
    """Hold meetings, then probe; ``costs.json`` is written after each, lest all be lost."""
    with installed() as what:
        measured = hold_meetings(what.desk, what.observed, options.sizes, options.rounds)
        costs_of(measured).write(options.costs)
        for name in probes.NAMES:
            measured.once |= probes.probed(name, what)
            costs_of(measured).write(options.costs)


def probe(options: argparse.Namespace) -> None:
    """Probe again, and put what is found in the place of what was."""
    costs = Costs.read(options.costs)
    with installed() as what:
        found_network(what.desk, what.observed)
        for name in options.names:
            found = probes.probed(name, what)
            costs = replace(costs, once={**costs.once, **found})
            costs.write(options.costs)


def model(options: argparse.Namespace) -> None:
    """Put what networks need into docs/capacity.md, and print it."""
    made = tables.all_tables(Costs.read(options.costs))
    sys.stdout.write("\n".join(f"{name}\n\n{text}" for name, text in made.items()))
    tables.PAGE.write_text(tables.put_into(tables.PAGE.read_text(), made))


def simulate(options: argparse.Namespace) -> None:
    """Print the year by lot and the busiest minute by simulation beside the closed form."""
    costs = Costs.read(options.costs)
    sys.stdout.write(
        comparison.by_lot(costs, seed=options.seed)
        + "\n"
        + comparison.at_the_peak(costs, seed=options.seed)
    )


def carry(options: argparse.Namespace) -> None:
    """Have real processes carry rates, and print what was predicted beside what was measured.

    At the first rate hardly anybody waits for anybody: its lags are kept as those of events on
    their way, and the lags at the other rates are predicted from them.
    """
    costs = Costs.read(options.costs)
    with installed() as what:
        city_ids = found_network(what.desk, what.observed)
        for rate in options.rates:
            asked = Asked(rate=rate, seconds=options.seconds, seed=options.seed)
            found = replay(what.desk, what.observed, city_ids, costs, asked)
            sys.stdout.write(comparison.replayed(found, costs))
            sys.stdout.flush()
            if rate == options.rates[0]:
                costs = costs.with_hops([lag for lags in found.lags.values() for lag in lags])
                costs.write(options.costs)


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.capacity", description=__doc__)
    parser.add_argument("--costs", type=Path, default=FILE, help="file of what was measured")
    parser.add_argument("--seed", type=int, default=7, help="of what is drawn")
    parts = parser.add_subparsers(required=True)
    part = parts.add_parser("measure", help="hold meetings and count; writes the file")
    part.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="delegates")
    part.add_argument("--rounds", type=int, default=ROUNDS)
    part.set_defaults(do=measure)
    part = parts.add_parser("probe", help="some of what is measured beside meetings, again")
    part.add_argument("names", nargs="+", choices=probes.NAMES)
    part.set_defaults(do=probe)
    parts.add_parser(
        "model", help="what networks need; writes the tables of the page"
    ).set_defaults(do=model)
    parts.add_parser("simulate", help="the same by lot").set_defaults(do=simulate)
    part = parts.add_parser("replay", help="real processes beside the prediction")
    part.add_argument("--rates", type=float, nargs="+", default=[0.5, 2], help="delegates a second")
    part.add_argument("--seconds", type=float, default=60)
    part.set_defaults(do=carry)
    options = parser.parse_args(arguments)
    options.do(options)


if __name__ == "__main__":
    main()
