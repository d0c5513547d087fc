"""A mail server that is far: how many mails one process of notification hands over at once."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

from deploy.local.installation import Installation
from deploy.local.ports import accepts
from tests.bench.capacity import script
from tests.bench.capacity.installed import Installed
from tests.bench.capacity.organiser import Command
from tests.bench.capacity.script import STEPS, Meeting
from tests.bench.world import wait

SMTP_SECONDS = 0.1
"""How long the far mail server takes for a mail: some round trips of 20 ms."""
MEETINGS = 3
"""Moved at the same moment: a process handles three batches at once, mails of a batch in turn."""
DELEGATES = 32


def far_mail_server(what: Installed) -> dict[str, float]:
    """Move meetings while the mail server takes its time; one process of notification.

    Returns:
        Mails that were under way at once, and seconds that a mail takes beside the server's own.
    """
    desk, observed = what.desk, what.observed
    city_ids = [row["city_id"] for row in script.cities()]
    meetings = [Meeting.of(f"far-{number}", DELEGATES, city_ids) for number in range(MEETINGS)]
    for step in STEPS[: STEPS.index("book")]:
        for meeting in meetings:
            meeting.take(step, desk, 8)
        observed.settle()
    near = _moved(meetings, what, 12)
    with _slow_mail_server(what.zirve):
        far = _moved(meetings, what, 13)
    # Two rates and two unknowns: rate = at_once / (server + own).
    at_once = SMTP_SECONDS / (1 / far - 1 / near)
    return {
        "mail.rate_near": near,
        "mail.rate_far": far,
        "mail.at_once": at_once,
        "mail.own_seconds": at_once / near,
        "mail.assumed_seconds": SMTP_SECONDS,
    }


def _moved(meetings: Sequence[Meeting], what: Installed, hour: int) -> float:
    """Move meetings to another hour; returns the mails a second that follow."""
    observed = what.observed
    before = {path.name for path in observed.zirve.mails.glob("*.eml")}
    chains = [chain for meeting in meetings for chain in meeting.chains("move")]
    what.desk.do([[_to(hour, command) for command in chain] for chain in chains], len(chains))
    expected = sum(len(meeting.cities) + meeting.delegates for meeting in meetings)

    def sent() -> list[float]:
        mails = observed.zirve.mails.glob("*.eml")
        return sorted(path.stat().st_mtime for path in mails if path.name not in before)

    wait(lambda: len(sent()) >= expected, 0.2)
    observed.settle()
    times = sent()
    return (len(times) - 1) / (times[-1] - times[0])


@contextmanager
def _slow_mail_server(zirve: Installation) -> Iterator[None]:
    """Have a mail server that takes its time at the place of the installation's own."""
    port = urlsplit(zirve.smtp_uri).port or 0
    zirve.stop("mail")
    command = [
        sys.executable,
        "-m",
        "tests.bench.capacity.probes.slow_mail",
        str(port),
        str(zirve.mails),
        str(SMTP_SECONDS),
    ]
    process = subprocess.Popen(command)
    try:
        wait(lambda: accepts(port))
        yield
    finally:
        process.terminate()
        process.wait(10)
        zirve.start("mail")


def _to(hour: int, command: Command) -> Command:
    """Return the command that moves a meeting to an hour."""
    body = {**(command.body or {}), "begins": script.at(hour)}
    return replace(command, key=f"{command.key}-{hour}", body=body)
