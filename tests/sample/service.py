"""The sample service's doors."""

from datetime import datetime

from marshmallow import Schema, fields, validate

from shared.clock import utc_now
from shared.messaging.subscriber import subscribe
from shared.persistence import Mongo
from shared.service import Service
from shared.timers import timer
from shared.web.auth import ORGANISER
from shared.web.fields import InstantField, IntegerField
from shared.web.http import http
from tests.sample.domain import Note, Order, Tally
from tests.sample.outside import Poked, Retitled
from tests.sample.repository import NoteRepository, OrderRepository, TallyRepository
from tests.sample.sample import OrderPlaced


class OrderSchema(Schema):
    """An order."""

    id = fields.String()
    city_id = fields.String()
    tally_id = fields.String()
    amount = fields.Integer()


class PlaceOrderSchema(Schema):
    """A new order."""

    city_id = fields.String(required=True)
    tally_id = fields.String(required=True)
    amount = IntegerField(required=True, validate=validate.Range(1, 100))


class RemindOrderSchema(Schema):
    """When an order is reminded."""

    due_at = InstantField(required=True)


class SampleService(Service):
    """Orders, counted."""

    name = "sample"
    port = 8009

    orders = Mongo(OrderRepository)
    tallies = Mongo(TallyRepository)
    notes = Mongo(NoteRepository)

    @http(
        "POST",
        "/v1/orders",
        takes=PlaceOrderSchema,
        gives=OrderSchema,
        status=201,
        creates=True,
        allow=ORGANISER,
    )
    def place_order(self, new_id: str, city_id: str, tally_id: str, amount: int) -> Order:
        """Place an order."""
        order = Order.place(new_id, city_id, tally_id, amount, utc_now())
        self.orders.save(order)
        return order

    @http("GET", "/v1/orders/<order_id>", gives=OrderSchema, allow=ORGANISER)
    def get_order(self, order_id: str) -> Order:
        """Look up an order."""
        return self.orders.get(order_id)

    @http("PUT", "/v1/orders/<order_id>/reminder", takes=RemindOrderSchema, allow=ORGANISER)
    def remind_order(self, order_id: str, due_at: datetime) -> None:
        """Have an order reminded at another time than before."""
        order = self.orders.get(order_id)
        order.remind_at(due_at)
        self.orders.save(order)

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

    @subscribe(Retitled, loads={Note: "note_id"}, tries=2)
    def on_retitled(self, event: Retitled) -> None:
        """Take the title over."""
        note = self.notes.find(event.note_id) or Note(id=event.note_id)
        note.retitle(event)
        self.notes.save(note)

    @timer("reminder", Order)
    def on_reminder(self, order_id: str) -> None:
        """Count the reminder."""
        order = self.orders.get(order_id)
        order.reminded += 1
        self.orders.save(order)
