from dataclasses import replace

import pytest

from tests.bench.capacity import PROCESSES, SERVICES
from tests.bench.capacity.costs import Costs
from tests.bench.capacity.lines import Line
from tests.bench.capacity.simulation import Outcome, Simulation, errand_of
from tests.unit.capacity.builders import costs

SECONDS = 100.0


def run(
    rate: float,
    *,
    cores: int = 99,
    of: Costs | None = None,
    seed: int = 1,
    mail_server_seconds: float = 0.0,
) -> Outcome:
    simulation = Simulation(
        of or costs(),
        processes={},
        cores=cores,
        seed=seed,
        mail_server_seconds=mail_server_seconds,
    )
    return simulation.run([(errand_of(of or costs(), "answer"), rate)], SECONDS)


def test_processes_are_as_busy_as_the_closed_form_says():
    outcome = run(50)

    for name in ("events", "notification", "broker", "database"):
        assert outcome.utilisation(name) == pytest.approx(50 * 0.002, rel=0.1)


def test_a_command_and_its_events_share_the_work_of_its_service():
    errand = errand_of(costs(), "answer")

    assert errand.work["events"] == pytest.approx(0.001)
    assert errand.heard == {"membership": 0, "events": 1, "travel": 0, "notification": 1}


def test_a_service_that_hears_nothing_and_works_is_busy_all_the_same():
    outcome = run(50)

    assert outcome.utilisation("travel") == pytest.approx(50 * 0.002, rel=0.1)
    assert outcome.lags["travel"] == []


def test_each_event_that_is_heard_has_a_lag():
    outcome = run(20)

    assert outcome.commands == pytest.approx(20 * SECONDS, rel=0.1)
    assert len(outcome.lags["notification"]) == outcome.commands
    assert outcome.lag("notification", 0.0) >= 0.01


def test_work_waits_as_long_as_a_single_server_makes_it():
    # An M/D/1 queue at a utilisation of one half: work waits half its own length on average.
    # The door takes no time, so that events come as commands do.
    answer = {**costs().steps["answer"], "cpu.events": Line(0.0, 0.0), "mails": Line(0.0, 0.0)}
    of = replace(
        costs(),
        steps={**costs().steps, "answer": answer},
        once={**costs().once, "hop.seconds": 0.0},
    )
    outcome = run(250, of=of)

    lags = outcome.lags["notification"]
    assert sum(lags) / len(lags) - 0.002 == pytest.approx(0.001, rel=0.25)


def test_too_few_processors_make_everybody_wait():
    enough, few = run(50, cores=99), run(50, cores=1)

    assert few.lag("notification", 0.99) > enough.lag("notification", 0.99)
    assert sum(map(few.utilisation, PROCESSES)) <= 1.0


def test_a_mail_waits_for_its_server_and_takes_no_processor():
    near, far = (run(10, mail_server_seconds=seconds) for seconds in (0.0, 0.2))

    assert far.lag("notification", 0.5) > near.lag("notification", 0.5) + 0.15
    assert far.utilisation("notification") == near.utilisation("notification")
    assert far.lag("events", 0.5) == pytest.approx(near.lag("events", 0.5), abs=0.005)


def test_more_mails_than_go_out_pile_up():
    outcome = run(30, mail_server_seconds=0.2)

    assert outcome.lag("notification", 0.9) > 20


def test_the_same_seed_gives_the_same_run():
    first, same, other = (run(5, seed=seed) for seed in (1, 1, 2))

    assert first.lags == same.lags
    assert first.lags != other.lags


def test_nothing_arrives_at_a_rate_of_zero():
    outcome = run(0)

    assert outcome.commands == 0
    assert all(not outcome.utilisation(name) for name in SERVICES)
    assert outcome.lag("events", 0.99) == 0.0
