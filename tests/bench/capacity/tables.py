"""The tables of docs/capacity.md, made from what was measured and assumed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.bench.capacity import PROCESSES, SERVICES
from tests.bench.capacity.costs import KEPT_A_DAY, Costs
from tests.bench.capacity.model import UTILISATION, Model, walls
from tests.bench.capacity.network import HABITS, KINDS
from tests.bench.capacity.script import STEPS

PAGE = Path(__file__).parents[3] / "docs" / "capacity.md"
NETWORKS = (1, 100, 10_000)
YEARS = (1, 5)
KIB = 1024
DISK_GIB = 2048.0
"""A disk of 2 TiB for the database, as a wall to be measured against."""
MEMORY_GIB = 256.0
CORES = 32.0
"""A large machine of today, for broker and database."""


MORE = "more of them: they share the inbox"
WALLS = {
    "one process of events": ("0.6 of a core", MORE),
    "one process of travel": ("0.6 of a core", MORE),
    "one process of membership": ("0.6 of a core", "more of them"),
    "one process of notification, its processor": ("0.6 of a core", MORE),
    "one process of notification, mails": (
        "0.6 of its rate, a server that takes 0.1 s",
        MORE + "; mails of a batch sent side by side",
    ),
    "one primary": ("0.6 of 32 cores", "a replica set for each service; then shards by network"),
    "one broker": ("0.6 of 32 cores", "a broker for each region"),
    "one inbox": (
        "what it gave out here",
        "several by a consistent hash of the aggregate, or by network: one queue is one log",
    ),
    "disk, five years": ("2 TiB", "forgetting what is long past; else shards by network"),
    "apart: memory": ("256 GiB", "as for idle processes"),
    "apart: idle processes": (
        "0.6 of 32 cores",
        "networks as a key, so that they share processes; before that, fewer looks; more machines",
    ),
}
"""How much there is of what is used up, and what moves the wall."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown, columns of numbers to the right."""
    cells = [tuple(row) for row in rows]
    columns = zip(*cells, strict=True)
    sides = ["--:" if all(map(_is_number, column)) else "---" for column in columns]
    made = [f"| {' | '.join(row)} |" for row in (head, sides, *cells)]
    return "\n".join(made) + "\n"


def _is_number(cell: str) -> bool:
    return cell[:1] in "0123456789+-"


def number(value: float) -> str:
    """Return a number as readers want it: three digits that count, thousands apart."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def of_kinds() -> str:
    """Return the meetings that a network is taken to hold."""
    rows = [
        (each.name, number(each.per_year), str(each.cities), str(each.delegates), each.why)
        for each in KINDS
    ]
    return table(("meeting", "a year", "cities invited", "delegates", "why"), rows)


def of_habits() -> str:
    """Return how often each step is taken to happen, and when."""
    rows = [
        (
            step,
            f"{number(habit.times)} per {habit.per}",
            "yes" if habit.before_deadline else "no",
            habit.why,
        )
        for step, habit in HABITS.items()
    ]
    return table(("step", "times", "left to the last hour", "why"), rows)


def of_steps(costs: Costs) -> str:
    """Return what each step causes, for each city or delegate."""
    quantities = {
        "commands": ("commands", 1.0),
        "published": ("published.", 1.0),
        "handled": ("handled.", 1.0),
        "mails": ("mails", 1.0),
        "writes": ("writes", 1.0),
        "journal, KiB": ("journal_bytes", KIB),
        "processors, ms": ("cpu.", 0.001),
    }
    rows = []
    for step in STEPS:
        cells = [step]
        for name, unit in quantities.values():
            fixed, each = _sum(costs, step, name)
            cells.append(_line(fixed / unit, each / unit))
        cells.append(f"{100 * costs.off.get(step, 0.0):.0f} %")
        rows.append(cells)
    return table(("step", *quantities, "off the line"), rows)


def of_work(costs: Costs) -> str:
    """Return the processor time of each process by step, milliseconds for each."""
    rows = []
    for step in STEPS:
        work = [1000 * _slope(costs, step, f"cpu.{name}") for name in PROCESSES]
        rows.append((step, *(number(each) for each in (*work, sum(work)))))
    idle = [1000 * costs.once[f"idle.{name}"] for name in PROCESSES]
    rows.append(("idle, ms a second", *(number(each) for each in (*idle, sum(idle)))))
    most = [costs.once[f"resident.{name}"] for name in PROCESSES]
    rows.append(("memory at the most, MiB", *(number(each) for each in (*most, sum(most)))))
    return table(("each", *PROCESSES, "together"), rows)


def of_bytes(costs: Costs) -> str:
    """Return what takes the disk: a network's year by collection, the largest first."""
    model = Model(costs)
    found = []
    for name, each in costs.bytes.items():
        documents = model.a_year(f"documents.{name}")
        if name.partition(".")[2] not in KEPT_A_DAY and documents:
            found.append((documents * each, name, documents, each))
    found.sort(reverse=True)
    total = sum(each[0] for each in found)
    rows = [
        (name, number(documents), number(each), number(size / 2**20), f"{100 * size / total:.0f} %")
        for size, name, documents, each in found[:6]
    ]
    rows.append(("all", "", "", number(total / 2**20), "100 %"))
    return table(("collection", "documents a year", "bytes each", "MiB a year", "share"), rows)


def of_networks(costs: Costs) -> str:
    """Return what so many networks need if one installation serves them all."""
    model = Model(costs)
    rows: list[tuple[str, ...]] = []

    def row(name: str, values: Iterable[float | str]) -> None:
        rows.append((name, *(v if isinstance(v, str) else number(v) for v in values)))

    for name, quantity in (("commands", "commands"), ("mails", "mails"), ("writes", "writes")):
        row(
            f"{name} a second, busiest minute",
            (model.busiest_minute(quantity, n) for n in NETWORKS),
        )
    row(
        "events published a second",
        (sum(model.busiest_minute(f"published.{s}", n) for s in SERVICES) for n in NETWORKS),
    )
    heard = SERVICES[1:]
    row(
        "into the inboxes of " + ", ".join(heard),
        (" + ".join(number(model.deliveries(s, n)) for s in heard) for n in NETWORKS),
    )
    row(
        "cores busy: " + ", ".join(SERVICES),
        (" + ".join(number(model.cores(s, n)) for s in SERVICES) for n in NETWORKS),
    )
    for name in ("broker", "database"):
        row(f"cores busy: {name}", (model.cores(name, n) for n in NETWORKS))
    row(f"cores in all, at {UTILISATION:.0%}", (model.all_cores(n) for n in NETWORKS))
    row(
        "processes of " + ", ".join(SERVICES),
        (" + ".join(str(model.processes(s, n)) for s in SERVICES) for n in NETWORKS),
    )
    row(
        "MiB of `notification.in`, an hour unread",
        (model.backlog_mib("notification", n, 1) for n in NETWORKS),
    )
    for years in YEARS:
        of_years = f"{years} year{'s' if years > 1 else ''}"
        row(f"GiB of database after {of_years}", (model.database_gib(n, years) for n in NETWORKS))
    return table(("networks", *(f"{n:,}" for n in NETWORKS)), rows)


def of_apart(costs: Costs) -> str:
    """Return what an installation for each network takes before anybody does anything."""
    model = Model(costs)
    found = [model.apart(n) for n in NETWORKS]
    names = {
        "processes": "processes of services",
        "memory_gib": "memory, GiB",
        "cores": "cores busy with nothing",
        "queues": "quorum queues",
        "collections": "collections",
    }
    rows = [(text, *(number(each[name]) for each in found)) for name, text in names.items()]
    return table(("networks", *(f"{n:,}" for n in NETWORKS)), rows)


def of_walls(costs: Costs) -> str:
    """Return at how many networks what is used up, the nearest first."""
    model = Model(costs)
    once = costs.once
    apart = model.apart(1)
    capacities = {
        "one process of events": ("cpu.events", UTILISATION),
        "one process of travel": ("cpu.travel", UTILISATION),
        "one process of membership": ("cpu.membership", UTILISATION),
        "one process of notification, its processor": ("cpu.notification", UTILISATION),
        "one process of notification, mails": ("mails", UTILISATION * model.mails_a_second()),
        "one primary": ("cpu.database", CORES * UTILISATION),
        "one broker": ("cpu.broker", CORES * UTILISATION),
        "one inbox": ("handled.notification", once["queue.rate_out"]),
    }
    found = dict(walls(model, capacities))
    found["disk, five years"] = DISK_GIB / model.database_gib(1, 5)
    found["apart: memory"] = MEMORY_GIB / apart["memory_gib"]
    found["apart: idle processes"] = CORES * UTILISATION / apart["cores"]
    ordered = sorted(found.items(), key=lambda each: each[1])
    rows = [(name, number(networks), *WALLS[name]) for name, networks in ordered]
    return table(("what is used up", "at networks", "how much there is", "what moves it"), rows)


def put_into(page: str, made: Mapping[str, str]) -> str:
    """Return a page with its tables as they are now.

    A table stands between ``<!-- name -->`` and ``<!-- end -->``.

    Raises:
        LookupError: The page has no place for one of them.
    """
    for name, text in made.items():
        place = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- end -->)", re.DOTALL)
        page, number_of_places = place.subn(lambda _, text=text: text, page)
        if number_of_places != 1:
            raise LookupError(name)
    return page


def all_tables(costs: Costs) -> dict[str, str]:
    """Return the tables that docs/capacity.md must have, by name."""
    return {
        "meetings": of_kinds(),
        "habits": of_habits(),
        "steps": of_steps(costs),
        "work": of_work(costs),
        "bytes": of_bytes(costs),
        "networks": of_networks(costs),
        "apart": of_apart(costs),
        "walls": of_walls(costs),
    }


def _sum(costs: Costs, step: str, name: str) -> tuple[float, float]:
    """Return the parts of a line; those of all that begin so when the name ends with a dot."""
    names = [
        each
        for each in costs.steps[step]
        if each == name or (name.endswith(".") and each.startswith(name))
    ]
    found = [costs.of(step, each) for each in names]
    return sum(each.fixed for each in found), sum(each.each for each in found)


def _slope(costs: Costs, step: str, quantity: str) -> float:
    line = costs.of(step, quantity)
    return line.each or line.fixed


def _line(fixed: float, each: float) -> str:
    """Return a line as readers want it: "2 + 3.5 n"; what does not matter is left out."""
    if abs(fixed) < 0.05 * max(1.0, abs(each)):
        return number(each)
    return f"{number(fixed)} + {number(each)} n" if each > 0.001 else number(fixed)
