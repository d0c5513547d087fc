from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from shared.contracts.membership import (
    CityAdmitted,
    CityAdmittedAsObserver,
    CityApplied,
    CityLeft,
    CityReinstated,
    CityReinstatedAsObserver,
    CityStanding,
    CityStandingsWithdrawn,
    CitySuspended,
    HeldTerm,
    OfficeTermWithdrawn,
    SeatAlternateChanged,
    SeatTermsCorrected,
    SeatVacated,
)
from shared.domain import Event, numbered
from tests.integration.events.world import World
from tests.unit.events.builders import (
    NOW,
    body_founded,
    city_described,
    office_held,
    person_described,
    president_elected,
    president_taken_over,
    president_withdrawn,
    seat_filled,
)

SINCE = date(2024, 3, 1)
NO_OUTBOX = {"_outbox": 0}

Told = Callable[[str], Event]


def told(event: Event, sequence: int = 1) -> Event:
    return numbered(event, sequence)


FACTS: list[tuple[str, str, Told, dict[str, Any]]] = [
    (
        "members",
        "al-durres",
        lambda id_: city_described(id_, name="Durrës"),
        {"name": "Durrës", "country": "AL", "zone": "Europe/Tirane", "languages": ["sq"]},
    ),
    (
        "members",
        "al-durres",
        lambda id_: told(CityApplied(city_id=id_, since=SINCE, occurred_at=NOW)),
        {"standings.0.standing": "applicant", "_waiting_for.0": "description"},
    ),
    (
        "members",
        "al-durres",
        lambda id_: told(CityAdmitted(city_id=id_, since=SINCE, occurred_at=NOW)),
        {"standings.0.standing": "member", "standings.0.since": "2024-03-01"},
    ),
    (
        "members",
        "al-durres",
        lambda id_: told(CitySuspended(city_id=id_, since=SINCE, reason="x", occurred_at=NOW)),
        {"standings.0.standing": "suspended"},
    ),
    (
        "members",
        "al-durres",
        lambda id_: told(CityReinstated(city_id=id_, since=SINCE, occurred_at=NOW)),
        {"standings.0.standing": "member"},
    ),
    (
        "members",
        "al-durres",
        lambda id_: told(CityLeft(city_id=id_, since=SINCE, occurred_at=NOW)),
        {"standings.0.standing": "left"},
    ),
    (
        "members",
        "al-durres",
        lambda id_: told(CityAdmittedAsObserver(city_id=id_, since=SINCE, occurred_at=NOW)),
        {"standings.0.standing": "observer"},
    ),
    (
        "members",
        "al-durres",
        lambda id_: told(CityReinstatedAsObserver(city_id=id_, since=SINCE, occurred_at=NOW)),
        {"standings.0.standing": "observer"},
    ),
    (
        "members",
        "al-durres",
        lambda id_: told(
            CityStandingsWithdrawn(
                city_id=id_,
                standings=(CityStanding(kind="member", since=SINCE),),
                occurred_at=NOW,
            ),
            4,
        ),
        {"standings.0.standing": "member", "standings.0.sequence": 4, "withdrawn_at": 4},
    ),
    (
        "members",
        "al-durres",
        lambda id_: office_held("emiriana", city_id=id_, represented_by="deputy"),
        {"offices.mayor.0.person_id": "emiriana", "offices.mayor.0.represented_by": "deputy"},
    ),
    (
        "people",
        "emiriana",
        lambda id_: person_described(id_, city_id="al-durres", name="Emiriana"),
        {"city_id": "al-durres", "name": "Emiriana"},
    ),
    (
        "bodies",
        "board",
        lambda id_: body_founded(("a", "b"), body_id=id_),
        {"name": "Board", "kind": "executive_board", "seat_ids": ["a", "b"]},
    ),
    (
        "bodies",
        "board",
        lambda id_: seat_filled("al-durres", body_id=id_, alternate_id="deputy"),
        {"seats.s1.0.city_id": "al-durres", "_waiting_for.0": "foundation"},
    ),
    (
        "bodies",
        "board",
        lambda id_: told(SeatVacated(body_id=id_, seat_id="s1", since=SINCE, occurred_at=NOW)),
        {"seats.s1.0.city_id": None, "seats.s1.0.since": "2024-03-01"},
    ),
    (
        "bodies",
        "board",
        lambda id_: told(
            SeatAlternateChanged(
                body_id=id_, seat_id="s1", since=SINCE, alternate_id="deputy", occurred_at=NOW
            )
        ),
        {"alternates.s1.0.person_id": "deputy", "_waiting_for.0": "foundation"},
    ),
    (
        "bodies",
        "board",
        lambda id_: told(
            SeatTermsCorrected(
                body_id=id_,
                seat_id="s1",
                terms=(HeldTerm(city_id="al-durres", starts_on=SINCE),),
                occurred_at=NOW,
            )
        ),
        {"seats.s1.0.city_id": "al-durres", "corrected_at.s1": 1},
    ),
    (
        "members",
        "al-durres",
        lambda id_: told(
            OfficeTermWithdrawn(city_id=id_, office="mayor", starts_on=SINCE, occurred_at=NOW)
        ),
        {"offices.mayor.0.withdrawn": True, "offices.mayor.0.since": "2024-03-01"},
    ),
]


@pytest.mark.parametrize(
    ("collection", "name", "fact", "known"),
    FACTS,
    ids=[f"{collection}-{number}" for number, (collection, *_) in enumerate(FACTS)],
)
def test_what_membership_tells_is_noted_once_however_often_it_comes(
    world: World, collection: str, name: str, fact: Told, known: dict[str, Any]
) -> None:
    subject = f"{name}-{world.mark}"
    event = fact(subject)

    world.tell(event)
    once = world.documents[collection].find_one({"_id": subject, **known}, NO_OUTBOX)
    world.tell(event)

    assert once is not None, world.documents[collection].find_one({"_id": subject})
    assert world.documents[collection].find_one({"_id": subject}, NO_OUTBOX) == once


def test_the_presidency_is_noted(world: World) -> None:
    world.tell(president_elected(world.sofia, 7, year=2031))

    (presidency,) = world.documents.presidencies.find()
    assert {
        "sequence": 7,
        "since": "2031-01-01",
        "until": "2031-12-31",
        "city_id": world.sofia,
        "withdrawn": False,
    } in presidency["terms"]


def test_changes_of_the_presidency_are_noted(world: World) -> None:
    world.tell(
        president_withdrawn(world.sofia, 9, date(2032, 7, 1)),
        president_taken_over(world.sofia, 8, date(2032, 7, 1)),
    )

    (presidency,) = world.documents.presidencies.find()
    noted = [
        (each["sequence"], each["since"], each["city_id"], each["withdrawn"])
        for each in presidency["terms"]
        if each["city_id"] == world.sofia
    ]
    assert noted == [
        (8, "2032-07-01", world.sofia, False),
        (9, "2032-07-01", world.sofia, True),
    ]


def test_an_event_that_was_overtaken_does_not_undo_what_is_newer(world: World) -> None:
    city_id = world.city("al-durres")

    world.tell(city_described(city_id, sequence=5, name="Durrës"))
    world.tell(city_described(city_id, sequence=2, name="Durazzo"))

    found = world.documents.members.find_one({"_id": city_id})
    assert found is not None
    assert found["name"] == "Durrës"


def test_what_is_heard_of_a_city_before_its_description_waits_and_counts(world: World) -> None:
    city_id = world.city("al-durres")
    world.tell(office_held("emiriana", city_id=city_id))
    waiting = world.documents.members.find_one({"_id": city_id})
    assert waiting is not None
    assert waiting["_waiting_for"] == ["description"]

    world.tell(city_described(city_id))

    complete = world.documents.members.find_one({"_id": city_id})
    assert complete is not None
    assert "_waiting_for" not in complete
    assert complete["offices"]["mayor"][0]["person_id"] == "emiriana"


def test_nothing_that_was_told_is_parked(world: World) -> None:
    status = world.api.get("/v1/status").json()

    assert status["queues"]["parked"] == 0
    assert status["queues"]["retry"] == 0
