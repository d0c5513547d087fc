"""The sample service with a fault that takes down the process, not only the handler."""

import os
import signal

from shared.messaging.subscriber import subscribe
from tests.sample.domain import Note
from tests.sample.outside import Poked
from tests.sample.service import SampleService

DEADLY = "deadly"


class DeadlySampleService(SampleService):
    """Orders, counted, until a certain event comes."""

    name = "sample"
    port = 8009

    @subscribe(Poked, loads={Note: "note_id"})
    def on_poked(self, event: Poked) -> None:
        """Write it down, or die of it."""
        if event.text == DEADLY:
            os.kill(os.getpid(), signal.SIGKILL)
        super().on_poked(event)
