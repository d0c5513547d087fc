"""The sample service after a deployment: it stands poison, and knows one event more."""

from shared.messaging.subscriber import subscribe
from tests.sample.domain import Note
from tests.sample.outside import ContactChanged, Poked, Unheard
from tests.sample.service import SampleService


def note_of(event: ContactChanged) -> str:
    """Name the note of a contact; fails for nobody."""
    if not event.email:
        raise KeyError("nobody")
    return event.email


class MendedService(SampleService):
    """Orders, counted; with a fault mended."""

    @subscribe(Poked, loads={Note: "note_id"})
    def on_poked(self, event: Poked) -> None:
        """Write it down, whatever it says."""
        note = self.notes.find(event.note_id) or Note(id=event.note_id)
        note.texts = (*note.texts, event.text)
        self.notes.save(note)

    @subscribe(Unheard, alone=True)
    def on_unheard(self, event: Unheard) -> None:
        """Note that it was heard at last."""
        note = self.notes.find("unheard") or Note(id="unheard")
        note.texts = (*note.texts, "heard")
        self.notes.save(note)

    @subscribe(ContactChanged, loads={Note: note_of})
    def on_contact_changed(self, event: ContactChanged) -> None:
        """Fail, and quote the event in doing so."""
        raise ValueError(f"cannot write to {event.email}")
