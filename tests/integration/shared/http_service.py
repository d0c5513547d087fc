"""A service whose doors show everything that a door can be."""

from dataclasses import dataclass
from datetime import UTC, datetime
from time import sleep

from marshmallow import Schema, fields, validate

from shared.local_time import LocalTime
from shared.persistence.mongo import Mongo
from shared.service import Service
from shared.web.auth import ANYWHERE, ORGANISER, OWN_CITY, SIGNED_LINK, Access, Principal
from shared.web.fields import IntegerField, LocalTimeField
from shared.web.http import http
from shared.web.paging import Page, PageRequest
from tests.sample.domain import Order
from tests.sample.repository import OrderRepository

HOSTS = ORGANISER | Access(city_lead=OWN_CITY)
READERS = Access(organiser=ANYWHERE, host=ANYWHERE, city_lead=OWN_CITY)


class OrderSchema(Schema):
    """An order."""

    id = fields.String()
    city_id = fields.String()
    tally_id = fields.String()
    amount = fields.Integer()
    remarks = fields.List(fields.String())


class PlaceOrderSchema(Schema):
    """A new order."""

    city_id = fields.String(required=True)
    tally_id = fields.String(required=True)
    amount = IntegerField(required=True, validate=validate.Range(1, 100))


class RemarkSchema(Schema):
    """A remark."""

    text = fields.String(required=True, validate=validate.Length(1, 200))


class SlowRemarkSchema(RemarkSchema):
    """A remark that takes its time."""

    seconds = IntegerField(load_default=0)


class LegSchema(Schema):
    """A time at a place."""

    leaves = LocalTimeField(required=True)


class TripSchema(Schema):
    """Times at places."""

    legs = fields.List(fields.Nested(LegSchema), required=True)


class ListOrdersSchema(Schema):
    """Which orders."""

    city_id = fields.String(load_default=None)


class SlowSchema(Schema):
    """How slow."""

    seconds = IntegerField(load_default=1)


class WhoSchema(Schema):
    """Who asks."""

    subject = fields.String()
    role = fields.String()


@dataclass
class Trip:
    """Times at places."""

    legs: list[dict[str, LocalTime]]


class HttpSampleService(Service):
    """Orders, over HTTP."""

    name = "sample"
    port = 8009

    orders = Mongo(OrderRepository)

    @http(
        "POST", "/v1/orders", takes=PlaceOrderSchema, gives=OrderSchema, creates=True, allow=HOSTS
    )
    def place_order(self, new_id: str, city_id: str, tally_id: str, amount: int) -> Order:
        """Place an order."""
        order = Order.place(new_id, city_id, tally_id, amount, datetime(2024, 12, 7, tzinfo=UTC))
        self.orders.save(order)
        return order

    @http("GET", "/v1/orders/<order_id>", gives=OrderSchema, allow=READERS)
    def get_order(self, order_id: str) -> Order:
        """Look up an order."""
        return self.orders.get(order_id)

    @http("GET", "/v1/orders", takes=ListOrdersSchema, lists=OrderSchema, allow=READERS)
    def list_orders(self, page: PageRequest, city_id: str | None) -> Page[Order]:
        """List orders."""
        query = {} if city_id is None else {"city_id": city_id}
        return self.orders.page(query, page, sort=("tally_id",))

    @http(
        "PUT",
        "/v1/orders/<order_id>/remark",
        takes=RemarkSchema,
        gives=OrderSchema,
        if_match=True,
        allow=HOSTS,
    )
    def remark_order(self, order_id: str, text: str) -> Order:
        """Add a remark."""
        order = self.orders.get(order_id)
        order.remark(text)
        self.orders.save(order)
        return order

    @http(
        "POST",
        "/v1/orders/<order_id>/remarks",
        takes=SlowRemarkSchema,
        gives=OrderSchema,
        allow=HOSTS,
    )
    def add_remark(self, order_id: str, text: str, seconds: int) -> Order:
        """Add a remark, after some time to think."""
        order = self.orders.get(order_id)
        order.remark(text)
        sleep(seconds)
        self.orders.save(order)
        return order

    @http("POST", "/v1/orders/<order_id>/cancellation", allow=HOSTS)
    def cancel_order(self, order_id: str) -> None:
        """Cancel an order."""
        order = self.orders.get(order_id)
        order.cancel()
        self.orders.save(order)

    @http("POST", "/v1/trips", takes=TripSchema, gives=TripSchema, allow=ORGANISER)
    def echo_trip(self, legs: list[dict[str, LocalTime]]) -> Trip:
        """Give back what came."""
        return Trip(legs)

    @http("GET", "/v1/slow", takes=SlowSchema, allow=ORGANISER)
    def be_slow(self, seconds: int) -> None:
        """Take some time."""
        sleep(seconds)

    @http("GET", "/v1/broken", allow=ORGANISER)
    def break_down(self) -> None:
        """Fail as no one has foreseen."""
        raise KeyError("mongodb://user:secret@host/")

    @http("GET", "/v1/self", gives=WhoSchema, allow=READERS)
    def get_self(self, principal: Principal) -> Principal:
        """Tell who asks."""
        return principal

    @http("GET", "/v1/links/<signature>", gives=WhoSchema, allow=SIGNED_LINK)
    def open_link(self, signature: str, principal: Principal) -> Principal:
        """Tell who holds a link."""
        return principal
