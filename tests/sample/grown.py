"""The sample service a version later: two shapes have changed, and lists are sorted otherwise."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.clock import utc_now
from shared.domain import Aggregate
from shared.messaging.subscriber import subscribe
from shared.persistence import Index, Mongo, Repository
from shared.timers import timer
from shared.web.auth import ORGANISER
from shared.web.http import http
from tests.sample.domain import UnknownOrder
from tests.sample.outside import Poked, Retitled
from tests.sample.sample import OrderPlaced
from tests.sample.service import OrderSchema, PlaceOrderSchema, SampleService


@dataclass(kw_only=True, eq=False)
class GrownOrder(Aggregate):
    """An order; what was its amount is called pieces."""

    city_id: str
    tally_id: str
    pieces: int
    remarks: tuple[str, ...] = ()
    cancelled: bool = False
    reminded: int = 0

    @property
    def amount(self) -> int:
        """Pieces, as the API calls them."""
        return self.pieces

    def place(self, at: datetime) -> None:
        """Place it; records ``OrderPlaced``."""
        self.record(
            OrderPlaced(
                order_id=self.id, tally_id=self.tally_id, amount=self.pieces, occurred_at=at
            )
        )

    def remind_at(self, due_at: datetime) -> None:
        """Have itself reminded."""
        self.set_timer("reminder", due_at)


@dataclass(kw_only=True, eq=False)
class GrownNote(Aggregate):
    """What pokes have left; what was its texts is called lines."""

    lines: tuple[str, ...] = ()
    title: str = ""


class GrownOrderRepository(Repository[GrownOrder]):
    """Orders."""

    collection = "orders"
    aggregate = GrownOrder
    schema = 2
    not_found = UnknownOrder
    indexes = (Index("city_id"), Index("pieces", "_id"))

    @staticmethod
    def upcast(document: dict[str, Any], schema: int) -> dict[str, Any]:
        """Bring an order up to date."""
        document["pieces"] = document.pop("amount")
        return document


class GrownNoteRepository(Repository[GrownNote]):
    """Notes."""

    collection = "notes"
    aggregate = GrownNote
    schema = 2

    @staticmethod
    def upcast(document: dict[str, Any], schema: int) -> dict[str, Any]:
        """Bring a note up to date."""
        document["lines"] = document.pop("texts")
        return document


class GrownService(SampleService):
    """Orders, counted; a version later."""

    orders = Mongo(GrownOrderRepository)
    notes = Mongo(GrownNoteRepository)

    @http(
        "POST",
        "/v1/orders",
        takes=PlaceOrderSchema,
        gives=OrderSchema,
        status=201,
        creates=True,
        allow=ORGANISER,
    )
    def place_order(self, new_id: str, city_id: str, tally_id: str, amount: int) -> GrownOrder:
        """Place an order."""
        order = GrownOrder(id=new_id, city_id=city_id, tally_id=tally_id, pieces=amount)
        order.place(utc_now())
        self.orders.save(order)
        return order

    @subscribe(Poked, loads={GrownNote: "note_id"})
    def on_poked(self, event: Poked) -> None:
        """Write it down."""
        note = self.notes.find(event.note_id) or GrownNote(id=event.note_id)
        note.lines = (*note.lines, event.text)
        self.notes.save(note)

    @subscribe(Retitled, loads={GrownNote: "note_id"})
    def on_retitled(self, event: Retitled) -> None:
        """Take the title over."""
        note = self.notes.find(event.note_id) or GrownNote(id=event.note_id)
        if note.is_news(event):
            note.title = event.title
        self.notes.save(note)

    @timer("reminder", GrownOrder)
    def on_reminder(self, order_id: str) -> None:
        """Count the reminder."""
        order = self.orders.get(order_id)
        order.reminded += 1
        self.orders.save(order)
