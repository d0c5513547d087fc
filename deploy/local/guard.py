"""Ends an installation when the program that uses it has died: ``python -m deploy.local.guard``.

The program holds the other end of standard input. However it dies, that end closes; a program that
has ended its installation itself says so first.
"""

import subprocess
import sys
from pathlib import Path

from deploy.local.ending import end_everything
from deploy.local.layout import REPOSITORY, Layout
from deploy.local.state import Processes

ENDED = b"ended"


class Guard:
    """The guard's process, as the program sees it."""

    def __init__(self, layout: Layout) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "deploy.local.guard", str(layout.data)],
            stdin=subprocess.PIPE,
            cwd=REPOSITORY,
            start_new_session=True,
        )

    def dismiss(self) -> None:
        """Tell it that nothing is left to end."""
        self._process.communicate(ENDED)

    def call(self) -> None:
        """Have it end what may be left, as if the program had died."""
        self._process.communicate()


def main(data: str) -> None:
    """Wait until the program has ended, or has died."""
    if sys.stdin.buffer.read() == ENDED:
        return
    layout = Layout(Path(data))
    processes = Processes(layout.run)
    with processes.lock():
        end_everything(layout, processes)


if __name__ == "__main__":
    main(*sys.argv[1:])
