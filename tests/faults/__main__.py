"""Kill for long: ``make faults KILLS=1000 SEED=7``."""

import argparse
import random
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.local.layout import REPOSITORY
from tests.faults.trial import run

FOLDER = REPOSITORY / "var" / "faults"
KILLS = 1000
MINUTES = 58


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a trial; returns 0 when nothing was lost, nothing done twice, and enough was killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", default=None, help="decides everything but the times")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="after which it ends")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="made anew")
    options = parser.parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    # A thousand switches a second: a moment of work is shorter than a thread's usual turn.
    sys.setswitchinterval(0.001)
    shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True)
    seed = options.seed or str(random.randrange(1_000_000))
    outcome = run(options.folder, seed, options.kills, options.minutes * 60)
    missed = options.kills - outcome.tally.kills.total()
    if missed:
        sys.stdout.write(f"{missed} of {options.kills} kills were not done in time\n")
    return 1 if outcome.failures or missed else 0


def _leave(number: int, _: object) -> None:
    """End as an exception does, so that what was started is ended."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
