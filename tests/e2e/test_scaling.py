"""Several processes of one service share its work, and nothing happens twice."""

import re
from collections.abc import Callable

import requests

from deploy.demo.scene import play
from tests.e2e.conftest import Theatre

HANDLED = re.compile(r'^zirve_events_total\{event="[^"]*",fate="handled"\} (\S+)$', re.MULTILINE)
PROCESSES = 3


def test_three_travel_processes_share_the_work(theatre: Callable[..., Theatre]) -> None:
    scene = theatre(counts={"travel": PROCESSES})

    play(scene.stage)

    assert not scene.failures()
    handled = [handled_by(scene, number) for number in range(1, PROCESSES + 1)]
    assert all(handled), f"events handled by each process: {handled}"


def handled_by(scene: Theatre, number: int) -> float:
    text = requests.get(scene.zirve.admin_url("travel", number) + "/metrics", timeout=10).text
    return sum(float(count) for count in HANDLED.findall(text))
