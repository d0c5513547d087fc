"""The sample service's doors."""

from shared.messaging.subscriber import subscribe
from shared.persistence import Mongo
from shared.service import Service
from shared.timers import timer
from tests.sample.domain import Note, Order, Tally
from tests.sample.outside import Poked
from tests.sample.repository import NoteRepository, OrderRepository, TallyRepository
from tests.sample.sample import OrderPlaced


class SampleService(Service):
    """Orders, counted."""

    name = "sample"
    port = 8009

    orders = Mongo(OrderRepository)
    tallies = Mongo(TallyRepository)
    notes = Mongo(NoteRepository)

    @subscribe(OrderPlaced, loads={Tally: "tally_id"})
    def on_order_placed(self, event: OrderPlaced) -> None:
        """Count the order."""
        tally = self.tallies.find(event.tally_id) or Tally(id=event.tally_id)
        tally.count(event)
        self.tallies.save(tally)

    @subscribe(Poked, loads={Note: "note_id"})
    def on_poked(self, event: Poked) -> None:
        """Write it down."""
        note = self.notes.find(event.note_id) or Note(id=event.note_id)
        note.hear(event)
        self.notes.save(note)

    @timer("reminder", Order)
    def on_reminder(self, order_id: str) -> None:
        """Count the reminder."""
        order = self.orders.get(order_id)
        order.reminded += 1
        self.orders.save(order)
