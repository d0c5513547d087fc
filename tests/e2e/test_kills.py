"""Whatever is killed at whatever moment of the scene, it ends as if nothing had happened."""

import sys
from collections.abc import Callable

import pytest

from deploy.demo.scene import play
from tests.e2e.conftest import Theatre
from tests.e2e.killer import Killer, WatchedClient

KILLS = 5
# What a killed process leaves is found sooner than in production, so that the test is not long.
HASTE = {"OUTBOX_SWEEP_SECONDS": "1"}


@pytest.mark.parametrize(
    ("service", "seed"),
    [("membership", 2021), ("events", 2022), ("travel", 2023), ("notification", 2024)],
)
def test_a_service_killed_with_work_in_hand_loses_nothing_and_does_nothing_twice(
    theatre: Callable[..., Theatre], service: str, seed: int
) -> None:
    scene = theatre(client=WatchedClient, was_killed=True, settings=HASTE)
    client = scene.stage.client
    assert isinstance(client, WatchedClient)
    killer = Killer(service, seed, KILLS, scene.zirve, client)

    killer.start()
    try:
        play(scene.stage)
    finally:
        killer.stop()
    client.settle()
    failures = scene.failures()

    moments = "\n".join(f"  killed with {work} in hand" for work in killer.kills)
    sys.stdout.write(f"{service}, seed {seed}:\n{moments}\n")
    assert killer.failure is None
    assert len(killer.kills) == KILLS
    assert not failures
