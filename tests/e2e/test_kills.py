"""Whatever is killed at whatever moment of the scene, it ends as if nothing had happened."""

import sys
from collections.abc import Callable, Iterator

import pytest

from deploy.demo.client import SERVICES
from deploy.demo.scene import play
from tests.e2e.conftest import Theatre
from tests.e2e.killer import Killer, WatchedClient

KILLS = 5
SEED = 2021
# What a killed process leaves is found sooner than in production, so that the test is not long.
HASTE = {"OUTBOX_SWEEP_SECONDS": "1"}
TURN_SECONDS = 0.0005


@pytest.fixture(autouse=True)
def short_turns() -> Iterator[None]:
    """Let threads take turns often: a request is open for less than a thread's usual turn."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)
    yield
    sys.setswitchinterval(usual)


def test_services_killed_with_work_in_hand_lose_nothing_and_do_nothing_twice(
    theatre: Callable[..., Theatre],
) -> None:
    scene = theatre(client=WatchedClient, was_killed=True, settings=HASTE)
    client = scene.stage.client
    assert isinstance(client, WatchedClient)
    killers = [
        Killer(service, f"{SEED} {service}", KILLS, scene.zirve, client) for service in SERVICES
    ]

    for killer in killers:
        killer.start()
    try:
        play(scene.stage)
    finally:
        for killer in killers:
            killer.stop()
    client.settle()
    failures = scene.failures()

    for killer in killers:
        sys.stdout.write(f"{killer.name}, seed {SEED}:\n")
        sys.stdout.writelines(f"  with {work} in hand\n" for work in killer.kills)
    assert [killer.failure for killer in killers] == [None] * len(SERVICES)
    assert [len(killer.kills) for killer in killers] == [KILLS] * len(SERVICES)
    assert not failures
