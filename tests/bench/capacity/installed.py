"""An installation of its own, with a desk to send commands from and somebody who looks."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.installation import Installation
from deploy.local.layout import Layout
from tests.bench.capacity.observed import Observed
from tests.bench.capacity.organiser import Desk


@dataclass(frozen=True)
class Installed:
    """What is measured.

    Attributes:
        zirve: The installation.
        layout: Where it keeps its files.
        desk: Sends commands to it.
        observed: Looks at it.
    """

    zirve: Installation
    layout: Layout
    desk: Desk
    observed: Observed


@contextmanager
def installed() -> Iterator[Installed]:
    """Run an installation with empty databases for the length of a block."""
    with (
        tempfile.TemporaryDirectory(prefix="zirve-capacity-") as folder,
        Installation(Path(folder)) as zirve,
        Desk(zirve.url, zirve.token("organiser")) as desk,
    ):
        observed = Observed(zirve)
        try:
            yield Installed(zirve, Layout(Path(folder).resolve()), desk, observed)
        finally:
            observed.close()
