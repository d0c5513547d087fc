import random
from collections.abc import Callable
from datetime import date
from typing import Any

from pymongo.database import Database

from services.travel import use_cases
from services.travel.domain.block import Hold, Offer
from services.travel.domain.journey import Direction
from services.travel.domain.party import PartyPlan
from services.travel.domain.trip import trip_id_of
from shared.persistence.store import Store
from tests.integration.travel.replay import QueryingStore, Replay
from tests.unit.travel.builders import (
    ISTANBUL,
    MEETING,
    OTHER_MEETING,
    a_leg,
    after,
    an_allotment,
    city_described,
    delegate_confirmed,
    delegate_withdrawn,
    meeting_announced,
    meeting_cancelled,
    meeting_rescheduled,
    person_described,
    wall,
)

ORDERS = 2_000
BEGINNINGS = 100
ORDERS_COMPARED = 50

Change = Callable[..., Any]


def of_delegation(change: Change, person: str, sequence: int, **more: Any) -> Any:
    """Return an event of a delegation of one, which is the source of the person's events."""
    meeting = more.get("meeting_id", MEETING)
    return change(person, sequence, delegation_id=f"{person}@{meeting}", **more)


def confirmed(person: str, sequence: int, **more: Any) -> Any:
    return of_delegation(delegate_confirmed, person, sequence, **more)


def withdrawn(person: str, sequence: int, **more: Any) -> Any:
    return of_delegation(delegate_withdrawn, person, sequence, **more)


def trip(person: str, meeting: str = MEETING) -> str:
    return trip_id_of(delegate_confirmed(person, meeting_id=meeting))


TRAVELLERS = ("ada", "ben", "cem", "dora")


def begin(store: Any, seed: int) -> Replay:
    """Have people confirmed, and their journeys and rooms arranged; some copies come early.

    Returns:
        The process, with events of what was arranged and of what others did still under way.
    """
    schedule = random.Random(seed)
    replay = Replay(store, schedule)
    first = [
        *(confirmed(person, 1) for person in TRAVELLERS),
        *(confirmed(person, 1, meeting_id=OTHER_MEETING) for person in ("ada", "dora")),
    ]
    copies = [
        *(person_described("ada", n, name=f"Ada {n}") for n in (1, 2, 3)),
        *(city_described("tr-istanbul", n, name=f"Istanbul {n}") for n in (1, 2)),
        meeting_announced(1),
        meeting_rescheduled(2),
        meeting_rescheduled(3),
        meeting_announced(1, meeting_id=OTHER_MEETING),
    ]
    schedule.shuffle(copies)
    early = schedule.randint(0, len(copies))
    replay.tell(*first, *copies[:early])
    replay.deliver(until=lambda: all_open(replay))
    arrange(replay)
    replay.tell(*copies[early:])
    return replay


def finish(replay: Replay) -> dict[str, dict[str, Any]]:
    """Have some withdraw, one of them return, and one of two meetings cancelled.

    Returns:
        What is stored when everything was heard.
    """
    replay.tell(
        withdrawn("ada", 2, reason="declined"),
        withdrawn("ben", 2),
        confirmed("ben", 3, role="member"),
        withdrawn("eve", 2, was_confirmed=False),
        withdrawn("fay", 4),
        confirmed("fay", 3),
        meeting_cancelled(3, meeting_id=OTHER_MEETING),
        confirmed("gus", 1, meeting_id=OTHER_MEETING),
        withdrawn("dora", 2, meeting_id=OTHER_MEETING),
    )
    replay.deliver()
    assert replay.heard > 40
    return replay.state()


def play(store: Any, seed: int) -> dict[str, dict[str, Any]]:
    """Play the history in one order, and return what is stored at its end."""
    return finish(begin(store, seed))


def all_open(replay: Replay) -> bool:
    meetings = (MEETING, OTHER_MEETING)
    trips = replay.service.trips
    counts = [len(replay.query(lambda meeting=each: trips.open_for(meeting))) for each in meetings]
    return counts == [4, 2]


def arrange(replay: Replay) -> None:
    """Book parties and single travellers, open blocks and reserve rooms; tell nobody yet."""
    here = replay.service
    early, late = a_leg(), a_leg(number="TK1075", arrives=wall("2024-12-07T09:00"))
    home = a_leg(
        origin="TIA",
        destination="IST",
        departs=wall("2024-12-08T09:00"),
        arrives=wall("2024-12-08T13:00", ISTANBUL),
    )

    for party, members in (("party-1", ("ada", "ben")), ("party-2", ("ben", "cem"))):
        ids = tuple(trip(each) for each in members)
        plan = PartyPlan(meeting_id=MEETING, name=party, trip_ids=ids)
        replay.command(
            lambda p=party, q=plan: use_cases.form_party(
                here.parties, here.trips, p, q, at=after(0)
            )
        )
    for party, direction, leg, minutes in (
        ("party-1", "arrival", early, 1),
        ("party-2", "arrival", early, 2),
        ("party-2", "departure", home, 3),
        ("party-1", "arrival", late, 4),
    ):
        replay.command(
            lambda p=party, d=direction, leg=leg, m=minutes: use_cases.book_party(
                here.parties, p, d, [leg], at=after(m)
            )
        )
    replay.command(
        lambda: use_cases.book_trip(here.trips, trip("cem"), "arrival", [late], at=after(3))
    )
    for block, meeting in (("block-1", MEETING), ("block-2", OTHER_MEETING)):
        offer = Offer(
            meeting_id=meeting,
            hotel=f"Hotel {block}",
            address="",
            city_id="al-tirana",
            rooms=(an_allotment(count=4),),
        )
        replay.command(
            lambda b=block, o=offer: use_cases.open_block(here.blocks, b, o, at=after(0))
        )
    for stay, block, trip_id in (
        *((f"stay-{each}", "block-1", trip(each)) for each in TRAVELLERS),
        *((f"stay-2-{each}", "block-2", trip(each, OTHER_MEETING)) for each in ("ada", "dora")),
    ):
        hold = Hold(
            trip_id=trip_id,
            room_type="single",
            arrives_on=date(2024, 12, 6),
            departs_on=date(2024, 12, 8),
        )
        replay.command(
            lambda s=stay, b=block, h=hold: use_cases.reserve_stay(
                here.blocks, here.trips, b, s, h, at=after(5)
            )
        )


def test_whatever_order_events_are_heard_in_the_end_is_the_same() -> None:
    wanted = play(QueryingStore(), seed=0)

    for beginning in range(BEGINNINGS):
        begun = begin(QueryingStore(), beginning)
        for ending in range(ORDERS // BEGINNINGS):
            end = finish(begun.fork(random.Random(ending)))
            assert end == wanted, f"beginning {beginning}, ending {ending}"


def test_the_database_comes_to_the_same_end_as_the_store_in_memory(
    database: Database[dict[str, Any]],
) -> None:
    wanted = play(QueryingStore(), seed=0)
    store = Store(database)

    for seed in range(ORDERS_COMPARED):
        assert play(store, seed) == wanted, f"seed {seed}"
        for collection in wanted:
            database[collection].delete_many({})


def test_the_end_is_what_the_history_tells() -> None:
    end = play(QueryingStore(), seed=0)

    trips = {(each["meeting_id"], each["person_id"]): each for each in end["trips"].values()}
    assert {key: (each["state"], each["release_reason"]) for key, each in trips.items()} == {
        (MEETING, "ada"): ("released", "declined"),
        (MEETING, "ben"): ("open", ""),
        (MEETING, "cem"): ("open", ""),
        (MEETING, "dora"): ("open", ""),
        (MEETING, "fay"): ("released", "withdrawn"),
        (OTHER_MEETING, "ada"): ("released", "meeting_cancelled"),
        (OTHER_MEETING, "dora"): ("released", "withdrawn"),
        (OTHER_MEETING, "gus"): ("released", "meeting_cancelled"),
    }
    arrival, departure = Direction.ARRIVAL.value, Direction.DEPARTURE.value
    booked = {
        person: {
            direction: (booking["party_id"], booking["number"])
            for direction, booking in trips[MEETING, person]["bookings"].items()
        }
        for person in TRAVELLERS
    }
    assert booked == {
        "ada": {arrival: ("party-1", 2)},
        "ben": {arrival: ("party-1", 3), departure: ("party-2", 1)},
        "cem": {arrival: (None, 2), departure: ("party-2", 1)},
        "dora": {},
    }
    assert {stay for stay, each in end["stays"].items() if each["state"] == "confirmed"} == {
        "stay-cem",
        "stay-dora",
    }
    assert set(end["blocks"]["block-1"]["holds"]) == {"stay-cem", "stay-dora"}
    assert end["blocks"]["block-1"]["returned"] == ["stay-ada", "stay-ben"]
    assert end["blocks"]["block-2"]["holds"] == {}
    assert end["guests"]["ada"]["name"] == "Ada 3"
    assert end["cities"]["tr-istanbul"]["name"] == "Istanbul 2"
    assert end["meetings"][MEETING]["revision"] == 2
    assert end["meetings"][OTHER_MEETING]["cancelled"]
