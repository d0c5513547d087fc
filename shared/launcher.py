"""The launcher: one process of a service from its start to its end, and the deploy step.

It expects that eventlet has patched the standard library, as ``shared.run`` does.
"""

import argparse
import gc
import importlib
import logging
import os
import signal
import sys
import threading
import time
from typing import Any

import eventlet
from nameko.containers import ServiceContainer
from pymongo.database import Database

from shared.config import Settings
from shared.messaging.connection import BROKER_ERRORS, Link
from shared.messaging.dead_letters import DeadLetters
from shared.messaging.restatement import Restatements
from shared.messaging.seen import Seen
from shared.messaging.topology import check
from shared.messaging.topology import declare as declare_topologies
from shared.observability.logging import configure
from shared.observability.traces import spans
from shared.persistence.document import Document
from shared.persistence.epoch import begin_epoch
from shared.persistence.indexes import (
    Indexes,
    indexes_declared_by,
    make_indexes,
    undeclared_indexes,
)
from shared.persistence.mongo import UnfitDatabase, connect
from shared.persistence.shared_clock import SharedClock
from shared.service import Runtime, Service, repositories_of, topology_of

SPANS_SECONDS = 2.0
"""For the last spans, once all work is done; a collector that is slower does without them."""

log = logging.getLogger(__name__)


def launch(arguments: list[str] | None = None) -> int:
    """Run what the command line says; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m shared.run")
    parser.add_argument("modules", nargs="+", help="for instance services.travel.service")
    step = parser.add_mutually_exclusive_group()
    step.add_argument("--declare", action="store_true", help="topology and indexes, then exit")
    step.add_argument(
        "--drop-undeclared", action="store_true", help="indexes of older versions, then exit"
    )
    step.add_argument("--restored", action="store_true", help="begin an epoch, then exit")
    options = parser.parse_args(arguments)
    kinds = [service_class(name) for name in options.modules]
    if options.declare:
        return declare(kinds)
    if options.drop_undeclared:
        return drop_undeclared(kinds)
    if options.restored:
        return begin_epochs(kinds)
    if len(kinds) != 1:
        parser.error("one process runs one service")
    return run(kinds[0])


def service_class(module: str) -> Any:
    """Return the service class that a module defines.

    Raises:
        SystemExit: There is none, or more than one.
    """
    found = [
        each
        for each in vars(importlib.import_module(module)).values()
        if isinstance(each, type) and issubclass(each, Service) and each.__module__ == module
    ]
    if len(found) != 1:
        raise SystemExit(f"{module} must define one service class, found {len(found)}")
    return found[0]


def indexes_of(kind: type[Service]) -> Indexes:
    """Return the indexes that a service needs, by collection."""
    chassis = (Seen, SharedClock, DeadLetters, Restatements)
    own = [each.indexes for each in chassis]
    return {
        name: models
        for each in (indexes_declared_by(repositories_of(kind)), *own)
        for name, models in each.items()
    }


def declare(kinds: list[Any]) -> int:
    """Declare exchanges, queues, bindings and indexes; safe to run again."""
    settings = Settings.from_environment()
    for kind in kinds:
        make_indexes(_database(kind, settings, "deploy"), indexes_of(kind))
    topologies = [topology_of(kind, settings.RETRY_LADDER_SECONDS) for kind in kinds]
    try:
        link = Link(settings.AMQP_URI, "deploy")
        declare_topologies(link.channel, topologies)
    except BROKER_ERRORS as error:
        raise SystemExit(f"The broker is unfit: {type(error).__name__}: {error}") from None
    link.close()
    return 0


def drop_undeclared(kinds: list[Any]) -> int:
    """Drop the indexes that this version does not declare; none of an older one may run."""
    settings = Settings.from_environment()
    for kind in kinds:
        database = _database(kind, settings, "deploy")
        for collection, name in undeclared_indexes(database, indexes_of(kind)):
            database[collection].drop_index(name)
            sys.stdout.write(f"{database.name}.{collection}: {name} dropped.\n")
    return 0


def begin_epochs(kinds: list[Any]) -> int:
    """Have services whose database was restored number their events beyond all that were published.

    Raises:
        SystemExit: A process of such a service runs, or the broker does not say whether.
    """
    settings = Settings.from_environment()
    for kind in kinds:
        inbox = topology_of(kind, settings.RETRY_LADDER_SECONDS).inbox
        try:
            link = Link(settings.AMQP_URI, "restored")
            running = link.channel.queue_declare(inbox, passive=True).consumer_count
        except BROKER_ERRORS as error:
            raise SystemExit(f"The broker is unfit: {type(error).__name__}: {error}") from None
        link.close()
        if running:
            raise SystemExit(f"{running} processes of {kind.name} run; stop them first.")
        database = _database(kind, settings, "restored")
        floor = begin_epoch(database, [each.collection for each in repositories_of(kind)])
        sys.stdout.write(f"{kind.name} numbers its events from {floor + 1} on.\n")
    return 0


def _database(kind: Any, settings: Settings, step: str) -> Database[Document]:
    """Connect as a step between two versions, which may take its time."""
    name = settings.MONGO_DATABASE or kind.name
    return connect(settings.MONGO_URI, name, step, operation_seconds=None)


def run(kind: Any) -> int:
    """Run one process until SIGTERM or SIGINT; returns the exit code."""
    settings = Settings.from_environment()
    configure(kind.name, settings.LOG_LEVEL)
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        # OpenTelemetry is imported only where somebody wants it: it takes some 9 MiB.
        from shared.observability.traces.export import Recorder

        spans.record_with(Recorder(kind.name, settings))
    runtime = fit_runtime(kind, settings)
    if runtime is None:
        return 1
    container = ServiceContainer(kind, config={"runtime": runtime})
    told_to_stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: eventlet.spawn(told_to_stop.set))
    if settings.CLOCK_MAY_BE_SET:
        # Before the first door opens: a request must not be answered by another time than was set.
        runtime.clock.follow_once()
    runtime.inject(container)
    container.start()
    runtime.listen(lambda call, *args: container.spawn_managed_thread(lambda: call(*args)))
    # What was made up to here stays; looking through all of it again and again would only halt
    # the process, by some 30 ms each time.
    gc.collect()
    gc.freeze()
    log.info("started", extra={"pid": os.getpid()})
    # A thread of ours that dies takes the container with it; the process must not linger.
    died = eventlet.spawn(container.wait)
    died.link(lambda _: told_to_stop.set())
    told_to_stop.wait()
    return stop(runtime, container, settings.DRAIN_SECONDS, failed=died.dead)


def fit_runtime(kind: Any, settings: Settings) -> Runtime | None:
    """Return what carries the process.

    Returns:
        ``None``, with the reason logged, when the database or the broker does not take us or has
        not what the deploy step declares.
    """
    try:
        runtime = Runtime(kind, settings)
        link = Link(settings.AMQP_URI, f"{kind.name} start")
        check(link.channel, runtime.topology)
    except UnfitDatabase as error:
        log.error("database unfit", extra={"reason": str(error)})  # noqa: TRY400 - it says it all
        return None
    except BROKER_ERRORS as error:
        reason = f"{type(error).__name__}: {error}"
        log.error("broker unfit", extra={"reason": reason})  # noqa: TRY400 - it says it all
        return None
    link.close()
    return runtime


def stop(runtime: Runtime, container: Any, seconds: float, *, failed: bool) -> int:
    """Finish what is in hand, settle it, publish it, go."""
    deadline = time.monotonic() + seconds
    log.info("draining")
    for begin_drain in runtime.on_drain:
        begin_drain(deadline)
    runtime.quiesce(max(0.0, deadline - time.monotonic()))
    runtime.close(max(1.0, deadline - time.monotonic()))
    spans.stop(SPANS_SECONDS)
    container.kill()
    log.info("stopped")
    return int(failed)
