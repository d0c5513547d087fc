"""A service that calls out of the system for each event, and waits for the answer."""

import time

from marshmallow import Schema, fields

from shared.messaging.subscriber import subscribe
from shared.persistence import Mongo
from shared.service import Service
from shared.web.auth import ORGANISER
from shared.web.http import http
from tests.sample.domain import Note
from tests.sample.outside import Poked
from tests.sample.repository import NoteRepository

ANSWER_SECONDS = 0.02


class NoteSchema(Schema):
    """A note."""

    texts = fields.List(fields.String())


class GatewayService(Service):
    """Notes, each after a wait."""

    name = "gateway"
    port = 8019

    notes = Mongo(NoteRepository)

    @http("GET", "/v1/notes/<note_id>", gives=NoteSchema, allow=ORGANISER)
    def get_note(self, note_id: str) -> Note:
        """Look up a note."""
        return self.notes.get(note_id)

    @subscribe(Poked, loads={Note: "note_id"})
    def on_poked(self, event: Poked) -> None:
        """Wait, then write it down."""
        time.sleep(ANSWER_SECONDS)
        note = self.notes.find(event.note_id) or Note(id=event.note_id)
        note.hear(event)
        self.notes.save(note)
