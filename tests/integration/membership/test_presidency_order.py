"""Items of the presidency end with whoever has it, whatever is heard in which order, and twice."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.membership.domain.presidency_item import ItemTask, PresidencyItem
from services.membership.domain.presidency_term import PresidencyTerm, Takeover
from services.membership.service import MembershipService
from services.membership.use_cases import presidency, presidency_items
from shared.persistence.store import Store
from tests.integration.events.orders import Action, Process, QueriedMemoryStore, play
from tests.unit.membership.builders import a_member

ORDERS = 1000
ORDERS_ON_MONGO = 20
SEED = 20260101
TIRANA, SOFIA, ZAGREB, SARAJEVO = "al-tirana", "bg-sofia", "hr-zagreb", "ba-sarajevo"
TASK = ItemTask(title="Letters", details="", due_on=date(2026, 12, 20))


def at(*day: int) -> datetime:
    return datetime(*day, tzinfo=UTC)  # type: ignore[arg-type]


def elect(year: int, city_id: str, now: datetime) -> Action:
    term = PresidencyTerm.of(year, city_id)
    return lambda here: presidency.elect_presidency(here, term, at=now)


def take_over(city_id: str, since: date, now: datetime) -> Action:
    takeover = Takeover(city_id=city_id, since=since, reason="x")
    return lambda here: presidency.take_over_presidency(here, since.year, takeover, at=now)


def hand_over(now: datetime) -> Action:
    return lambda here: presidency.hand_over_presidency(here, at=now)


def open_item(number: int) -> Action:
    now = at(2024, 11, 1) + timedelta(days=100 * number)
    return lambda here: presidency_items.open_item(here, f"item-{number}", TASK, at=now)


def open_unaware(number: int) -> Action:
    """Save an item that was opened by somebody who had read the presidency long before."""
    item_id = f"item-{number}"
    return lambda here: here.presidency_items.save(
        PresidencyItem.open(item_id, TASK, None, at=at(2025, 12, 31))
    )


def close_item(number: int) -> Action:
    return lambda here: presidency_items.close_item(
        here, f"item-{number}", outcome="", at=at(2026, 8, 1)
    )


ACTORS: tuple[tuple[Action, ...], ...] = (
    (
        elect(2024, TIRANA, at(2024, 1, 31)),
        elect(2025, SOFIA, at(2024, 1, 31)),
        hand_over(at(2024, 12, 1)),
        hand_over(at(2025, 1, 1)),
        elect(2026, ZAGREB, at(2025, 2, 25)),
        hand_over(at(2026, 1, 1)),
        take_over(SARAJEVO, date(2026, 7, 1), at(2026, 6, 1)),
        hand_over(at(2026, 7, 1)),
        open_unaware(8),
    ),
    tuple(open_item(number) for number in range(4)),
    tuple(open_item(number) for number in range(4, 8)),
    (close_item(0), close_item(5)),
)


def played(store: Any, seed: int) -> dict[str, tuple[str, str | None]]:
    """Return state and owner of every item; of those that were closed, the owner is any."""
    process = Process(store, MembershipService)
    for city_id in (TIRANA, SOFIA, ZAGREB, SARAJEVO):
        process.obey(lambda here, city_id=city_id: here.cities.save(a_member(city_id)))
    process.pool.messages.clear()
    play(process, ACTORS, random.Random(seed))
    documents = store.find("presidency_items", {})
    for each in documents:
        handovers = [owner["handover"] for owner in each["owners"]]
        # Whoever had it in between is none that was left out.
        assert handovers == list(range(handovers[0], handovers[-1] + 1))
    return {
        each["_id"]: ("closed", None)
        if each["closed_on"]
        else ("open", each["owners"][-1]["city_id"])
        for each in documents
    }


ENDS = {
    f"item-{number}": ("closed", None) if number in (0, 5) else ("open", SARAJEVO)
    for number in range(9)
}


def test_every_order_ends_with_whoever_has_the_presidency() -> None:
    for seed in range(SEED, SEED + ORDERS):
        assert played(QueriedMemoryStore(), seed) == ENDS, f"order {seed} ends otherwise"


@pytest.mark.parametrize("seed", range(SEED, SEED + ORDERS_ON_MONGO))
def test_the_database_ends_as_the_simulated_one(
    database: Database[dict[str, Any]], seed: int
) -> None:
    assert played(Store(database), seed) == ENDS
