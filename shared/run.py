"""Run one process of a service, or declare what services need: ``python -m shared.run``.

eventlet patches the standard library before anything else is imported, so this module imports
nothing else at its top.
"""

import os
import sys

os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")  # noqa: TID251 - read by eventlet at import

import warnings

warnings.filterwarnings("ignore", message="\\nEventlet is deprecated")

import eventlet

eventlet.monkey_patch()

# Patched by now; what follows may import threads and sockets.
import argparse
import importlib
import logging
import signal
import threading
from typing import Any

log = logging.getLogger("shared.run")


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line says; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m shared.run", description=__doc__)
    parser.add_argument("modules", nargs="+", help="for instance services.travel.service")
    parser.add_argument("--declare", action="store_true", help="topology and indexes, then exit")
    options = parser.parse_args(arguments)
    kinds = [service_class(name) for name in options.modules]
    if options.declare:
        return declare(kinds)
    if len(kinds) != 1:
        parser.error("one process runs one service")
    return run(kinds[0])


def service_class(module: str) -> Any:
    """Return the service class that a module defines.

    Raises:
        SystemExit: There is none, or more than one.
    """
    from shared.service import Service

    found = [
        each
        for each in vars(importlib.import_module(module)).values()
        if isinstance(each, type) and issubclass(each, Service) and each.__module__ == module
    ]
    if len(found) != 1:
        raise SystemExit(f"{module} must define one service class, found {len(found)}")
    return found[0]


def declare(kinds: list[Any]) -> int:
    """Declare exchanges, queues, bindings and indexes; safe to run again."""
    from shared.config import Settings
    from shared.messaging.connection import Link
    from shared.messaging.seen import Seen
    from shared.messaging.topology import declare as declare_topologies
    from shared.persistence.mongo import connect, declare_indexes
    from shared.persistence.shared_clock import SharedClock
    from shared.service import repositories_of, topology_of

    settings = Settings.from_environment()
    for kind in kinds:
        database = connect(settings.MONGO_URI, settings.MONGO_DATABASE or kind.name, "deploy")
        for repository in repositories_of(kind):
            declare_indexes(database, repository)
        Seen(database, frozenset()).declare()
        SharedClock(database).declare()
    link = Link(settings.AMQP_URI, "deploy")
    topologies = [topology_of(kind, settings.RETRY_LADDER_SECONDS) for kind in kinds]
    declare_topologies(link.channel, topologies)
    link.close()
    return 0


def run(kind: Any) -> int:
    """Run one process until SIGTERM or SIGINT; returns the exit code."""
    from nameko.containers import ServiceContainer

    from shared.config import Settings
    from shared.messaging.connection import BROKER_ERRORS, Link
    from shared.messaging.topology import check
    from shared.observability.logging import configure
    from shared.service import Runtime

    settings = Settings.from_environment()
    configure(kind.name, settings.LOG_LEVEL)
    runtime = Runtime(kind, settings)
    try:
        link = Link(settings.AMQP_URI, f"{kind.name} start")
        check(link.channel, runtime.topology)
        link.close()
    except BROKER_ERRORS as error:
        log.error("broker unfit", extra={"reason": f"{type(error).__name__}: {error}"})
        return 1
    container = ServiceContainer(kind, config={"runtime": runtime})
    told_to_stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: eventlet.spawn(told_to_stop.set))
    runtime.inject(container)
    container.start()
    runtime.listen(lambda call, *args: container.spawn_managed_thread(lambda: call(*args)))
    log.info("started", extra={"pid": os.getpid()})
    died = eventlet.spawn(container.wait)
    died.link(lambda _: told_to_stop.set())
    told_to_stop.wait()
    return stop(runtime, container, settings.DRAIN_SECONDS)


def stop(runtime: Any, container: Any, seconds: float) -> int:
    """Finish what is in hand, settle it, publish it, go."""
    import time

    deadline = time.monotonic() + seconds
    log.info("draining")
    for begin_drain in runtime.on_drain:
        begin_drain(deadline)
    runtime.quiesce(max(0.0, deadline - time.monotonic()))
    runtime.close(max(1.0, deadline - time.monotonic()))
    container.kill()
    log.info("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
