import socket

import pytest

from deploy.local.errors import LocalError, NotRunning, PortInUse, StartFailed
from deploy.local.installation import Installation
from deploy.local.ports import LOOPBACK
from deploy.local.process import strays

SAMPLE = {"sample": "tests.sample.service"}


def test_a_service_scales_up_and_down_at_one_port(installation, client):
    zirve = installation(modules=SAMPLE)
    url = zirve.url("sample")

    installation(counts={"sample": 3}, modules=SAMPLE)

    assert [each.name for each in zirve.running()] == ["mail", "sample-1", "sample-2", "sample-3"]
    assert zirve.url("sample") == url
    assert len({zirve.admin_url("sample", number) for number in (1, 2, 3)}) == 3

    zirve.kill("sample", 2)
    installation(modules=SAMPLE)
    assert zirve.pid("sample", 2)

    installation(counts={"sample": 1}, modules=SAMPLE)
    assert [each.name for each in zirve.running()] == ["mail", "sample-1"]
    assert zirve.url("sample") == url
    assert client(zirve, "sample").get("/health/ready").status_code == 200


def test_nothing_changes_when_all_of_it_runs(installation):
    zirve = installation(modules=SAMPLE)
    before = zirve.running()

    installation(modules=SAMPLE)

    assert zirve.running() == before


def test_a_process_restarts_to_be_told_something_else(installation):
    zirve = installation(modules=SAMPLE)
    before = zirve.pid("sample")

    installation(modules=SAMPLE, settings={"LOG_LEVEL": "DEBUG"})

    assert zirve.pid("sample") != before


def test_one_process_is_killed_and_started(installation, client):
    zirve = installation(counts={"sample": 2}, modules=SAMPLE)
    first, second = zirve.pid("sample", 1), zirve.pid("sample", 2)

    zirve.kill("sample", 1)
    with pytest.raises(NotRunning):
        zirve.pid("sample", 1)
    assert client(zirve, "sample").get("/health/ready").status_code == 200
    zirve.start("sample", 1)

    assert zirve.pid("sample", 1) != first
    assert zirve.pid("sample", 2) == second


def test_a_taken_port_is_named_with_who_has_taken_it(tmp_path, outside):
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        zirve = Installation(tmp_path, ports={"sample": port}, outside=outside, modules=SAMPLE)

        with pytest.raises(PortInUse, match=rf"sample listens at port {port}, which pid \d+ \("):
            zirve.up()

    assert zirve.running() == []


def test_a_service_that_does_not_start_shows_the_end_of_its_log(tmp_path, outside):
    modules = {"sample": "tests.sample.absent"}
    zirve = Installation(tmp_path, outside=outside, modules=modules)

    with pytest.raises(StartFailed, match=r"No module named 'tests\.sample\.absent'"):
        zirve.up()

    assert strays(tmp_path, []) == []


def test_a_service_that_there_is_not_has_no_count(tmp_path):
    with pytest.raises(LocalError, match="No such service: trvel"):
        Installation(tmp_path, counts={"trvel": 3})
