"""A restore from its beginning to its end, each step said before it is done."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.backup import code, restoring
from deploy.backup.broker import check_nobody_runs, purge
from deploy.backup.errors import BackupError
from deploy.backup.hearing import build_copies_anew, have_all_said_again, wait_until_there
from deploy.backup.manifest import Manifest
from deploy.backup.restoring import SILENT, Mark, mark_of, put_mark
from deploy.backup.snapshot import Client
from deploy.local.api import Api
from deploy.local.environment import inherited
from deploy.local.layout import REPOSITORY
from deploy.local.services import MODULES
from shared.config import Settings
from shared.messaging.topology import Topology
from shared.service import topology_of


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a backup is restored.

    Attributes:
        mongo_uri: Replica set, as one who may do everything in the services' databases.
        amqp_uri: Broker, as one who may declare, as ``deploy`` may.
        databases: Name of each service's database, by service: of those that go back.
        say: Tells whoever waits what is done.
    """

    mongo_uri: str
    amqp_uri: str
    databases: Mapping[str, str]
    say: Callable[[str], None] = print

    def write(self, folder: Path, *, drop: bool) -> None:
        """Restore data and indexes, begin epochs, and empty the inboxes; nothing may run.

        Args:
            folder: Of the backup.
            drop: What is in the databases may be lost.

        Raises:
            BackupError: It cannot be done; repeated when that is mended, it begins anew.
        """
        manifest = Manifest.read(folder)
        self.say(f"1. Reading {folder}: as of {manifest.taken_at}, {manifest.documents} documents.")
        manifest.verify(folder)
        restoring.check_shapes(manifest, code.schemas())
        self.say("2. Looking whether a process runs, and whether the databases are empty.")
        check_nobody_runs(self.amqp_uri, self._topologies())
        with Client(self.mongo_uri, tz_aware=True) as client:
            if not drop:
                restoring.check_empty(client, manifest, self.databases)
            self.say("3. Writing documents, then indexes. No process starts until it is done.")
            restoring.write(client, folder, manifest, self.databases)
            self.say(
                "4. Declaring what this version needs besides (python -m shared.run --declare)."
            )
            self._run("--declare")
            self.say("5. Beginning epochs (python -m shared.run --restored).")
            self._run("--restored")
            self.say("6. Emptying inboxes and ladders of what was on its way.")
            for service, count in purge(self.amqp_uri, self._topologies()).items():
                self.say(f"{service}: {count} messages taken away.")
            for name in self.databases.values():
                put_mark(client[name], Mark(manifest.id, SILENT))

    def finish(self, services: Mapping[str, Api]) -> None:
        """Have everything said again, and wait until it is handled; every service has to run.

        Raises:
            BackupError: It cannot be done; it may be repeated.
        """
        self.say("7. Waiting until a process of every service answers.")
        wait_until_there(services)
        self.say("8. Having everything said again, for those who had not heard it at that instant.")
        have_all_said_again(services, self.say)
        with Client(self.mongo_uri) as client:
            back = {name for name, each in self.databases.items() if mark_of(client[each])}
            if back and back != set(services):
                self.say("9. Building the copies of others anew: they know of what is forgotten.")
                build_copies_anew(services, back)
            for name in back:
                put_mark(client[self.databases[name]], None)
        self.say("Restored.")

    def _topologies(self) -> list[Topology]:
        ladder = Settings.from_environment().RETRY_LADDER_SECONDS
        kinds = code.service_classes()
        return [topology_of(kinds[service], ladder) for service in self.databases]

    def _run(self, step: str) -> None:
        for service, database in self.databases.items():
            told = {
                "MONGO_URI": self.mongo_uri,
                "AMQP_URI": self.amqp_uri,
                "MONGO_DATABASE": database,
            }
            done = subprocess.run(
                [sys.executable, "-m", "shared.run", step, MODULES[service]],
                env=inherited(**told),
                cwd=REPOSITORY,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise BackupError(f"{step} of {service}: {done.stdout}{done.stderr}".rstrip())
            if done.stdout:
                self.say(done.stdout.rstrip())
