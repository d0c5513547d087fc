"""A RabbitMQ of our own: Debian's program with its own files, ports and Erlang port mapper."""

import subprocess
from collections.abc import Mapping, Sequence
from urllib.parse import quote

import amqp

from deploy.local.environment import inherited
from deploy.local.errors import LocalError, NotInstalled
from deploy.local.layout import RABBITMQ
from deploy.local.ports import LOOPBACK, accepts
from deploy.local.server import Server

NODE = f"zirve@{LOOPBACK}"
"""A name that needs no resolver; it is told apart by the port mapper, which is its own too."""
CTL_SECONDS = 60
MEMORY_SHARE = 0.4
"""Share of the machine's memory beyond which publishers wait; RabbitMQ's own default."""

CONFIGURATION = f"""\
listeners.tcp.1 = {LOOPBACK}:%d
log.console = true
log.file = false
# A write-ahead log of 512 MB, the default, is held in memory too.
raft.wal_max_size_bytes = 67108864
"""
DEAD_LETTER_CONFIRM_MS = 10_000
"""After which a message that has come down from the ladder is told to the inbox once more.

Told while the inbox has no leader yet, right after the broker was killed, it is lost on the way;
RabbitMQ waits three minutes for the confirm unless told (docs/operations.md).
"""
ADVANCED = f"""\
[{{kernel, [{{inet_dist_use_interface, {{127, 0, 0, 1}}}}]}},
 {{rabbit, [{{dead_letter_worker_publisher_confirm_timeout, {DEAD_LETTER_CONFIRM_MS}}}]}}].
"""


class PortMapper(Server):
    """epmd, through which Erlang's nodes find each other.

    It is started here because one that RabbitMQ starts goes on when RabbitMQ ends.
    """

    name = "epmd"
    purposes = ("epmd",)

    @property
    def uri(self) -> str:
        """Where nodes connect to."""
        return f"epmd://{LOOPBACK}:{self.entry().ports['epmd']}"

    def command(self, ports: Mapping[str, int]) -> Sequence[str]:
        """Return program and arguments."""
        return ["epmd", "-address", LOOPBACK, "-port", str(ports["epmd"])]

    def is_ready(self) -> bool:
        """Tell whether it listens."""
        return accepts(self.entry().ports["epmd"])


class Broker(Server):
    """RabbitMQ with the user ``guest``, on the loopback interface only, without plugins."""

    name = "broker"
    purposes = ("amqp", "distribution")

    @property
    def uri(self) -> str:
        """Return the AMQP URI of the virtual host ``/``."""
        return f"amqp://guest:guest@{LOOPBACK}:{self.entry().ports['amqp']}/"

    def launch(self) -> None:
        """Start port mapper and broker, as far as they do not run.

        Raises:
            NotInstalled: RabbitMQ is missing.
        """
        if not is_installed():
            raise NotInstalled("RabbitMQ is missing. `make setup` installs it, or says how to.")
        self._port_mapper.start()
        super().launch()

    def command(self, ports: Mapping[str, int]) -> Sequence[str]:
        """Write the configuration; return program and arguments."""
        folder = self.layout.broker
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "rabbitmq.conf").write_text(CONFIGURATION % ports["amqp"])
        (folder / "advanced.config").write_text(ADVANCED)
        (folder / "enabled_plugins").write_text("[].\n")
        return [str(RABBITMQ / "rabbitmq-server")]

    def environment(self, ports: Mapping[str, int]) -> Mapping[str, str]:
        """Return what keeps it away from the system's own broker."""
        folder = self.layout.broker
        return inherited(
            **self._erlang(),
            RABBITMQ_DIST_PORT=str(ports["distribution"]),
            RABBITMQ_CONFIG_FILE=str(folder / "rabbitmq.conf"),
            RABBITMQ_ADVANCED_CONFIG_FILE=str(folder / "advanced.config"),
            RABBITMQ_ENABLED_PLUGINS_FILE=str(folder / "enabled_plugins"),
            RABBITMQ_MNESIA_BASE=str(folder / "mnesia"),
            RABBITMQ_LOG_BASE=str(folder / "log"),
            RABBITMQ_PID_FILE=str(folder / "pid"),
            # Erlang's schedulers spin while they wait, at the cost of who shares the cores.
            RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+sbwt none +sbwtdcpu none +sbwtdio none",
            # Else a shell stays between us and the server, whose end it would not survive.
            RUNNING_UNDER_SYSTEMD="true",
        )

    def is_ready(self) -> bool:
        """Tell whether a client is let in."""
        address = f"{LOOPBACK}:{self.entry().ports['amqp']}"
        try:
            with amqp.Connection(address, connect_timeout=2, read_timeout=2) as connection:
                return bool(connection.connected)
        except (OSError, amqp.AMQPError):
            return False

    def stop(self) -> None:
        """End the broker, then its port mapper."""
        super().stop()
        self._port_mapper.stop()

    def add_vhost(self, name: str) -> str:
        """Add a virtual host, empty and open to ``guest``; returns its AMQP URI."""
        self._ctl("add_vhost", name)
        self._ctl("set_permissions", "-p", name, "guest", ".*", ".*", ".*")
        return self.uri + quote(name, safe="")

    def delete_vhost(self, name: str) -> None:
        """Delete a virtual host with all that is in it."""
        self._ctl("delete_vhost", name)

    def limit_memory(self, share: float) -> None:
        """Have publishers wait while it uses more than this share of the machine's memory."""
        self._ctl("set_vm_memory_high_watermark", str(share))

    @property
    def _port_mapper(self) -> PortMapper:
        return PortMapper(self.layout, self.processes)

    def _erlang(self) -> dict[str, str]:
        return {
            "RABBITMQ_NODENAME": NODE,
            "RABBITMQ_USE_LONGNAME": "true",
            "RABBITMQ_CONF_ENV_FILE": str(self.layout.broker / "none"),  # not the system's
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "ERL_EPMD_PORT": str(self._port_mapper.entry().ports["epmd"]),
            "HOME": str(self.layout.broker),  # for its Erlang cookie
        }

    def _ctl(self, *arguments: str) -> None:
        loopback = "-kernel inet_dist_use_interface {127,0,0,1}"
        done = subprocess.run(
            [str(RABBITMQ / "rabbitmqctl"), "--quiet", *arguments],
            env=inherited(**self._erlang(), RABBITMQ_CTL_ERL_ARGS=loopback),
            capture_output=True,
            text=True,
            timeout=CTL_SECONDS,
            check=False,
        )
        if done.returncode:
            raise LocalError(f"rabbitmqctl {' '.join(arguments)}: {done.stdout}{done.stderr}")


def is_installed() -> bool:
    """Tell whether RabbitMQ can be started here."""
    return (RABBITMQ / "rabbitmq-server").exists()
