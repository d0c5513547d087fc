"""A service whose doors are those of the HTTP sample, and whose subscriber takes its time."""

from time import sleep

from shared.messaging.subscriber import subscribe
from shared.persistence.mongo import Mongo
from tests.integration.shared.http_service import HttpSampleService
from tests.sample.domain import Note
from tests.sample.outside import Poked
from tests.sample.repository import NoteRepository

SECONDS = 0.05


class SlowSampleService(HttpSampleService):
    """Orders over HTTP, and notes that are written slowly."""

    name = "sample"
    port = 8009

    notes = Mongo(NoteRepository)

    @subscribe(Poked, loads={Note: "note_id"})
    def on_poked(self, event: Poked) -> None:
        """Write it down, after some time to think."""
        sleep(SECONDS)
        note = self.notes.find(event.note_id) or Note(id=event.note_id)
        note.hear(event)
        self.notes.save(note)
