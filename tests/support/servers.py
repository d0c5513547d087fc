"""Broker and database of a test session: those that are given, else private ones."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kombu import Connection

from deploy.local.broker import MEMORY_SHARE, Broker
from deploy.local.database import Database
from deploy.local.ending import end_everything
from deploy.local.guard import Guard
from deploy.local.layout import Layout
from deploy.local.services import Outside
from deploy.local.state import Processes
from shared.messaging.topology import Topology

LADDER_SECONDS = (1, 2, 3)
"""The retry ladder of services under test, unless a test asks for another."""
SMTP_SECONDS = 4
"""How long services under test wait for a mail server."""


class Servers:
    """Starts what is not given, on first use; all of it ends with the session."""

    def __init__(self, folder: Path) -> None:
        self._layout = Layout(folder)
        self._layout.create()
        self._processes = Processes(self._layout.run)
        self._given = Outside.from_environment()
        self._own_broker = Broker(self._layout, self._processes)
        self._own_database = Database(self._layout, self._processes)
        self._guard: Guard | None = None

    @property
    def amqp_uri(self) -> str:
        """Broker, with the virtual host that was given, or ``/``."""
        if self._given.amqp_uri:
            return self._given.amqp_uri
        self._guarded()
        self._own_broker.start()
        return self._own_broker.uri

    @property
    def mongo_uri(self) -> str:
        """Replica set."""
        if self._given.mongo_uri:
            return self._given.mongo_uri
        self._guarded()
        self._own_database.start()
        return self._own_database.uri

    @contextmanager
    def vhost(self, *services: str, ladder: tuple[int, ...] = LADDER_SECONDS) -> Iterator[str]:
        """Provide a virtual host where nobody else is.

        A given broker cannot be told to make one, so there it is the given one, from which what
        these services declare is removed before and after.

        Yields:
            Its AMQP URI.
        """
        uri = self.amqp_uri
        if self._given.amqp_uri:
            clear(uri, services, ladder)
            try:
                yield uri
            finally:
                clear(uri, services, ladder)
            return
        name = f"test-{uuid.uuid4().hex[:12]}"
        try:
            yield self._own_broker.add_vhost(name)
        finally:
            self._own_broker.delete_vhost(name)

    @contextmanager
    def memory_alarm(self) -> Iterator[None]:
        """Have the broker take itself to be short of memory, and so publishers wait.

        A given broker cannot be told so; the test is skipped.
        """
        if self._given.amqp_uri:
            pytest.skip("a broker that is given cannot be made short of memory")
        self._own_broker.limit_memory(0)
        try:
            yield
        finally:
            self._own_broker.limit_memory(MEMORY_SHARE)

    def stop(self) -> None:
        """End what was started."""
        end_everything(self._layout, self._processes)
        if self._guard:
            self._guard.dismiss()

    def _guarded(self) -> None:
        self._guard = self._guard or Guard(self._layout)


def clear(uri: str, services: tuple[str, ...], ladder: tuple[int, ...]) -> None:
    """Delete the exchanges and queues of services; RabbitMQ takes absent ones for deleted."""
    connection = Connection(uri)
    with connection, connection.channel() as channel:
        for topology in (Topology(each, {}, ladder) for each in services):
            for queue in topology.queues():
                channel.queue_delete(queue)
            for exchange in topology.exchanges():
                channel.exchange_delete(exchange)
