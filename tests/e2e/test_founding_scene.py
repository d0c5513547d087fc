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


def test_the_checker_notices_a_missing_mail_a_room_given_twice_and_a_dead_letter(
    theatre: Callable[..., Theatre],
) -> None:
    scene = theatre()
    play(scene.stage)

    scene.place.mails.files()[0].unlink()
    blocks = scene.evidence.database("travel")["blocks"]
    (block,) = blocks.find()
    hold = next(iter(block["holds"].values()))
    blocks.update_one({"_id": block["_id"]}, {"$set": {"holds.a-second-one": hold}})

    letters = scene.evidence.database("travel")["_dead_letters"]
    letters.insert_many([{"_id": each, "state": each} for each in ("parked", "dropped")])

    failures = scene.failures()
    assert "travel has parked nothing" in failures
    assert "mails, by Message-ID" in failures
    assert "rooms left, by holds of the block" in failures
    assert "stays that hold rooms are those confirmed" in failures
