"""A short part of ``make faults``: every kind of fault, in a few minutes."""

from pathlib import Path

from tests.faults.plan import INTERLUDES, Interlude, Kill, plan
from tests.faults.site import BROKER, DATABASE, PROCESSES
from tests.faults.trial import run

SEED = "2026"
KILLS = 42
SECONDS = 600
"""Far more than it takes: a slow machine is no fault."""


def test_nothing_is_lost_and_nothing_done_twice_while_everything_is_killed(tmp_path: Path) -> None:
    outcome = run(tmp_path, SEED, KILLS, SECONDS)

    assert outcome.failures == []
    assert outcome.tally.kills.total() == KILLS
    assert {str(each) for each in (BROKER, DATABASE, *PROCESSES)} == outcome.tally.kills.keys()
    assert set(INTERLUDES) <= outcome.tally.others.keys()


def test_a_seed_decides_who_is_killed_in_which_order() -> None:
    assert list(plan("7", 100)) == list(plan("7", 100))
    assert list(plan("7", 100)) != list(plan("8", 100))


def test_of_a_thousand_kills_fifty_are_the_brokers_and_fifty_the_databases() -> None:
    steps = list(plan("7", 1000))
    victims = [step.victim for step in steps if isinstance(step, Kill)]

    assert len(victims) == 1000
    assert victims.count(BROKER) == victims.count(DATABASE) == 50
    assert {step.what for step in steps if isinstance(step, Interlude)} == set(INTERLUDES)
