"""A trial: workload, kills and audit of one seed."""

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.audit import Evidence, audit
from tests.faults.controller import Controller, Tally
from tests.faults.noise import Noise
from tests.faults.plan import plan
from tests.faults.settling import CALM_SECONDS_AFTER_KILLS, settle
from tests.faults.site import LADDER_SECONDS, Site
from tests.faults.workload import Workload

REGISTERED_SECONDS = 5
"""After which the broker has surely written down that there is a queue. RabbitMQ 3.10.8 does so
half a second after the declaration; killed before, it brings the queue back empty and without a
leader, and confirms nothing published to it (docs/operations.md, "No confirm in time")."""


@dataclass(kw_only=True)
class Outcome:
    """What came of a trial.

    Attributes:
        tally: What was done.
        failures: All that was wrong; empty when nothing was lost and nothing done twice.
    """

    tally: Tally
    failures: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        """In words."""
        return "FAILED" if self.failures else "nothing lost, nothing twice"


def say(line: str) -> None:
    """Show progress."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def run(folder: Path, seed: str, kills: int, seconds: float) -> Outcome:
    """Run a trial.

    Args:
        folder: For all that it keeps; empty.
        seed: Decides who is killed in which order, and what organisers do.
        kills: How many to try.
        seconds: After which no further kill is tried.
    """
    began = time.monotonic()
    say(f"seed {seed}, {kills} kills")
    with Site.running(folder) as site:
        evidence = _watched(site)
        workload = Workload(site.zirve, seed, folder / "journal.jsonl", site.opened)
        noise = Noise(lambda: site.zirve.amqp_uri)
        controller = Controller(site, workload.journal, noise, say)
        outcome = Outcome(tally=controller.tally)
        say(f"everything runs after {time.monotonic() - began:.0f} s")
        with workload:
            outcome.failures += controller.run(plan(seed, kills), began + seconds)
        left = settle(site, CALM_SECONDS_AFTER_KILLS)
        outcome.failures += [f"under way for too long: {each}" for each in left]
        say(f"settled after {time.monotonic() - began:.0f} s; the auditor counts:")
        evidence.entries = list(workload.journal.entries())
        evidence.garbage, evidence.unsure = noise.sent, noise.unsure
        evidence.incidents = controller.tally.incidents
        outcome.failures += audit(evidence).failures
        outcome.failures += site.failures + workload.failures + workload.journal.oddities
        _summarise(outcome, workload, noise)
    say(f"{time.monotonic() - began:.0f} s; {outcome.verdict}")
    return outcome


def _watched(site: Site) -> Evidence:
    """Have the auditor's witness hear every event from now on."""
    evidence = Evidence(
        mongo_uri=site.zirve.mongo_uri,
        amqp_uri=site.zirve.amqp_uri,
        mails=site.zirve.mails,
        ladder_seconds=LADDER_SECONDS,
    )
    evidence.watch()
    time.sleep(REGISTERED_SECONDS)
    return evidence


def _summarise(outcome: Outcome, workload: Workload, noise: Noise) -> None:
    tally = outcome.tally

    def shown(counts: dict[str, int]) -> str:
        return ", ".join(f"{number} {name}" for name, number in sorted(counts.items())) or "none"

    say(f"\nkills: {tally.kills.total()}: {shown(tally.kills)}")
    say(f"with work in hand: {shown(tally.kinds)}; spared without work: {shown(tally.idle)}")
    say(f"besides: {shown(tally.others)}; {noise.echoed} events said again")
    say(f"{workload.journal.acknowledged()} commands acknowledged in {workload.held} meetings")
    say(f"requests sent again: {shown(workload.journal.repeats)}")
    for failure in outcome.failures:
        say(f"WRONG  {failure[:1000]}")
