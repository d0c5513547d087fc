"""Costs that can be reckoned in one's head."""

from tests.bench.capacity import PROCESSES, SERVICES
from tests.bench.capacity.costs import Costs
from tests.bench.capacity.lines import Line

MS = 0.001


def step(door: str, *, commands: float = 1.0, mails: float = 0.0) -> dict[str, Line]:
    """A step of one command a unit that events and notification hear of once each."""
    return {
        "commands": Line(0.0, commands),
        "mails": Line(0.0, mails),
        "writes": Line(0.0, 4.0),
        "journal_bytes": Line(0.0, 1024.0),
        f"published.{door}": Line(0.0, 1.0),
        "handled.events": Line(0.0, 1.0),
        "handled.notification": Line(0.0, 1.0),
        "documents.travel.trips": Line(0.0, 1.0),
        "documents.travel._seen": Line(0.0, 1.0),
        **{f"cpu.{name}": Line(0.0, 2 * MS) for name in PROCESSES},
    }


def costs() -> Costs:
    """Every step costs the same; calling costs once, whatever the size."""
    once = {f"idle.{name}": 0.01 for name in PROCESSES}
    once |= {f"idle_resident.{name}": 64.0 for name in SERVICES}
    once |= {f"resident.{name}": 100.0 for name in PROCESSES}
    once |= {"base.broker": 0.004, "base.database": 0.006}
    once |= {"empty.broker_mib": 4.0, "empty.database_mib": 4.0, "empty.disk_mib": 1.0}
    once |= {"empty.broker_cores": 0.001, "empty.database_cores": 0.0}
    once |= {"empty.queues": 36.0, "empty.collections": 48.0}
    once |= {"mail.at_once": 3.0, "mail.own_seconds": 0.02, "mail.assumed_seconds": 0.1}
    once |= {"queue.rate_out": 5000.0, "queue.disk_bytes": 1024.0, "hop.seconds": 0.01}
    return Costs(
        steps={
            "enrol": step("membership"),
            "call": {"commands": Line(0.0, 2.0), "cpu.events": Line(0.0, 2 * MS)},
            "invite": {"commands": Line(1.0, 0.0), "mails": Line(0.0, 1.0)},
            "answer": step("events", mails=1.0),
            "name": step("events", commands=2.0, mails=1.0),
            "book": step("travel", commands=2.0, mails=2.0),
            "lodge": step("travel", mails=1.0),
            "move": {"commands": Line(1.0, 0.0), "mails": Line(0.0, 1.0)},
            "look": {"commands": Line(0.0, 4.0), "cpu.travel": Line(0.0, 4 * MS)},
        },
        once=once,
        bytes={"travel.trips": 4096.0, "travel._seen": 1024.0},
        shapes={"command": [1.0], "hop": [1.0]},
    )
