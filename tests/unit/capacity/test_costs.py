import pytest

from tests.bench.capacity.costs import Costs, Measured, Run, costs_of, lines_of
from tests.bench.capacity.lines import Line
from tests.unit.capacity.builders import costs


def test_a_quantity_that_a_run_lacks_was_not_used_there():
    runs = [
        Run(step="move", size=10, callers=1, found={"commands": 1}),
        Run(step="move", size=10, callers=1, found={"commands": 1, "mails": 4}),
    ]

    steps, _ = lines_of(runs)

    assert steps["move"]["mails"].at(10) == pytest.approx(2)


def test_how_far_off_a_line_is_concerns_all_processes_together():
    runs = [
        Run(step="name", size=size, callers=8, found={"cpu.events": size, "cpu.travel": size})
        for size in (1, 2, 3)
    ]

    _, off = lines_of(runs)

    assert off["name"] == pytest.approx(0)
    assert runs[2].worked == 6


def test_runs_with_several_callers_are_kept_apart():
    alone = Run(step="name", size=10, callers=1, found={"cpu.events": 1.0})
    together = Run(step="name", size=10, callers=8, found={"cpu.events": 0.5})

    made = costs_of(
        Measured(runs=[together, alone], seconds=[0.1], hops=[0.2], bytes={}, once={}, told={})
    )

    assert made.of("name", "cpu.events").at(10) == pytest.approx(1.0)
    assert made.once["together.name"] == pytest.approx(0.05)
    assert made.once["hop.seconds"] == pytest.approx(0.2)


def test_costs_are_read_as_they_were_written(tmp_path):
    file = tmp_path / "costs.json"

    costs().write(file)

    assert Costs.read(file).steps == costs().steps
    assert Costs.read(file).bytes == costs().bytes


def test_what_a_step_does_not_use_costs_nothing():
    assert costs().of("look", "mails") == Line(0.0, 0.0)


def test_lags_of_a_quiet_run_take_the_place_of_those_of_a_busy_one():
    made = costs().with_hops([0.1, 0.3])

    assert made.once["hop.seconds"] == pytest.approx(0.2)
    assert made.shapes["hop"][0] == pytest.approx(0.5)
    assert made.shapes["hop"][-1] == pytest.approx(1.5)
    assert made.steps == costs().steps
