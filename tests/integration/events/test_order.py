import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pymongo.database import Database

from services.events.domain.audience import Audience
from services.events.domain.delegate import Role
from services.events.domain.meeting import Meeting
from services.events.domain.participation import Participation
from services.events.service import EventsService
from services.events.use_cases import delegations, invitations, meetings
from shared.contracts.membership import (
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
from shared.persistence.store import Store
from shared.service import topology_of
from shared.strict_json import loads
from tests.integration.events.orders import Action, Message, Process, QueriedMemoryStore, play, told
from tests.unit.events.builders import (
    BOARD,
    MEETING,
    MEETING_DAY,
    NOW,
    SINCE,
    a_member,
    a_plan,
    a_respondent,
    body_founded,
    city_admitted,
    city_described,
    office_held,
    person_described,
    president_elected,
    president_taken_over,
    president_withdrawn,
    seat_filled,
)

ORDERS = 1000
ORDERS_ON_MONGO = 40
SEED = 20241207

ACCEPTS, DECLINES, PASSES, WITHDRAWN = "al-accepts", "bg-declines", "gr-passes", "me-withdrawn"
CHANGES, VACANT = "mk-changes", "ro-vacant"
CITIES = (ACCEPTS, DECLINES, PASSES, WITHDRAWN, CHANGES, VACANT)
CORRECTED, OBSERVES = "si-corrected", "xk-observes"
CANCELLED = "meeting-2"
COLLECTIONS = (
    "meetings",
    "invitations",
    "delegations",
    "members",
    "people",
    "bodies",
    "presidencies",
)


def mayor(city_id: str) -> str:
    return f"mayor-of-{city_id}"


def deputy(city_id: str) -> str:
    return f"deputy-of-{city_id}"


def facts_of_membership() -> Iterator[Message]:
    """Return what membership tells, in the order in which it does."""
    for city_id in CITIES:
        yield told(city_described(city_id, 1, name="Old name"), "cities", city_id)
        yield told(city_admitted(city_id, 2), "cities", city_id)
        yield told(city_described(city_id, 3), "cities", city_id)
        for person in (mayor(city_id), deputy(city_id)):
            yield told(person_described(person, 1, "xx", "Old name"), "people", person)
            yield told(person_described(person, 2, city_id), "people", person)
    suspended = CitySuspended(city_id=VACANT, since=MEETING_DAY, reason="dues", occurred_at=NOW)
    yield told(numbered(suspended, 4), "cities", VACANT)
    yield from standings_that_are_corrected()
    for city_id in (ACCEPTS, DECLINES, PASSES, WITHDRAWN):
        yield told(office_held(mayor(city_id), city_id=city_id), "offices", city_id)
    for sequence, (holder, since) in enumerate(
        (
            (mayor(CHANGES), date(2015, 1, 1)),
            (None, date(2023, 1, 1)),
            ("new", date(2024, 6, 1)),
            ("by mistake", date(2024, 9, 1)),
        ),
        start=1,
    ):
        held = office_held(holder, sequence, city_id=CHANGES, starts_on=since)
        yield told(held, "offices", CHANGES)
    mistake = OfficeTermWithdrawn(
        city_id=CHANGES, office="mayor", starts_on=date(2024, 9, 1), occurred_at=NOW
    )
    yield told(numbered(mistake, 5), "offices", CHANGES)
    yield told(office_held(None, city_id=VACANT), "offices", VACANT)
    yield from facts_of_the_board()
    for sequence, year in enumerate((2023, 2024, 2025), start=1):
        yield told(president_elected(ACCEPTS, sequence, year), "presidencies", "presidency")


def facts_of_the_board() -> Iterator[Message]:
    """Return what membership tells of the board: one who left, alternates, a correction."""
    yield told(body_founded(("s1", "s2")), "bodies", BOARD)
    yield told(seat_filled(ACCEPTS, 2, seat_id="s1"), "bodies", BOARD)
    yield told(seat_filled(PASSES, 3, seat_id="s2"), "bodies", BOARD)
    empty = SeatVacated(body_id=BOARD, seat_id="s2", since=date(2024, 9, 1), occurred_at=NOW)
    yield told(numbered(empty, 4), "bodies", BOARD)
    yield told(alternate_changed("s2", date(2024, 5, 1), 5), "bodies", BOARD)
    corrected = SeatTermsCorrected(
        body_id=BOARD,
        seat_id="s2",
        terms=(HeldTerm(city_id=PASSES, starts_on=date(2024, 2, 1), ends_on=date(2024, 11, 30)),),
        occurred_at=NOW,
    )
    yield told(numbered(corrected, 6), "bodies", BOARD)
    last = seat_filled(CHANGES, 7, seat_id="s2", starts_on=date(2024, 12, 1))
    yield told(last, "bodies", BOARD)
    yield told(alternate_changed("s2", date(2024, 12, 5), 8), "bodies", BOARD)
    for sequence, year in enumerate((2023, 2024, 2025), start=1):
        yield told(president_elected(ACCEPTS, sequence, year), "presidencies", "presidency")
    for event in (
        president_taken_over(PASSES, 4, date(2024, 7, 1)),
        president_withdrawn(ACCEPTS, 5, date(2025, 1, 1)),
        president_elected(DECLINES, 6, 2025),
        president_taken_over(CHANGES, 7, date(2025, 1, 1)),
        president_withdrawn(CHANGES, 8, date(2025, 1, 1)),
    ):
        yield told(event, "presidencies", "presidency")


def standings_that_are_corrected() -> Iterator[Message]:
    """Return what membership tells of a city that nobody invites, with two mistakes in it."""
    member = CityStanding(kind="member", since=SINCE)
    about: dict[str, Any] = {"city_id": CORRECTED, "occurred_at": NOW}
    mistaken, right = date(2024, 11, 1), date(2024, 12, 1)
    events = (
        CitySuspended(since=mistaken, reason="dues", **about),
        CityStandingsWithdrawn(standings=(member,), **about),
        CitySuspended(since=right, reason="dues", **about),
        CityReinstated(since=right, **about),
        CityLeft(since=right, **about),
        CityStandingsWithdrawn(
            standings=(
                member,
                CityStanding(kind="suspended", since=right),
                CityStanding(kind="member", since=right),
            ),
            **about,
        ),
        CitySuspended(since=MEETING_DAY, reason="dues", **about),
    )
    yield told(city_described(CORRECTED, 1), "cities", CORRECTED)
    yield told(city_admitted(CORRECTED, 2), "cities", CORRECTED)
    for sequence, event in enumerate(events, start=3):
        yield told(numbered(event, sequence), "cities", CORRECTED)
    about["city_id"] = OBSERVES
    observer = (
        CityApplied(since=date(2021, 1, 4), **about),
        CityAdmittedAsObserver(since=SINCE, **about),
        CitySuspended(since=mistaken, reason="absent", **about),
        CityReinstatedAsObserver(since=right, **about),
    )
    yield told(city_described(OBSERVES, 1), "cities", OBSERVES)
    for sequence, event in enumerate(observer, start=2):
        yield told(numbered(event, sequence), "cities", OBSERVES)


def alternate_changed(seat_id: str, since: date, sequence: int) -> Event:
    event = SeatAlternateChanged(
        body_id=BOARD, seat_id=seat_id, since=since, alternate_id="alternate", occurred_at=NOW
    )
    return numbered(event, sequence)


FACTS = tuple(facts_of_membership())


def test_everything_that_membership_tells_is_played() -> None:
    heard = topology_of(EventsService, (1,)).heard["membership"]

    assert {each.name for each in FACTS} == set(heard)


def prepare(process: Process) -> None:
    """Announce two meetings that have invited everybody, and let membership tell its facts."""
    for meeting_id in (MEETING, CANCELLED):
        process.obey(lambda here, meeting_id=meeting_id: announced(here, meeting_id))
    process.pool.messages += FACTS


def announced(here: EventsService, meeting_id: str) -> None:
    """Save a meeting that has invited every city; one of them has an alternate."""
    plan = a_plan()
    meeting = Meeting.call(meeting_id, plan, host=a_member(), body=None, at=NOW)
    meeting.announce(at=NOW)
    audience = Audience(dict.fromkeys(CITIES, "named"), {PASSES: deputy(PASSES)})
    meeting.invite(audience, on=MEETING_DAY, at=NOW)
    here.meetings.save(meeting)


# -- what people do, one after another ---------------------------------------------------------


def nominate(city_id: str, person_id: str, role: Role, meeting_id: str = MEETING) -> Action:
    part = Participation(meeting_id, city_id)
    return lambda here: delegations.nominate_delegate(
        here, part, person_id, role, by="organiser", at=NOW
    )


def confirm(city_id: str, person_id: str, meeting_id: str = MEETING) -> Action:
    part = Participation(meeting_id, city_id)
    return lambda here: delegations.confirm_delegate(here, part, person_id, by="organiser", at=NOW)


def accept(city_id: str) -> Action:
    invitation_id = Participation(MEETING, city_id).invitation_id
    return lambda here: invitations.accept_invitation(here, invitation_id, a_respondent(), at=NOW)


def decline(city_id: str) -> Action:
    invitation_id = Participation(MEETING, city_id).invitation_id
    return lambda here: invitations.decline_invitation(
        here, invitation_id, a_respondent(), reason="Council.", at=NOW
    )


def withdraw(city_id: str) -> Action:
    invitation_id = Participation(MEETING, city_id).invitation_id
    return lambda here: invitations.withdraw_invitation(
        here, invitation_id, reason="By mistake.", at=NOW
    )


def cancel(meeting_id: str) -> Action:
    return lambda here: meetings.cancel_meeting(here, meeting_id, reason="Snow.", at=NOW)


ACTORS: tuple[tuple[Action, ...], ...] = (
    (
        accept(ACCEPTS),
        nominate(ACCEPTS, mayor(ACCEPTS), Role.HEAD),
        confirm(ACCEPTS, mayor(ACCEPTS)),
        nominate(ACCEPTS, deputy(ACCEPTS), Role.MEMBER),
    ),
    (
        nominate(DECLINES, mayor(DECLINES), Role.HEAD),
        confirm(DECLINES, mayor(DECLINES)),
        nominate(DECLINES, deputy(DECLINES), Role.MEMBER),
        decline(DECLINES),
    ),
    (
        decline(PASSES),
        accept(PASSES),
        nominate(PASSES, deputy(PASSES), Role.HEAD),
        confirm(PASSES, deputy(PASSES)),
    ),
    (
        accept(WITHDRAWN),
        nominate(WITHDRAWN, mayor(WITHDRAWN), Role.HEAD),
        confirm(WITHDRAWN, mayor(WITHDRAWN)),
        withdraw(WITHDRAWN),
    ),
    (
        nominate(ACCEPTS, mayor(ACCEPTS), Role.HEAD, CANCELLED),
        confirm(ACCEPTS, mayor(ACCEPTS), CANCELLED),
        nominate(PASSES, deputy(PASSES), Role.MEMBER, CANCELLED),
        cancel(CANCELLED),
    ),
)


# -- what comes of it --------------------------------------------------------------------------


def end_of(process: Process) -> dict[str, Any]:
    """Return every document without what the chassis keeps, and what was said about delegates.

    A generation counts how often an open invitation changed its addressee, so of the city whose
    mayor became known in steps it depends on the order, by design: each earlier link is void.
    """
    end: dict[str, Any] = {}
    for name, repository in vars(process.service).items():
        assert name in COLLECTIONS
        for document in repository.store.find(repository.collection, {}):
            kept = {
                field: value
                for field, value in document.items()
                if not field.startswith("_") or field in ("_id", "_waiting_for")
            }
            if kept.get("city_id") == CHANGES:
                kept.pop("generation", None)
            end[f"{name}/{document['_id']}"] = kept
    end["said"] = Counter(facts(process))
    return end


def facts(process: Process) -> list[tuple[Any, ...]]:
    """Return what was said of delegates and answers: name, city, person, reason."""
    found = []
    for message in process.pool.said:
        if message.name.startswith(("Delegate", "Invitation")):
            body = loads(message.body)
            if body["city_id"] in (ACCEPTS, DECLINES, PASSES, WITHDRAWN):
                found.append(
                    (
                        message.name,
                        body["meeting_id"],
                        body["city_id"],
                        body.get("person_id"),
                        body.get("reason"),
                        body.get("was_confirmed"),
                    )
                )
    return [fact for fact in found if fact[0] != "InvitationUnaddressed"]


def played(store: Any, seed: int | None) -> dict[str, Any]:
    """Play the scenario in one order; without a seed, in the order of telling."""
    process = Process(store)
    prepare(process)
    if seed is None:
        settle(process)
    play(process, ACTORS, random.Random(seed))
    return end_of(process)


def settle(process: Process) -> None:
    """Hear what was told, one by one, in the order in which it was."""
    while process.pool.messages:
        process.hear([process.pool.messages.pop(0)])


def standings(end: dict[str, Any], city_id: str) -> list[tuple[str, str]]:
    return [(each["since"], each["standing"]) for each in end[f"members/{city_id}"]["standings"]]


def test_the_scenario_ends_as_it_is_told() -> None:
    end = played(QueriedMemoryStore(), None)

    def part(city_id: str, meeting_id: str = MEETING) -> Participation:
        return Participation(meeting_id, city_id)

    def invitation(city_id: str, meeting_id: str = MEETING) -> tuple[str, str | None]:
        found = end[f"invitations/{part(city_id, meeting_id).invitation_id}"]
        return found["state"], found["person_id"]

    def delegates(city_id: str, meeting_id: str = MEETING) -> dict[str, str]:
        found = end[f"delegations/{part(city_id, meeting_id).delegation_id}"]["delegates"]
        return {person_id: each["state"] for person_id, each in found.items()}

    assert invitation(ACCEPTS) == ("accepted", mayor(ACCEPTS))
    assert invitation(DECLINES) == ("declined", mayor(DECLINES))
    assert invitation(PASSES) == ("accepted", deputy(PASSES))
    assert invitation(WITHDRAWN) == ("withdrawn", mayor(WITHDRAWN))
    assert invitation(CHANGES) == ("open", "new")
    assert invitation(VACANT) == ("open", None)
    assert delegates(ACCEPTS) == {mayor(ACCEPTS): "confirmed", deputy(ACCEPTS): "nominated"}
    assert delegates(DECLINES) == {mayor(DECLINES): "withdrawn", deputy(DECLINES): "withdrawn"}
    assert delegates(PASSES) == {deputy(PASSES): "confirmed"}
    assert delegates(WITHDRAWN) == {mayor(WITHDRAWN): "withdrawn"}
    assert delegates(ACCEPTS, CANCELLED) == {mayor(ACCEPTS): "withdrawn"}
    assert delegates(PASSES, CANCELLED) == {deputy(PASSES): "withdrawn"}
    waiting = {name for name, each in end.items() if name != "said" and "_waiting_for" in each}
    assert waiting == {
        f"invitations/{part(VACANT, meeting).invitation_id}" for meeting in (MEETING, CANCELLED)
    }


def test_what_was_corrected_ends_as_it_was_told_last() -> None:
    end = played(QueriedMemoryStore(), None)

    assert standings(end, CORRECTED) == [
        ("2021-11-29", "member"),
        ("2024-12-01", "member"),
        ("2024-12-07", "suspended"),
    ]
    assert standings(end, OBSERVES) == [
        ("2021-01-04", "applicant"),
        ("2021-11-29", "observer"),
        ("2024-11-01", "suspended"),
        ("2024-12-01", "observer"),
    ]
    seat = [(each["city_id"], each["since"]) for each in end[f"bodies/{BOARD}"]["seats"]["s2"]]
    assert seat == [(PASSES, "2024-02-01"), (CHANGES, "2024-12-01")]
    (alternate,) = end[f"bodies/{BOARD}"]["alternates"]["s2"]
    assert alternate["since"] == "2024-12-05"


def test_every_order_of_events_ends_in_the_same_state() -> None:
    as_told = played(QueriedMemoryStore(), None)

    for seed in range(SEED, SEED + ORDERS):
        assert played(QueriedMemoryStore(), seed) == as_told, f"order {seed} ends otherwise"


@pytest.mark.parametrize("seed", range(SEED, SEED + ORDERS_ON_MONGO))
def test_the_database_ends_in_the_state_of_the_simulated_one(
    database: Database[dict[str, Any]], seed: int
) -> None:
    assert played(Store(database), seed) == played(QueriedMemoryStore(), seed)
