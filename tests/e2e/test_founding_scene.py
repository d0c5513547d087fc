"""The founding scene, from the import of cities to the meeting that moved."""

from collections.abc import Callable

import pytest

from deploy.demo.checker.witness import heard
from deploy.demo.scene import play
from deploy.demo.summary import summarise
from tests.e2e.conftest import Theatre


def test_the_scene_ends_as_was_expected_by_hand_and_again_when_it_is_repeated(
    theatre: Callable[..., Theatre], capsys: pytest.CaptureFixture[str]
) -> None:
    scene = theatre()

    play(scene.stage)
    summarise(scene.stage)
    shown = capsys.readouterr().out
    failures = scene.failures()
    events = len(heard(scene.evidence))

    assert not failures
    assert "52 member" in shown
    assert shown.index("06:45Z") < shown.index("06:50Z"), "arrivals are not in true order"

    # As after a script that was cut off: every step is answered as it was the first time.
    play(scene.stage)

    assert len(heard(scene.evidence)) == events
    assert not scene.failures()
