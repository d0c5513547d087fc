from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar, cast

import pytest
from pymongo.database import Database

from services.events.domain.answer import InvitationState
from services.events.domain.delegate import Role
from services.events.domain.meeting import Meeting, MeetingState
from services.events.domain.participation import Participation
from services.events.repository import (
    BodyRepository,
    DelegationRepository,
    InvitationRepository,
    MeetingRepository,
    MemberRepository,
    PersonRepository,
    PresidencyRepository,
)
from services.events.service import EventsService
from shared.domain import Aggregate
from shared.local_time import LocalTime
from shared.messaging.envelope import Cause
from shared.persistence import Repository
from shared.persistence.indexes import indexes_declared_by, make_indexes
from shared.persistence.session import Session, opened
from shared.persistence.store import Outcome, Store
from shared.service import repositories_of
from shared.web.paging import Page, PageRequest
from tests.unit.events.builders import (
    DEPUTY,
    MEETING,
    NOW,
    SOFIA,
    TIRANA,
    a_body,
    a_delegation,
    a_meeting,
    a_member,
    a_person,
    a_plan,
    a_presidency,
    a_respondent,
    an_invitation,
)

R = TypeVar("R")


@pytest.fixture
def store(database: Database[dict[str, Any]]) -> Store:
    """A store in which the indexes are declared as the deploy step does."""
    for repository in repositories_of(EventsService):
        make_indexes(database, indexes_declared_by([repository]))
    return Store(database)


def within(call: Callable[[], R]) -> R:
    """Do something in a session of its own that saves nothing."""
    with opened(Session(Cause("test", "test"), may_save=False)):
        return call()


def save(repository: Repository[Any], *aggregates: Aggregate) -> list[Outcome]:
    """Save aggregates as a batch of messages does; returns what became of each."""
    session = Session(Cause("test", "test"))
    with opened(session):
        for aggregate in aggregates:
            repository.save(aggregate)
        writes = session.writes(session.marked())
    repository.store.write(writes)
    return [cast(Outcome, write.outcome) for write in writes]


def an_answered_invitation() -> Aggregate:
    invitation = an_invitation(alternate_id=DEPUTY)
    respondent = a_respondent(on_behalf_of="The secretary")
    invitation.decline(respondent, a_meeting(), reason="Council.", at=NOW)
    return invitation


def a_full_delegation() -> Aggregate:
    delegation = a_delegation(ana=Role.HEAD, ben=Role.MEMBER)
    delegation.withdraw("ben", at=NOW)
    return delegation


@pytest.mark.parametrize(
    ("kind", "build"),
    [
        (MeetingRepository, a_meeting),
        (InvitationRepository, an_invitation),
        (InvitationRepository, lambda: an_invitation(None)),
        (InvitationRepository, an_answered_invitation),
        (DelegationRepository, a_full_delegation),
        (MemberRepository, a_member),
        (PersonRepository, a_person),
        (BodyRepository, lambda: a_body(s1=TIRANA, s2=SOFIA)),
        (PresidencyRepository, a_presidency),
    ],
)
def test_what_is_saved_is_read_again_as_it_was(
    store: Store, kind: type[Repository[Any]], build: Callable[[], Aggregate]
) -> None:
    repository, aggregate = kind(store), build()

    assert save(repository, aggregate) == [Outcome.SAVED]

    found = within(lambda: repository.find(aggregate.id))
    assert found is not aggregate
    assert repository.state(found) == repository.state(aggregate)
    assert found.waiting_for == aggregate.waiting_for
    assert found.version == 1


def test_a_city_that_was_copied_before_withdrawals_were_noted_is_read(store: Store) -> None:
    repository, member = MemberRepository(store), a_member()
    save(repository, member)
    store.database["members"].update_one({"_id": member.id}, {"$unset": {"withdrawn_at": 1}})

    found = within(lambda: repository.get(member.id))

    assert (found.standings, found.withdrawn_at) == (member.standings, 0)


def test_a_wall_time_that_happens_twice_is_read_again_as_the_one_that_was_meant(
    store: Store,
) -> None:
    repository = MeetingRepository(store)
    night = datetime(2024, 10, 27, 2, 30)  # noqa: DTZ001 - a wall time
    ends = LocalTime(datetime(2024, 10, 27, 9), "Europe/Tirane")  # noqa: DTZ001 - a wall time
    plan = a_plan(
        begins=LocalTime(night, "Europe/Tirane", fold=1),
        ends=ends,
        answer_by=datetime(2024, 9, 1, tzinfo=NOW.tzinfo),
        naming_by=None,
    )
    save(repository, Meeting.call(MEETING, plan, host=a_member(), body=None, at=NOW))

    found = within(lambda: repository.get(MEETING))

    assert found.plan.begins == plan.begins
    assert found.plan.begins.at == plan.begins.at


def test_a_save_of_what_was_changed_meanwhile_is_lost(store: Store) -> None:
    repository = MeetingRepository(store)
    save(repository, a_meeting())
    first, second = Session(Cause("1", "1")), Session(Cause("2", "2"))
    writes = []
    for session in (first, second):
        with opened(session):
            meeting = repository.get(MEETING)
            meeting.cancel(reason=session.cause.correlation_id, at=NOW)
            repository.save(meeting)
            writes += session.writes(session.marked())
    for write in writes:
        store.write([write])

    assert [write.outcome for write in writes] == [Outcome.SAVED, Outcome.LOST]
    assert within(lambda: repository.get(MEETING)).reason == "1"


def test_a_citys_open_invitations_are_found(store: Store) -> None:
    repository = InvitationRepository(store)
    opened_one, answered, other = an_invitation(), an_invitation(), an_invitation()
    answered.id, other.id, other.city_id = "answered", "other", SOFIA
    answered.accept(a_respondent(), a_meeting(), at=NOW)
    save(repository, opened_one, answered, other)

    found = within(lambda: repository.open_of_city(TIRANA))

    assert [each.id for each in found] == [opened_one.id]


def test_a_meetings_invitations_are_paged_by_city_and_filtered(store: Store) -> None:
    repository = InvitationRepository(store)
    for number in range(5):
        invitation = an_invitation()
        invitation.id, invitation.city_id = f"i{number}", f"c{4 - number}"
        if number % 2:
            invitation.withdraw(reason="x", at=NOW)
        save(repository, invitation)

    def page(request: PageRequest, **wanted: Any) -> Page[Any]:
        criteria = {"meeting_id": MEETING, "state": None, "city_id": None, **wanted}
        return within(lambda: repository.page_of(request, **criteria))

    first = page(PageRequest(limit=3))
    second = page(PageRequest.of(3, first.next_cursor))
    open_ones = page(PageRequest(), state=InvitationState.OPEN)
    one_city = page(PageRequest(), city_id="c2")

    assert [each.city_id for each in first.items] == ["c0", "c1", "c2"]
    assert [each.city_id for each in second.items] == ["c3", "c4"]
    assert second.next_cursor is None
    assert [each.city_id for each in open_ones.items] == ["c0", "c2", "c4"]
    assert [each.city_id for each in one_city.items] == ["c2"]
    assert page(PageRequest(), meeting_id="another").items == []


def test_meetings_are_found_by_state_and_host(store: Store) -> None:
    repository = MeetingRepository(store)
    announced, cancelled, abroad = a_meeting(), a_meeting(), a_meeting(host_city_id=SOFIA)
    cancelled.id, abroad.id = "cancelled", "abroad"
    cancelled.cancel(reason="x", at=NOW)
    save(repository, announced, cancelled, abroad)

    def ids(states: tuple[MeetingState, ...], host: str | None = None) -> set[str]:
        found = within(lambda: repository.page_of(PageRequest(), states=states, host_city_id=host))
        return {each.id for each in found.items}

    assert ids((MeetingState.ANNOUNCED,)) == {MEETING, "abroad"}
    assert ids((MeetingState.CANCELLED,)) == {"cancelled"}
    assert ids(tuple(MeetingState), TIRANA) == {MEETING, "cancelled"}


def test_a_meetings_delegations_are_found(store: Store) -> None:
    repository = DelegationRepository(store)
    ours, another = a_delegation(ana=Role.HEAD), a_delegation()
    elsewhere = Participation("another", TIRANA)
    another.id, another.meeting_id = elsewhere.delegation_id, elsewhere.meeting_id
    save(repository, ours, another)

    found = within(lambda: repository.of_meeting(MEETING))
    page = within(lambda: repository.page_of(PageRequest(), meeting_id=MEETING, city_id=TIRANA))

    assert [each.id for each in found] == [ours.id]
    assert [each.id for each in page.items] == [ours.id]


@pytest.mark.parametrize(
    ("collection", "query", "sort"),
    [
        ("meetings", {"state": {"$in": ["announced"]}}, "plan.begins.at"),
        ("meetings", {"plan.host_city_id": TIRANA}, "plan.begins.at"),
        ("invitations", {"meeting_id": MEETING}, "city_id"),
        ("invitations", {"city_id": TIRANA, "state": "open"}, "_id"),
        ("delegations", {"meeting_id": MEETING}, "city_id"),
    ],
)
def test_lists_are_found_by_an_index(
    store: Store,
    collection: str,
    query: dict[str, Any],
    sort: str,
) -> None:
    plan = store.database[collection].find(query).sort(sort).limit(50).explain()

    assert "IXSCAN" in str(plan["queryPlanner"]["winningPlan"])
    assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])


def test_copies_are_known_all_at_once(store: Store) -> None:
    members, bodies = MemberRepository(store), BodyRepository(store)
    save(members, a_member(TIRANA), a_member(SOFIA))
    save(bodies, a_body(s1=TIRANA))

    assert set(within(members.everybody)) == {TIRANA, SOFIA}
    (board,) = within(bodies.everyone).values()
    assert board.holders_on(date(2024, 6, 1)) == {TIRANA: None}
