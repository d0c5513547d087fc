"""Broker and database as they are run where it matters: with accounts, over TLS."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.access.broker import definitions
from deploy.access.database import grant
from deploy.local.broker import Broker
from deploy.local.database import REPLICA_SET, Database
from deploy.local.ending import end_everything
from deploy.local.guard import Guard
from deploy.local.layout import Layout
from deploy.local.ports import LOOPBACK
from deploy.local.state import Processes
from shared.messaging.topology import Topology
from tests.support.certificates import Authority

ROOT = "root"
PASSWORD = "p@ss/word"
"""Of every account; it has what a URI must escape."""

TLS = """\
listeners.ssl.1 = {host}:{port}
ssl_options.cacertfile = {ca}
ssl_options.certfile = {certificate}
ssl_options.keyfile = {key}
ssl_options.verify = verify_none
ssl_options.fail_if_no_peer_cert = false
ssl_options.versions.1 = tlsv1.3
ssl_options.versions.2 = tlsv1.2
"""


class GuardedBroker(Broker):
    """RabbitMQ that listens with TLS, too; ``guest`` is left to the test that looks into it."""

    purposes = (*Broker.purposes, "amqps")

    def __init__(self, layout: Layout, processes: Processes, authority: Authority) -> None:
        super().__init__(layout, processes)
        self.authority = authority
        self._files = authority.issue(LOOPBACK)

    def uri_of(
        self,
        user: str,
        vhost: str,
        *,
        host: str = LOOPBACK,
        ca_file: Path | None = None,
        tls: bool = True,
    ) -> str:
        """Return the URI of an account."""
        account = f"{quote(user)}:{quote(PASSWORD, safe='')}"
        ports, path = self.entry().ports, quote(vhost, safe="")
        if not tls:
            return f"amqp://{account}@{host}:{ports['amqp']}/{path}"
        ca = ca_file or self.authority.ca_file
        return f"amqps://{account}@{host}:{ports['amqps']}/{path}?cacertfile={ca}"

    def command(self, ports: Mapping[str, int]) -> Sequence[str]:
        """Write the configuration; return program and arguments."""
        command = super().command(ports)
        certificate, key = self._files
        with (self.layout.broker / "rabbitmq.conf").open("a") as configuration:
            configuration.write(
                TLS.format(
                    host=LOOPBACK,
                    port=ports["amqps"],
                    ca=self.authority.ca_file,
                    certificate=certificate,
                    key=key,
                )
            )
        return command

    def define(self, topologies: Sequence[Topology], vhost: str) -> None:
        """Make the accounts of services and of the deploy step."""
        names = [*(each.service for each in topologies), "deploy"]
        said = definitions(topologies, dict.fromkeys(names, PASSWORD), vhost)
        file = self.layout.broker / "definitions.json"
        file.write_text(json.dumps(said))
        self._ctl("import_definitions", str(file))

    def cut(self) -> None:
        """Close every connection."""
        self._ctl("close_all_connections", "a test")


class GuardedDatabase(Database):
    """A ``mongod`` that takes TLS only and lets in only whom it knows."""

    def __init__(self, layout: Layout, processes: Processes, authority: Authority) -> None:
        super().__init__(layout, processes)
        self.authority = authority
        self._files = authority.issue(LOOPBACK)

    def uri_of(
        self,
        user: str,
        *,
        password: str = PASSWORD,
        host: str = LOOPBACK,
        ca_file: Path | None = None,
    ) -> str:
        """Return the URI of an account."""
        port = self.entry().ports["mongodb"]
        account = f"{quote(user)}:{quote(password, safe='')}"
        ca = quote(str(ca_file or self.authority.ca_file), safe="")
        options = f"replicaSet={REPLICA_SET}&tls=true&tlsCAFile={ca}"
        return f"mongodb://{account}@{host}:{port}/?{options}"

    def command(self, ports: Mapping[str, int]) -> Sequence[str]:
        """Write key files; return program and arguments."""
        command = super().command(ports)
        certificate, key = self._files
        both = self.layout.database / "server.pem"
        members = self.layout.database / "members.key"
        both.write_bytes(certificate.read_bytes() + key.read_bytes())
        members.write_text(secrets.token_hex(32))
        for file in (both, members):
            file.chmod(0o600)
        return [
            *command,
            *("--keyFile", str(members)),
            *("--tlsMode", "requireTLS"),
            *("--tlsCertificateKeyFile", str(both)),
            *("--tlsCAFile", str(self.authority.ca_file)),
            "--tlsAllowConnectionsWithoutCertificates",
        ]

    def is_ready(self) -> bool:
        """Tell whether it takes writes; makes it a replica set and makes its first user."""
        try:
            with MongoClient[dict[str, Any]](
                self._address,
                directConnection=True,
                tls=True,
                tlsCAFile=str(self.authority.ca_file),
                serverSelectionTimeoutMS=2000,
            ) as client:
                members = [{"_id": 0, "host": self._address}]
                _unless_done(client, {"replSetInitiate": {"_id": REPLICA_SET, "members": members}})
                if not client.admin.command("hello").get("isWritablePrimary"):
                    return False
                _unless_done(client, {"createUser": ROOT, "pwd": PASSWORD, "roles": ["root"]})
                return True
        except PyMongoError:
            return False

    def grant(self, databases: Mapping[str, str]) -> None:
        """Make the accounts, those of services by the name of each one's database."""
        with MongoClient[dict[str, Any]](self.uri_of(ROOT)) as client:
            grant(client, databases, dict.fromkeys([*databases, "deploy", "backup"], PASSWORD))


class Guarded:
    """Both of them, started on first use.

    Attributes:
        stranger: PEM of an authority that has signed nothing here.
    """

    def __init__(self, folder: Path) -> None:
        layout = Layout(folder)
        layout.create()
        self._processes = Processes(layout.run)
        self._layout = layout
        authority = Authority(folder / "certificates")
        self.stranger = Authority(folder / "certificates", "stranger").ca_file
        self._broker = GuardedBroker(layout, self._processes, authority)
        self._database = GuardedDatabase(layout, self._processes, authority)

    @cached_property
    def broker(self) -> GuardedBroker:
        """The broker; it runs."""
        self._broker.start()
        return self._broker

    @cached_property
    def database(self) -> GuardedDatabase:
        """The database; it runs."""
        self._database.start()
        return self._database

    @classmethod
    @contextmanager
    def started(cls, folder: Path) -> Iterator["Guarded"]:
        """Provide them, and end them whatever happens."""
        guarded = cls(folder)
        guard = Guard(guarded._layout)
        try:
            yield guarded
        finally:
            end_everything(guarded._layout, guarded._processes)
            guard.dismiss()


def _unless_done(client: MongoClient[dict[str, Any]], command: dict[str, Any]) -> None:
    """Run a command that the server refuses once it was done: strangers may only begin."""
    try:
        client.admin.command(command)
    except OperationFailure:
        return
