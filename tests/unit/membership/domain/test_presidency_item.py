from datetime import UTC, date, datetime

import pytest

from services.membership.domain.presidency_item import (
    AlreadyClosed,
    ItemState,
    ItemTask,
    PresidencyItem,
)
from services.membership.domain.presidency_term import Handover
from shared.contracts.membership import (
    PresidencyItemClosed,
    PresidencyItemHandedOver,
    PresidencyItemOpened,
)
from tests.unit.membership.builders import NOW, TODAY, forget_events, recorded

TASK = ItemTask(title="Letters of invitation", details="To all mayors.", due_on=date(2025, 1, 20))
TO_TIRANA = Handover(number=3, city_id="al-tirana", on=date(2024, 1, 1))
TO_SOFIA = Handover(number=4, city_id="bg-sofia", on=date(2025, 1, 1))
NEW_YEAR = datetime(2025, 1, 1, tzinfo=UTC)


def an_item(handed_over: Handover | None = TO_TIRANA) -> PresidencyItem:
    item = PresidencyItem.open("item-1", TASK, handed_over, at=NOW)
    forget_events(item)
    return item


def test_an_item_is_opened_for_whoever_has_the_presidency() -> None:
    item = PresidencyItem.open("item-1", TASK, TO_TIRANA, at=NOW)

    assert recorded(item) == [
        PresidencyItemOpened(
            item_id="item-1",
            title="Letters of invitation",
            details="To all mayors.",
            due_on=date(2025, 1, 20),
            city_id="al-tirana",
            opened_on=TODAY,
            occurred_at=NOW,
        )
    ]
    assert (item.owner_id, item.state) == ("al-tirana", ItemState.OPEN)


def test_an_open_item_moves_with_the_presidency() -> None:
    item = an_item()

    assert item.follow([TO_SOFIA], at=NEW_YEAR)

    assert recorded(item) == [
        PresidencyItemHandedOver(
            item_id="item-1",
            from_city_id="al-tirana",
            to_city_id="bg-sofia",
            on=date(2025, 1, 1),
            occurred_at=NEW_YEAR,
        )
    ]
    assert item.owner_id == "bg-sofia"


def test_an_item_goes_through_every_handover_that_it_missed() -> None:
    item = an_item()
    to_zagreb = Handover(number=5, city_id="hr-zagreb", on=date(2026, 1, 1))

    assert item.follow([TO_TIRANA, TO_SOFIA, to_zagreb], at=NEW_YEAR)

    moves = [(each.from_city_id, each.to_city_id) for each in recorded(item)]
    assert moves == [("al-tirana", "bg-sofia"), ("bg-sofia", "hr-zagreb")]
    assert item.as_of(date(2025, 6, 1)).owner_id == "bg-sofia"


def test_an_item_without_owner_goes_to_the_first_who_presides() -> None:
    item = an_item(None)

    assert not item.follow([], at=NOW)
    assert item.owner_id is None
    assert item.follow([Handover(number=1, city_id="bg-sofia", on=TODAY)], at=NOW)
    assert item.owner_id == "bg-sofia"


@pytest.mark.parametrize("again", [TO_SOFIA, TO_TIRANA])
def test_a_handover_that_was_overtaken_changes_nothing(again: Handover) -> None:
    item = an_item()
    item.follow([TO_SOFIA], at=NEW_YEAR)
    forget_events(item)

    assert not item.follow([again], at=NEW_YEAR)

    assert item.owner_id == "bg-sofia"
    assert recorded(item) == []


def test_a_closed_item_stays_where_it_was() -> None:
    item = an_item()

    item.close(outcome="Sent.", at=NOW)

    assert recorded(item) == [
        PresidencyItemClosed(
            item_id="item-1",
            city_id="al-tirana",
            outcome="Sent.",
            closed_on=TODAY,
            occurred_at=NOW,
        )
    ]
    assert not item.follow([TO_SOFIA], at=NEW_YEAR)
    assert (item.owner_id, item.state) == ("al-tirana", ItemState.CLOSED)


def test_an_item_is_closed_once() -> None:
    item = an_item()
    item.close(outcome="Sent.", at=NOW)

    with pytest.raises(AlreadyClosed):
        item.close(outcome="Sent again.", at=NEW_YEAR)

    assert (item.closed_on, item.outcome) == (TODAY, "Sent.")


def test_an_item_is_shown_as_it_was_on_a_day() -> None:
    item = an_item()
    item.follow([TO_SOFIA], at=NEW_YEAR)
    item.close(outcome="Sent.", at=datetime(2025, 1, 15, tzinfo=UTC))

    shown = [
        (each.state, each.owner_id, each.closed_on, each.outcome)
        for day in (TODAY, date(2024, 12, 31), date(2025, 1, 1), date(2025, 1, 15))
        for each in [item.as_of(day)]
    ]

    assert shown == [
        ("open", "al-tirana", None, ""),
        ("open", "al-tirana", None, ""),
        ("open", "bg-sofia", None, ""),
        ("closed", "bg-sofia", date(2025, 1, 15), "Sent."),
    ]
