"""Programs of the chassis as an operator starts them: told everything by environment."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from deploy.local.environment import inherited
from deploy.local.layout import REPOSITORY
from deploy.local.ports import LOOPBACK, free_port
from tests.support.waiting import wait_until

END_SECONDS = 60
READY_SECONDS = 60


class Ended:
    """A program that has ended.

    Attributes:
        code: Its exit code.
        text: What it has written, errors included.
    """

    def __init__(self, code: int, text: str) -> None:
        self.code = code
        self.text = text

    @property
    def log(self) -> list[dict[str, Any]]:
        """Its lines, which are all of JSON."""
        return [json.loads(line) for line in self.text.splitlines()]


def run(*arguments: str, settings: Mapping[str, str]) -> Ended:
    """Run ``python -m`` with arguments to its end."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        env=inherited(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=REPOSITORY,
        text=True,
        timeout=END_SECONDS,
        check=False,
    )
    return Ended(done.returncode, done.stdout)


class Running:
    """A service's process.

    Attributes:
        url: Base URL of its API.
        log: File that it writes to.
    """

    def __init__(self, url: str, log: Path) -> None:
        self.url = url
        self.log = log

    def is_ready(self) -> bool:
        """Tell whether it says so."""
        try:
            return requests.get(f"{self.url}/health/ready", timeout=5).ok
        except requests.ConnectionError:
            return False


@contextmanager
def running(module: str, settings: Mapping[str, str], folder: Path) -> Iterator[Running]:
    """Run a service's process for the length of a block; it must end in order."""
    port = free_port()
    told = {**settings, "HTTP_PORT": str(port)}
    service = Running(f"http://{LOOPBACK}:{port}", folder / f"{module}.log")
    with service.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "shared.run", module],
            env=inherited(**told),
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=REPOSITORY,
        )
    try:
        wait_until(
            lambda: service.is_ready() or process.poll() is not None,
            READY_SECONDS,
            what=f"the start of {module}",
        )
        assert process.poll() is None, service.log.read_text()
        yield service
        process.terminate()
        assert process.wait(END_SECONDS) == 0, service.log.read_text()
    finally:
        process.kill()
        process.wait()
