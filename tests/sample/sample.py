"""Contracts of the sample service."""

from dataclasses import dataclass

from shared.domain import Event


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    """An order was placed.

    Attributes:
        order_id: The order.
        tally_id: Tally that counts it.
        amount: How much, pieces.
    """

    order_id: str
    tally_id: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class OrderCounted(Event):
    """A tally has counted an order.

    Attributes:
        tally_id: The tally.
        order_id: The order.
        total: Pieces counted so far.
    """

    tally_id: str
    order_id: str
    total: int
