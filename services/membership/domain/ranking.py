"""The ranking: the order of all cities, as it was last told to those who follow it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from services.membership.domain.term import DAY
from shared.contracts.membership import PrecedenceRanked
from shared.domain import Aggregate

RANKING = "ranking"
"""Id of the one aggregate: a network has one ranking."""
RANK = "rank"
"""Its timer."""
SOON = timedelta(seconds=1)
"""How long facts are gathered before they are ranked: an import states thousands at once."""
CITIES_A_PART = 800
"""Of an event, which holds 64 KiB; the id of a city has 63 characters at the most."""


@dataclass(kw_only=True, eq=False)
class Ranking(Aggregate):
    """The order of all cities of the network, without any host.

    It is made anew soon after a fact that it is made of has changed, and when a day begins, since
    a term may begin or end with it.

    Attributes:
        city_ids: In order, as last told.
        language: Whose alphabet decided, BCP 47.
        number: How many orders were told.
        due_at: When it is made next, UTC; ``None`` before the first fact.
    """

    city_ids: tuple[str, ...] = ()
    language: str = ""
    number: int = 0
    due_at: datetime | None = None

    def is_due_soon(self, at: datetime) -> bool:
        """Tell whether it will be made soon anyway.

        Whoever is at it already may have read what has changed since.
        """
        return self.due_at is not None and at < self.due_at <= at + SOON

    def follow(self, *, at: datetime) -> None:
        """Have it made soon: a fact that it is made of has changed."""
        self._make_at(at + SOON)

    def rank(self, city_ids: tuple[str, ...], *, on: date, language: str, at: datetime) -> None:
        """Take an order; records ``PrecedenceRanked`` if it is another one than before.

        Args:
            city_ids: All cities, in order.
            on: Day that it was made for.
            language: Whose alphabet decided, BCP 47.
            at: Now, UTC.
        """
        self._make_at(datetime.combine(at.date() + DAY, time(), UTC))
        if city_ids == self.city_ids:
            return
        self.city_ids, self.language = city_ids, language
        self.number += 1
        starts = range(0, max(len(self.city_ids), 1), CITIES_A_PART)
        for start in starts:
            self._tell(start, on, is_last=start == starts[-1], at=at)

    def _make_at(self, due_at: datetime) -> None:
        self.due_at = due_at
        self.set_timer(RANK, due_at)

    def _tell(self, start: int, on: date, *, is_last: bool, at: datetime) -> None:
        told = self.city_ids[start : start + CITIES_A_PART]
        self.record(
            PrecedenceRanked(
                ranking=self.number,
                on=on,
                language=self.language,
                part=start // CITIES_A_PART + 1,
                is_last=is_last,
                positions={each: place for place, each in enumerate(told, start=start + 1)},
                occurred_at=at,
            )
        )
