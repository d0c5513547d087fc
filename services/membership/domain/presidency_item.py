"""Items of the presidency: what it has to see to, whichever city that is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.membership.domain.presidency_term import Handover
from shared.contracts.membership import (
    PresidencyItemClosed,
    PresidencyItemHandedOver,
    PresidencyItemOpened,
)
from shared.domain import Aggregate
from shared.errors import Conflict, NotFound


class UnknownItem(NotFound):
    """There is no such item."""


class AlreadyClosed(Conflict):
    """The item was closed before."""

    rule = "An item is closed once."


class ItemState(StrEnum):
    """Whether there is something left to do."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class ItemTask:
    """What is to be done.

    Attributes:
        title: In a line.
        details: More about it, or empty.
        due_on: Day by which it is to be done.
    """

    title: str
    details: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class ItemOwner:
    """Who sees to an item from a day on.

    Attributes:
        city_id: The city; ``None`` until somebody has the presidency.
        since: First day.
        handover: Number of the handover that made it the owner, or 0.
    """

    city_id: str | None
    since: date
    handover: int


@dataclass(kw_only=True, eq=False)
class PresidencyItem(Aggregate):
    """Something that the presidency has to see to; while it is open it moves with it.

    Attributes:
        task: What is to be done.
        owners: Who saw and sees to it, in the order of the handovers.
        opened_on: Day from which on it is open.
        closed_on: Day from which on it is closed, or ``None``.
        outcome: What came of it, or empty.
    """

    task: ItemTask
    owners: tuple[ItemOwner, ...]
    opened_on: date
    closed_on: date | None = None
    outcome: str = ""

    @classmethod
    def open(
        cls, item_id: str, task: ItemTask, handed_over: Handover | None, *, at: datetime
    ) -> "PresidencyItem":
        """Open an item for whoever has the presidency; records ``PresidencyItemOpened``."""
        owner = ItemOwner(
            city_id=handed_over.city_id if handed_over else None,
            since=at.date(),
            handover=handed_over.number if handed_over else 0,
        )
        item = cls(id=item_id, task=task, owners=(owner,), opened_on=at.date())
        item.record(
            PresidencyItemOpened(
                item_id=item_id,
                title=task.title,
                details=task.details,
                due_on=task.due_on,
                city_id=owner.city_id,
                opened_on=item.opened_on,
                occurred_at=at,
            )
        )
        return item

    @property
    def state(self) -> ItemState:
        """Whether there is something left to do."""
        return ItemState.OPEN if self.closed_on is None else ItemState.CLOSED

    @property
    def owner_id(self) -> str | None:
        """City that sees to it, or saw to it last; ``None`` when none had the presidency yet."""
        return self.owners[-1].city_id

    def as_of(self, day: date) -> "PresidencyItem":
        """Return it as it was at the end of a day that is none before it was opened."""
        owners = tuple(each for each in self.owners if each.since <= day)
        if self.closed_on is None or self.closed_on <= day:
            return replace(self, owners=owners)
        return replace(self, owners=owners, closed_on=None, outcome="")

    def close(self, *, outcome: str, at: datetime) -> None:
        """Note that nothing is left to do; records ``PresidencyItemClosed``.

        Raises:
            AlreadyClosed: It was closed before.
        """
        if self.state is ItemState.CLOSED:
            raise AlreadyClosed(f"It is closed since {self.closed_on}.")
        self.closed_on, self.outcome = at.date(), outcome
        self.record(
            PresidencyItemClosed(
                item_id=self.id,
                city_id=self.owner_id,
                outcome=outcome,
                closed_on=self.closed_on,
                occurred_at=at,
            )
        )

    def follow(self, handovers: Iterable[Handover], *, at: datetime) -> bool:
        """Move to each who got the presidency; records ``PresidencyItemHandedOver`` for each.

        A closed item stays where it was, and an older handover changes nothing.

        Args:
            handovers: All handovers, in order.
            at: Now, UTC.

        Returns:
            Whether it has moved.
        """
        if self.state is ItemState.CLOSED:
            return False
        # Through every one that it missed: who had it in between stays known.
        missed = [each for each in handovers if each.number > self.owners[-1].handover]
        for each in missed:
            self._move(each, at=at)
        return bool(missed)

    def _move(self, handed_over: Handover, *, at: datetime) -> None:
        owner = ItemOwner(
            city_id=handed_over.city_id,
            since=max(handed_over.on, self.opened_on),
            handover=handed_over.number,
        )
        self.record(
            PresidencyItemHandedOver(
                item_id=self.id,
                from_city_id=self.owner_id,
                to_city_id=handed_over.city_id,
                on=handed_over.on,
                occurred_at=at,
            )
        )
        self.owners = (*self.owners, owner)
