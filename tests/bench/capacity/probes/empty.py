"""Networks that nobody uses: what each takes at the broker and the database all the same."""

import time
import uuid

from deploy.local.broker import Broker
from deploy.local.layout import Layout
from deploy.local.services import MODULES, Outside, Services
from deploy.local.state import Processes
from shared.messaging.topology import Topology
from tests.bench.capacity import PROCESSES, SERVICES
from tests.bench.capacity.installed import Installed
from tests.bench.capacity.observed import peak_mib, tree_bytes
from tests.bench.imports import processor_seconds
from tests.bench.world import resident_mib

NETWORKS = 4
REST_SECONDS = 20.0
LADDER = (5, 30, 120, 600, 3600, 21600)
"""As services are told unless told otherwise (``RETRY_LADDER_SECONDS``)."""
MIB = 2**20


def empty_networks(what: Installed) -> dict[str, float]:
    """Declare what further installations need at this broker and this database.

    Returns:
        What each of them takes there while nobody uses it: memory, processors, disk, and the number
        of its queues and collections.
    """
    observed, layout = what.observed, what.layout
    broker = Broker(layout, Processes(layout.run))
    pids = {"broker": observed.pid("broker"), "database": observed.pid("database")}
    memory = {name: resident_mib(pid) for name, pid in pids.items()}
    resting = _resting(pids)
    disk = tree_bytes(layout.broker) + tree_bytes(layout.database)
    names = [f"empty{number}" for number in range(NETWORKS)]
    for name in names:
        outside = Outside(
            amqp_uri=broker.add_vhost(name),
            mongo_uri=observed.zirve.mongo_uri,
            smtp_uri=observed.zirve.smtp_uri,
            database_prefix=f"{name}_",
        )
        _declare(layout, outside)
    observed.mongo.admin.command("fsync")
    found: dict[str, float] = {}
    for name, pid in pids.items():
        found[f"{name}_mib"] = (resident_mib(pid) - memory[name]) / NETWORKS
    more = _resting(pids)
    for name in pids:
        found[f"{name}_cores"] = max(0.0, more[name] - resting[name]) / NETWORKS
    grown = tree_bytes(layout.broker) + tree_bytes(layout.database) - disk
    found["disk_mib"] = grown / MIB / NETWORKS
    found["queues"] = sum(len(Topology(name, {}, LADDER).queues()) for name in SERVICES)
    found["collections"] = sum(
        len(observed.mongo[f"{names[0]}_{service}"].list_collection_names()) for service in SERVICES
    )
    for name in names:
        broker.delete_vhost(name)
        for service in SERVICES:
            observed.mongo.drop_database(f"{name}_{service}")
    return {f"empty.{what}": value for what, value in found.items()}


def deserted(what: Installed) -> dict[str, float]:
    """Stop all services; returns the processors that broker and database still keep busy."""
    for service in SERVICES:
        what.zirve.stop(service)
    found = _resting({name: what.observed.pid(name) for name in ("broker", "database")})
    return {f"base.{name}": work for name, work in found.items()}


def peaks(what: Installed) -> dict[str, float]:
    """Return the memory that processes have had at the most, MiB."""
    return {f"resident.{name}": peak_mib(what.observed.pid(name)) for name in PROCESSES}


def _resting(pids: dict[str, int]) -> dict[str, float]:
    time.sleep(5)  # what was begun ends
    work, started = {name: processor_seconds(pid) for name, pid in pids.items()}, time.monotonic()
    time.sleep(REST_SECONDS)
    took = time.monotonic() - started
    return {name: (processor_seconds(pid) - work[name]) / took for name, pid in pids.items()}


def _declare(layout: Layout, outside: Outside) -> None:
    services = Services(layout, Processes(layout.run), MODULES, {}, outside.database_prefix)
    services.settings = {
        "AMQP_URI": outside.amqp_uri or "",
        "MONGO_URI": outside.mongo_uri or "",
        "SMTP_URI": outside.smtp_uri or "",
        "LINK_SECRET": uuid.uuid4().hex,
    }
    services.declare(MODULES)
