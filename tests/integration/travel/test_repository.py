import uuid
from typing import Any

import pytest
from pymongo.database import Database

from services.travel.domain.booking import Wish
from services.travel.domain.copies import CityCopy, Guest, MeetingCopy
from services.travel.domain.journey import Direction
from services.travel.repository import (
    BlockRepository,
    CityRepository,
    GuestRepository,
    MeetingRepository,
    PartyRepository,
    StayRepository,
    TripRepository,
)
from services.travel.service import TravelService
from shared.domain import Aggregate
from shared.errors import NotFound
from shared.local_time import LocalTime
from shared.messaging.envelope import Cause
from shared.persistence import Repository
from shared.persistence.command import Answer, Command
from shared.persistence.indexes import indexes_declared_by, make_indexes
from shared.persistence.session import Session, opened
from shared.persistence.store import Store
from shared.service import repositories_of
from shared.web.paging import PageRequest
from tests.unit.travel.builders import (
    ISTANBUL,
    MEETING,
    NOW,
    a_block,
    a_hold,
    a_journey,
    a_leg,
    a_party,
    a_stay,
    a_trip,
    after,
    city_described,
    meeting_announced,
    meeting_cancelled,
    party_booked,
    person_described,
    wall,
)

CAUSE = Cause("correlation", "cause")


class Nobody:
    """A relay that publishes nothing."""

    def submit(self, entries: Any) -> None:
        pass


@pytest.fixture
def store(database: Database[dict[str, Any]]) -> Store:
    return Store(database)


def save(repository: Repository[Any], aggregate: Aggregate) -> None:
    done = Answer(200, b"")
    command = Command(
        call=lambda: repository.save(aggregate),
        render=lambda *_: done,
        relay=Nobody(),
        cause=CAUSE,
    )
    command.run()


def load(repository: Repository[Any], aggregate_id: str) -> Any:
    with opened(Session(CAUSE, may_save=False)):
        return repository.get(aggregate_id)


def a_full_trip() -> Any:
    trip = a_trip(str(uuid.uuid4()))
    ambiguous = LocalTime(wall("2024-10-27T02:30", "UTC").local, "Europe/Tirane", fold=1)
    legs = a_leg(departs=wall("2024-10-27T01:00", ISTANBUL), arrives=ambiguous)
    trip.book(Direction.DEPARTURE, a_journey(legs), at=NOW)
    trip.book_with_party(party_booked(trip, minutes=3), at=NOW)
    wish = Wish(text="Şükran", departs_after=wall("2024-12-06T12:00", ISTANBUL))
    trip.wish(Direction.ARRIVAL, wish, at=NOW)
    return trip


def a_booked_party() -> Any:
    party = a_party()
    party.book(Direction.ARRIVAL, a_journey(), at=NOW)
    return party


def a_used_block() -> Any:
    block, trip = a_block(), a_trip()
    for number in (1, 2):
        block.reserve(f"stay-{number}", a_hold(trip, 5 + number, 6 + number), trip, at=NOW)
    block.release("stay-1")
    return block


def a_released_stay() -> Any:
    stay = a_stay(a_trip())
    stay.release("Enough.", at=NOW)
    return stay


def a_guest() -> Any:
    guest = Guest(id="ada")
    guest.describe(person_described())
    return guest


def a_city() -> Any:
    city = CityCopy(id="tr-istanbul")
    city.describe(city_described())
    return city


def a_meeting() -> Any:
    meeting = MeetingCopy(id=MEETING)
    meeting.announce(meeting_announced())
    meeting.cancel(meeting_cancelled(), at=NOW)
    return meeting


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        (TripRepository, a_full_trip),
        (PartyRepository, a_booked_party),
        (BlockRepository, a_used_block),
        (StayRepository, a_released_stay),
        (GuestRepository, a_guest),
        (CityRepository, a_city),
        (MeetingRepository, a_meeting),
        (MeetingRepository, lambda: MeetingCopy(id="unheard")),
    ],
)
def test_what_is_kept_comes_back_alike(store: Store, kind: Any, make: Any) -> None:
    repository, aggregate = kind(store), make()

    save(repository, aggregate)
    loaded = load(repository, aggregate.id)

    assert type(loaded) is type(aggregate)
    assert repository.state(loaded) == repository.state(aggregate)
    for name in repository.state(aggregate).keys() - {"_id", "arrives_at", "departs_at"}:
        assert getattr(loaded, name) == getattr(aggregate, name)
    assert loaded.version == 1


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (TripRepository, "trip_not_found"),
        (PartyRepository, "party_not_found"),
        (BlockRepository, "block_not_found"),
        (StayRepository, "stay_not_found"),
    ],
)
def test_what_there_is_not_is_not_found_by_its_name(store: Store, kind: Any, code: str) -> None:
    with pytest.raises(NotFound) as refused:
        load(kind(store), "none")

    assert refused.value.code == code


def test_a_save_that_was_overtaken_is_done_again_on_what_is_there_now(store: Store) -> None:
    blocks, trip = BlockRepository(store), a_trip()
    save(blocks, a_block())
    interrupted: list[str] = []

    def reserve() -> None:
        block = blocks.get("block-1")
        block.reserve("slow", a_hold(trip, 6, 7), trip, at=NOW)
        blocks.save(block)
        if not interrupted:
            interrupted.append("once")
            save_quickly()

    def save_quickly() -> None:
        def reserve_too() -> None:
            block = blocks.get("block-1")
            block.reserve("quick", a_hold(trip, 7, 8), trip, at=NOW)
            blocks.save(block)

        run(reserve_too)

    def run(call: Any) -> None:
        done = Answer(200, b"")
        Command(call=call, render=lambda *_: done, relay=Nobody(), cause=CAUSE).run()

    run(reserve)

    assert set(load(blocks, "block-1").holds) == {"slow", "quick"}
    assert load(blocks, "block-1").version == 3


OF_MEETING = {"meeting_id": MEETING}
OPEN = {**OF_MEETING, "state": "open"}


@pytest.mark.parametrize(
    ("collection", "query", "order"),
    [
        ("trips", OF_MEETING, ["meeting_id", "city_id", "person_id", "_id"]),
        ("trips", {}, ["meeting_id", "city_id", "person_id", "_id"]),
        ("trips", OPEN, ["arrives_at", "_id"]),
        ("trips", OPEN, ["departs_at", "_id"]),
        ("trips", OPEN, None),
        ("blocks", OF_MEETING, ["meeting_id", "hotel", "_id"]),
        ("stays", {"block_id": "b", "state": "confirmed"}, ["arrives_on", "departs_on", "_id"]),
        ("stays", {"trip_id": {"$in": ["t", "u"]}, "state": "confirmed"}, None),
    ],
)
def test_every_list_is_read_by_an_index_in_its_order(
    database: Database[dict[str, Any]],
    collection: str,
    query: dict[str, Any],
    order: list[str] | None,
) -> None:
    for kind in repositories_of(TravelService):
        make_indexes(database, indexes_declared_by([kind]))

    found = database[collection].find(query)
    if order:
        found = found.sort([(name, 1) for name in order])
    plan = str(found.explain()["queryPlanner"]["winningPlan"])

    assert "IXSCAN" in plan
    assert "COLLSCAN" not in plan
    assert "'SORT'" not in plan


def test_a_manifest_is_sorted_by_instants_that_follow_from_the_bookings(store: Store) -> None:
    trips = TripRepository(store)
    late, early, unbooked = (a_trip(name) for name in ("late", "early", "unbooked"))
    late.book(Direction.ARRIVAL, a_journey(a_leg(arrives=wall("2024-12-07T09:00"))), at=after(1))
    early.book(Direction.ARRIVAL, a_journey(), at=after(2))
    for trip in (late, early, unbooked):
        save(trips, trip)

    with opened(Session(CAUSE, may_save=False)):
        page = trips.manifest(MEETING, Direction.ARRIVAL, None, PageRequest.of(limit=50))

    assert [trip.person_id for trip in page.items] == ["unbooked", "early", "late"]
