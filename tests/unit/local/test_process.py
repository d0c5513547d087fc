import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from deploy.local.environment import inherited
from deploy.local.process import Process, end, kill, spawn, strays
from tests.support.waiting import wait_until

SLEEP = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); {SLEEP}"


@pytest.fixture
def run(tmp_path):
    started = []

    def run(program):
        log = tmp_path / f"{len(started)}.log"
        started.append(
            spawn(
                [sys.executable, "-c", program],
                mark=tmp_path,
                environment=inherited(),
                log=log,
                cwd=tmp_path,
            )
        )
        wait_until(lambda: "up" in log.read_text())
        return started[-1]

    yield run
    kill([*started, *strays(tmp_path, [])])


def test_a_process_is_alive_until_it_is_killed(run):
    process = run(SLEEP)
    assert process.is_alive()

    kill([process])

    assert not process.is_alive()


def test_a_process_that_has_ended_unnoticed_is_not_alive(run):
    process = run("print('up')")

    assert process.wait(5)
    assert not process.is_alive()


def test_who_has_taken_over_a_pid_is_neither_alive_nor_hit(run):
    process = run(SLEEP)
    earlier = replace(process, started=process.started - 1)

    assert not earlier.is_alive()
    assert end([earlier], 1) == []
    kill([earlier])
    assert process.is_alive()


def test_a_process_is_found_by_its_pid(run):
    process = run(SLEEP)

    assert Process.find(process.pid) == process
    kill([process])
    assert Process.find(process.pid) is None


def test_a_process_is_in_a_session_of_its_own(run):
    assert os.getsid(run(SLEEP).pid) != os.getsid(0)


def test_what_does_not_end_when_asked_is_killed(run):
    willing, stubborn = run(SLEEP), run(STUBBORN)

    assert end([willing, stubborn], 0.3) == [stubborn]
    assert not willing.is_alive()
    assert not stubborn.is_alive()


def test_a_signal_to_what_has_ended_does_nothing(run):
    process = run(SLEEP)
    kill([process])

    process.send(signal.SIGTERM)

    assert process.wait(0)


def test_strays_are_the_unknown_that_nothing_known_has_started(run, tmp_path):
    known, unknown = run(PARENT), run(SLEEP)

    assert strays(tmp_path, [known]) == [unknown]
    assert len(strays(tmp_path, [])) == 3
    assert strays(tmp_path / "other", []) == []


def test_what_a_killed_parent_has_left_is_a_stray(run, tmp_path):
    parent = run(PARENT)
    (child,) = (each for each in strays(tmp_path, []) if each != parent)

    kill([parent])

    assert strays(tmp_path, [parent]) == [child]


def test_nothing_of_another_program_is_a_stray(tmp_path):
    other = subprocess.Popen([sys.executable, "-c", SLEEP], stdout=subprocess.PIPE)

    assert strays(tmp_path, []) == []

    other.kill()
    other.communicate()
