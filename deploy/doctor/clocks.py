"""How far the clock of another machine is off this one's."""

from datetime import datetime, timedelta

from deploy.local.doctor import Trouble

APART = timedelta(seconds=2)
"""HTTP tells whole seconds alone."""


def clock_trouble(theirs: datetime, asked_at: datetime, answered_at: datetime) -> Trouble | None:
    """Return what is wrong when a clock is off by more than two seconds and the time of the way.

    Args:
        theirs: What it said.
        asked_at: When it was asked, by our clock.
        answered_at: When it had answered, by our clock.
    """
    off = max(asked_at - theirs, theirs - answered_at)
    if off <= APART:
        return None
    return Trouble(
        is_wrong=f"Its clock is {off.total_seconds():.0f} s off this machine's.",
        matters="A token from a machine that is ahead is refused as not yet valid, one that has"
        " ended is still taken, and reminders come early or late.",
        mend="Let all machines follow the same time (chrony, systemd-timesyncd).",
        see="docs/operations/doctor.md#clocks",
    )
