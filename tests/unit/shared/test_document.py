from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.domain import Aggregate, bookkeeping
from shared.persistence.document import Change, Codec, change, insertion
from tests.sample.domain import Order

NOW = datetime(2024, 11, 1, tzinfo=UTC)


def never(document: Any, schema: int) -> Any:
    raise AssertionError(schema)


CODEC: Codec[Order] = Codec(Order, 1, never)


def an_order() -> Order:
    return Order(id="o1", city_id="tr-izmir", tally_id="t1", amount=1)


def stored(order: Order) -> dict[str, Any]:
    return insertion(CODEC.state(order), bookkeeping(order), 1, 7)


def updated(document: dict[str, Any], order: Order) -> Change:
    return change(document, CODEC.state(order), bookkeeping(order), 1, 8)


def test_a_timer_that_nobody_has_tried_is_stored_without_a_pause() -> None:
    order = an_order()
    order.remind_at(NOW)

    assert stored(order)["_timers"] == [{"kind": "reminder", "due_at": NOW}]


def test_the_pause_of_a_timer_outlives_a_save_of_something_else() -> None:
    document = stored(an_order())
    document["_timers"] = [{"kind": "reminder", "due_at": NOW, "tries": 2, "again_at": NOW}]
    order = CODEC.load(document)
    order.remark("x")

    assert "_timers" not in updated(document, order).values


def test_a_timer_that_is_set_anew_has_no_pause() -> None:
    document = stored(an_order())
    document["_timers"] = [{"kind": "reminder", "due_at": NOW, "tries": 2, "again_at": NOW}]
    order = CODEC.load(document)
    order.remind_at(NOW)

    assert updated(document, order).values["_timers"] == [{"kind": "reminder", "due_at": NOW}]


def test_of_an_older_shape_nothing_stays_that_the_newer_one_does_not_have() -> None:
    order = an_order()
    older = {**stored(order), "_schema": 0, "of_old": 1}
    newer = {**stored(order), "of_a_newer_process": 1}

    assert updated(older, order).gone == ("of_old",)
    assert updated(newer, order).gone == ()


@dataclass(frozen=True, kw_only=True)
class Room:
    beds: int


@dataclass(kw_only=True, eq=False)
class House(Aggregate):
    street: str
    kitchen: Room
    rooms: tuple[Room, ...]


HOUSES: Codec[House] = Codec(House, 1, never)


def written_by_newer_code() -> dict[str, Any]:
    """Return a document with an attribute of the house and one of its kitchen that we lack."""
    house = House(id="h1", street="Main", kitchen=Room(beds=0), rooms=(Room(beds=2),))
    document = insertion(HOUSES.state(house), bookkeeping(house), 1, 7)
    document["kitchen"]["stove"] = "gas"
    return {**document, "built_in": 1911}


def saved_by_this_code(document: dict[str, Any], house: House) -> Change:
    return change(document, HOUSES.state(house), bookkeeping(house), 1, 8)


def test_what_newer_code_has_stored_beside_what_this_code_knows_stays() -> None:
    document = written_by_newer_code()
    house = HOUSES.load(document)
    house.street = "High"
    saved = saved_by_this_code(document, house)

    assert saved.values["street"] == "High"
    assert "built_in" not in {*saved.values, *saved.gone}


def test_what_newer_code_has_stored_within_a_value_does_not_stay() -> None:
    document = written_by_newer_code()

    # Why such an attribute is kept by one version before the next one fills it in.
    assert saved_by_this_code(document, HOUSES.load(document)).values["kitchen"] == {"beds": 0}
