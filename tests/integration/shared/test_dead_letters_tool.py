from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.dead_letters.__main__ import main
from shared.contracts.events import MeetingCancelled
from tests.support.outside import Outsider
from tests.support.running_service import RunningService
from tests.support.waiting import wait_until

Tool = Callable[..., tuple[int, str, str]]
HERE = ("--service", "travel")


@pytest.fixture
def travel(run_service: Callable[..., RunningService]) -> RunningService:
    return run_service("travel")


@pytest.fixture
def tool(travel: RunningService, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Tool:
    """Return a function that runs the tool and tells exit code, output and errors."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["--data", str(tmp_path / "travel"), *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def parked(travel: RunningService, tool: Tool) -> Iterator[str]:
    """The id of an event that travel cannot read."""
    outsider = Outsider(travel.amqp_uri)
    now = datetime(2024, 11, 1, tzinfo=UTC)
    event = MeetingCancelled(meeting_id="m1", revision=1, reason="", occurred_at=now)
    message = outsider.message(event, "meetings", "m1", 1)
    message.body = b'{"meeting_id": 7}'
    outsider.send([message])
    wait_until(lambda: message.id in tool(*HERE)[1])
    yield message.id
    outsider.close()


def test_the_tool_lists_what_is_parked_and_says_who_does_not_answer(
    tool: Tool, parked: str
) -> None:
    code, out, err = tool()

    assert code == 1
    assert err.count("has not been started") == 3
    title, head, row = out.splitlines()
    assert title == "travel: 1 parked"
    assert head.split() == ["id", "parked_at", "event", "handler", "reason"]
    letter, _, event, handler, reason = row.split()[:5]
    assert (letter, event, handler, reason) == (
        parked,
        "events.MeetingCancelled",
        "travel.on_meeting_cancelled",
        "broken_contract:",
    )


def test_the_tool_shows_replays_and_drops(tool: Tool, parked: str) -> None:
    code, out, _ = tool(*HERE, "--show", parked)
    assert (code, '{"meeting_id": 7}' in out) == (0, True)

    for which in (parked, "all"):
        assert tool(*HERE, "--replay", which) == (0, "travel: 1 replayed\n", "")
        wait_until(lambda: parked in tool(*HERE)[1])
    assert tool(*HERE, "--drop", parked, "--why", "a test's")[0] == 0

    assert tool(*HERE) == (0, "travel: 0 parked\n", "")
    assert parked in tool(*HERE, "--state", "dropped")[1]
    assert ": a test's" in tool(*HERE, "--show", parked)[1]


def test_the_tool_says_what_it_cannot_do(
    travel: RunningService, tool: Tool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tool(*HERE, "--show", "nothing") == (1, "", "No message with this id was parked.\n")
    code, _, err = tool(*HERE, "--drop", "nothing", "--why", "x" * 300)
    assert (code, err) == (1, "travel: The request does not fit its schema.\n")
    with pytest.raises(SystemExit) as usage:
        tool(*HERE, "--drop", "nothing")
    assert usage.value.code == 2
    assert "why=<text>" in capsys.readouterr().err

    travel.stop()

    assert tool(*HERE) == (1, "", "travel does not answer: ConnectionError\n")
