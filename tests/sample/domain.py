"""Orders, tallies and notes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.domain import Aggregate
from shared.errors import Claimed, Conflict, NotFound, RuleViolated
from tests.sample.outside import Poked, Retitled
from tests.sample.sample import OrderCounted, OrderPlaced


class UnknownOrder(NotFound):
    """There is no such order."""


class AlreadyCancelled(Conflict):
    """The order was cancelled before."""


class Refused(RuleViolated):
    """The note says what may not be said."""


@dataclass(kw_only=True, eq=False)
class Order(Aggregate):
    """An order.

    Attributes:
        city_id: Whose it is.
        tally_id: Tally that counts it.
        amount: Pieces.
        remarks: In the order they were made.
        cancelled: Whether it was cancelled.
        reminded: How often its reminder has fired.
    """

    city_id: str
    tally_id: str
    amount: int
    remarks: tuple[str, ...] = ()
    cancelled: bool = False
    reminded: int = 0

    @classmethod
    def place(
        cls, order_id: str, city_id: str, tally_id: str, amount: int, at: datetime
    ) -> "Order":
        """Place an order; records ``OrderPlaced``."""
        order = cls(id=order_id, city_id=city_id, tally_id=tally_id, amount=amount)
        order.record(
            OrderPlaced(order_id=order_id, tally_id=tally_id, amount=amount, occurred_at=at)
        )
        return order

    def repeat(self, at: datetime) -> None:
        """Say again that it was placed; records ``OrderPlaced``."""
        self.record(
            OrderPlaced(
                order_id=self.id, tally_id=self.tally_id, amount=self.amount, occurred_at=at
            )
        )

    def remark(self, text: str) -> None:
        """Add a remark."""
        self.remarks = (*self.remarks, text)

    def cancel(self) -> None:
        """Cancel it.

        Raises:
            AlreadyCancelled: It was cancelled before.
        """
        if self.cancelled:
            raise AlreadyCancelled("The order was cancelled before.", order_id=self.id)
        self.cancelled = True

    def remind_at(self, due_at: datetime) -> None:
        """Have itself reminded."""
        self.set_timer("reminder", due_at)


@dataclass(kw_only=True, eq=False)
class Tally(Aggregate):
    """Counts orders.

    Attributes:
        counts: Pieces by order.
    """

    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Pieces counted so far."""
        return sum(self.counts.values())

    def count(self, event: OrderPlaced) -> None:
        """Count an order; records ``OrderCounted``."""
        self.counts[event.order_id] = self.counts.get(event.order_id, 0) + event.amount
        self.record(
            OrderCounted(
                tally_id=self.id,
                order_id=event.order_id,
                total=self.total,
                occurred_at=event.occurred_at + timedelta(milliseconds=1),
            )
        )


@dataclass(kw_only=True, eq=False)
class Note(Aggregate):
    """What a poke has left.

    Attributes:
        texts: Of the pokes that were heard, in the order of hearing.
        title: The newest that was heard, whichever came last.
    """

    texts: tuple[str, ...] = ()
    title: str = ""

    def retitle(self, event: Retitled) -> None:
        """Take the title over, unless a newer one was heard.

        Raises:
            Claimed: The note is called ``claimed``.
            ValueError: It shall be called ``poison``.
        """
        if self.title == "claimed":
            raise Claimed("Another process is at it.")
        if event.title == "poison":
            raise ValueError("poisoned")
        if self.is_news(event):
            self.title = event.title

    def hear(self, event: Poked) -> None:
        """Write it down; records ``OrderCounted`` when an answer is wanted.

        Raises:
            Refused: It says ``refuse``.
            ValueError: It says ``poison``.
        """
        self.texts = (*self.texts, event.text)
        if event.text == "refuse":
            raise Refused("That may not be said.")
        if event.text == "poison":
            raise ValueError("poisoned")
        if event.answer:
            self.record(
                OrderCounted(
                    tally_id=self.id,
                    order_id="",
                    total=len(self.texts),
                    occurred_at=event.occurred_at,
                )
            )
