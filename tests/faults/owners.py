"""Which process holds an end of a connection on this machine, as the kernel tells."""

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

TCP = Path("/proc/net/tcp")
LOOPBACK_HEX = "0100007F"
ESTABLISHED = "01"
INODE = 9
"""Column of proc_net_tcp(5)."""
AGAIN_SECONDS = 0.1
"""Until it is looked again for who has a connection that nobody has accepted yet."""


class Owners:
    """Tells whose a connection is; what it has found out once it remembers until ``forget``."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], int] = {}
        self._asked: dict[tuple[int, int], float] = {}

    def forget(self) -> None:
        """Look anew: processes have come and gone."""
        self._known, self._asked = {}, {}

    def of(self, local: int, remote: int, pids: Iterable[int]) -> int | None:
        """Return which of the processes has the socket that leads from one port to another.

        ``None`` while nobody has accepted it, or when it is somebody else's.
        """
        ends, now = (local, remote), time.monotonic()
        if ends not in self._known and now - self._asked.get(ends, 0.0) > AGAIN_SECONDS:
            self._asked[ends] = now
            socket = f"socket:[{_inode(local, remote)}]"
            owner = next((pid for pid in pids if socket in _open_files(pid)), None)
            if owner is not None:
                self._known[ends] = owner
        return self._known.get(ends)


def _inode(local: int, remote: int) -> str:
    """Return a socket's inode; empty when there is no such connection."""
    ends = f"{LOOPBACK_HEX}:{local:04X} {LOOPBACK_HEX}:{remote:04X} {ESTABLISHED} "
    table = TCP.read_text()
    # Thousands of closed connections are listed too, so only one line is taken apart.
    begin = table.find(ends)
    if begin < 0:
        return ""
    line = table[table.rfind("\n", 0, begin) + 1 : table.find("\n", begin)]
    return line.split()[INODE]


def _open_files(pid: int) -> Iterator[str]:
    folder = f"/proc/{pid}/fd"
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        try:
            yield os.readlink(f"{folder}/{name}")
        except OSError:
            continue
