"""TCP ports on the loopback interface: free ones, and who is in the way."""

import random
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"
API_PORTS = {"membership": 8001, "events": 8002, "travel": 8003, "notification": 8004}
"""Where the services listen unless something else is asked for."""
LOWEST, HIGHEST = 15_000, 29_999
"""Below Linux' range for outgoing connections (from 32768), one of which could take a port between
the moment it is chosen and the moment it is listened at."""
LISTENING = "0A"
"""State of a listening socket in /proc/net/tcp (include/net/tcp_states.h: TCP_LISTEN)."""


def is_free(port: int) -> bool:
    """Tell whether a process could listen at a port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port that is free now, chosen at random so that two choosers rarely agree."""
    # Not seeded: test runs that seed `random` alike would choose alike.
    return next(port for port in iter(_any_port, 0) if is_free(port))


def _any_port() -> int:
    return random.SystemRandom().randint(LOWEST, HIGHEST)


def accepts(port: int) -> bool:
    """Tell whether somebody listens at a port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False


def listener(port: int) -> str:
    """Describe who listens at a port, as ``pid 123 (python -m http.server)``.

    Returns:
        ``another process`` when the kernel does not tell (it is another user's).
    """
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(each.readlink()) in sockets for each in (folder / "fd").iterdir()):
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
                return f"pid {folder.name} ({command})"
        except OSError:  # It ended meanwhile, or is another user's.
            continue
    return "another process"


def _listening_inodes(port: int) -> set[str]:
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text().splitlines()[1:]
        except FileNotFoundError:  # A kernel without IPv6.
            continue
        for row in rows:
            _, local, _, state, *rest = row.split()
            if state == LISTENING and int(local.rpartition(":")[2], 16) == port:
                inodes.add(rest[5])
    return inodes
