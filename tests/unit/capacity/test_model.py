import math
from dataclasses import replace

import pytest

from tests.bench.capacity import year
from tests.bench.capacity.lines import Line
from tests.bench.capacity.model import UTILISATION, Model, walls
from tests.bench.capacity.network import HABITS, KINDS, READS, busiest_week
from tests.unit.capacity.builders import costs

MODEL = Model(costs())
SUMMIT = KINDS[0]


def test_a_step_of_a_meeting_costs_what_all_its_delegates_cost():
    mails = MODEL.of_meeting(SUMMIT, "book", "mails")

    assert mails == pytest.approx(2.0 * SUMMIT.delegates * HABITS["book"].times)


def test_looking_goes_with_every_command():
    commands = MODEL.of_meeting(SUMMIT, "book", "commands")
    work = MODEL.of_meeting(SUMMIT, "book", "cpu.travel")

    booked = SUMMIT.delegates * HABITS["book"].times
    assert work == pytest.approx(booked * 0.002 + READS * commands / 4 * 0.004)


def test_the_largest_meeting_decides_about_the_busiest_hour_of_one_network():
    burst = SUMMIT.cities * 0.8 * 0.4 * 0.4 + SUMMIT.delegates * (0.5 + 1.1 * 2) * 0.4 * 0.4

    assert MODEL.busiest_hour("commands", 1) == pytest.approx(burst, rel=0.35)
    assert MODEL.busiest_hour("commands", 1) >= burst


def test_many_networks_even_out():
    one, many = MODEL.busiest_hour("commands", 1), MODEL.busiest_hour("commands", 10_000)

    assert many < 10_000 * one
    assert MODEL.busiest_hour("commands", 20_000) == pytest.approx(2 * many, rel=0.02)


@pytest.mark.parametrize("networks", [100, 10_000])
def test_the_closed_form_of_the_busiest_hour_agrees_with_a_year_by_lot(networks):
    drawn = year.busiest_hour(MODEL, "commands", networks, seed=1, years=3)

    assert MODEL.busiest_hour("commands", networks) == pytest.approx(drawn, rel=0.2)


def test_a_year_is_the_same_with_the_same_seed():
    hours = [year.busiest_hour(MODEL, "mails", 30, seed=seed) for seed in (1, 1, 2)]

    assert hours[0] == hours[1] != hours[2]


def test_the_months_add_up_to_a_year():
    assert 1 / 52 < busiest_week() < 2 / 52


def test_processes_are_as_many_as_keep_each_below_its_utilisation():
    wanted = MODEL.cores("travel", 10_000) / UTILISATION

    assert MODEL.processes("travel", 10_000) == math.ceil(wanted) > 1
    assert MODEL.processes("travel", 1) == 1


def test_a_mail_server_that_is_far_asks_for_more_processes_of_notification():
    far = replace(costs(), once={**costs().once, "mail.assumed_seconds": 60.0})

    assert Model(far).processes("notification", 10_000) > MODEL.processes("notification", 10_000)
    assert MODEL.mails_a_second(0.0) == pytest.approx(3 / 0.02)


def test_what_is_kept_a_day_only_is_not_counted_for_years():
    trips = MODEL.a_year("documents.travel.trips")

    assert MODEL.bytes_a_year()["travel"] == pytest.approx(trips * 4096)
    assert MODEL.database_gib(100, 5) == pytest.approx(trips * 4096 * 500 / 2**30)


def test_an_installation_for_each_network_costs_what_it_does_when_idle():
    apart = MODEL.apart(10)

    assert apart["processes"] == 40
    assert apart["memory_gib"] == pytest.approx(10 * (4 * 64 + 8) / 1024)
    assert apart["cores"] == pytest.approx(10 * (0.04 + 0.006 + 0.001 + 0.004))


def test_the_nearest_wall_comes_first():
    found = walls(MODEL, {"far": ("mails", 1e6), "near": ("mails", 1.0)})

    assert [name for name, _ in found] == ["near", "far"]
    assert found[0][1] == pytest.approx(1 / MODEL.one_of_many("mails"))


def test_what_nobody_asks_for_is_never_used_up():
    assert walls(MODEL, {"idle": ("handled.travel", 1.0)}) == [("idle", math.inf)]


def test_shares_of_the_busiest_hour_add_up():
    mix = MODEL.mix()

    assert sum(mix.values()) == pytest.approx(1)
    assert mix["name"] > mix["book"]


def test_a_fixed_cost_is_paid_by_every_meeting():
    dearer = {**costs().steps, "move": {"cpu.events": Line(1.0, 0.0)}}

    work = Model(replace(costs(), steps=dearer)).a_year("cpu.events") - MODEL.a_year("cpu.events")

    assert work == pytest.approx(sum(kind.per_year for kind in KINDS) * HABITS["move"].times)
