"""Where an installation keeps what it has: one directory, everything below it."""

from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
RABBITMQ = Path("/usr/lib/rabbitmq/bin")
"""Debian's programs; those of the same names in /usr/sbin insist on the system's own node."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders below an installation's data directory.

    Attributes:
        data: Absolute path of the directory; removing it removes the installation.
    """

    data: Path

    @property
    def broker(self) -> Path:
        """RabbitMQ's configuration, Erlang cookie and queues."""
        return self.data / "broker"

    @property
    def database(self) -> Path:
        """MongoDB's files."""
        return self.data / "database"

    @property
    def mails(self) -> Path:
        """What the mail sink has received, one ``.eml`` file each."""
        return self.data / "mails"

    @property
    def keys(self) -> Path:
        """The key pair of tokens and the secret of links."""
        return self.data / "keys"

    @property
    def logs(self) -> Path:
        """One file per process: ``travel-1.log``."""
        return self.data / "logs"

    @property
    def run(self) -> Path:
        """One file per process that says where it was last started."""
        return self.data / "run"

    def log(self, name: str) -> Path:
        """Return where a process writes to."""
        return self.logs / f"{name}.log"

    def create(self) -> None:
        """Make the folders that more than one process uses."""
        for folder in (self.logs, self.run):
            folder.mkdir(parents=True, exist_ok=True)
