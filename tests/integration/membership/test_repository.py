"""Every aggregate as a document and back, and what the database is asked."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.membership.domain.body import Body, BodyKind, UnknownBody
from services.membership.domain.city import City
from services.membership.domain.city_import import CityImport, CityRow
from services.membership.domain.description import CityDescription
from services.membership.domain.offices import CityOffices, OfficeTerm
from services.membership.domain.presidency import PRESIDENCY, Presidency, PresidencyTerm
from services.membership.domain.seat_term import Alternate, CarryOver, SeatTerm
from services.membership.repository import (
    BodyRepository,
    CityImportRepository,
    CityOfficesRepository,
    CityRepository,
    PersonRepository,
    PresidencyRepository,
)
from shared.domain import Aggregate
from shared.messaging.envelope import Cause
from shared.persistence import Repository
from shared.persistence.mongo import declare_indexes
from shared.persistence.session import Session, opened
from shared.persistence.store import Outcome, Store
from shared.web.paging import PageRequest
from tests.unit.membership.boards import ELECTED, the_board_of_b40
from tests.unit.membership.builders import (
    NOW,
    TODAY,
    a_body,
    a_description,
    a_member,
    a_person,
    a_row,
)

CAUSE = Cause("test", "test")


def an_imported_city() -> Aggregate:
    city = a_member()
    city.suspend(reason="Dues.", since=date(2024, 3, 1), at=NOW)
    city.follow(a_row(member_since=date(2021, 11, 1), precision="month", name="İstanbul"))
    return city


def a_city_that_joins_later() -> City:
    row = a_row(city_id="bg-varna", member_since=date(2026, 1, 26), occurred_at=NOW)
    city = City.unknown("bg-varna", CityDescription.of_row(row), at=NOW - timedelta(days=1))
    city.follow(row)
    return city


def a_seated_body() -> Aggregate:
    body = a_body()
    term = SeatTerm(
        city_id="tr-istanbul",
        starts_on=date(2024, 1, 31),
        ends_on=date(2025, 2, 24),
        alternate_id="person-1",
        sample=True,
    )
    body.fill_seat("seat-Host", term, a_member(), at=NOW)
    return body


def a_corrected_board() -> Body:
    body = the_board_of_b40()
    body.carry_over = CarryOver(limit_days=90)
    body.name_alternate(ELECTED[0], Alternate(since=date(2026, 3, 1), person_id="ana"), at=NOW)
    body.withdraw_term(ELECTED[1], "2026-01-27", at=NOW + timedelta(days=1))
    body.notice_ends(at=NOW + timedelta(days=750))
    return body


def some_offices() -> Aggregate:
    offices = CityOffices(id="tr-istanbul")
    term = OfficeTerm(office="mayor", person_id="person-1", starts_on=date(2024, 4, 1), acting=True)
    offices.appoint(term, {"person-1": a_person()}, at=NOW)
    return offices


def a_presidency() -> Aggregate:
    presidency = Presidency(id=PRESIDENCY)
    presidency.elect(PresidencyTerm.of(2024, "al-tirana"), a_member("al-tirana"), at=NOW)
    return presidency


def an_import() -> Aggregate:
    good = CityRow(city_id="tr-istanbul", description=a_description())
    bad = CityRow(city_id="?", errors=("city_id: invalid",))
    return CityImport.start("import-1", [good, bad], at=NOW)


EVERY: list[tuple[type[Repository[Any]], Callable[[], Aggregate]]] = [
    (CityRepository, an_imported_city),
    (CityImportRepository, an_import),
    (PersonRepository, a_person),
    (CityOfficesRepository, some_offices),
    (BodyRepository, a_seated_body),
    (BodyRepository, a_corrected_board),
    (PresidencyRepository, a_presidency),
]


def save(repository: Repository[Any], *aggregates: Aggregate) -> list[Any]:
    with opened(Session(CAUSE)) as session:
        for each in aggregates:
            repository.save(each)
        writes = session.writes(session.marked())
        repository.store.write(writes)
    return [write.outcome for write in writes]


@pytest.mark.parametrize(("kind", "make"), EVERY, ids=lambda each: each.__name__)
def test_what_is_saved_is_read_as_it_was(
    database: Database[dict[str, Any]],
    kind: type[Repository[Any]],
    make: Callable[[], Aggregate],
) -> None:
    repository, aggregate = kind(Store(database)), make()

    outcomes = save(repository, aggregate)

    with opened(Session(CAUSE)):
        read = repository.get(aggregate.id)
    assert outcomes == [Outcome.SAVED]
    assert read is not aggregate
    assert repository.state(read) == repository.state(aggregate)
    names = [name for name in vars(aggregate) if not name.startswith("_")]
    assert [getattr(read, name) for name in names] == [getattr(aggregate, name) for name in names]
    assert (read.version, read.sequence) == (1, aggregate.sequence)


@pytest.mark.parametrize(("kind", "make"), EVERY, ids=lambda each: each.__name__)
def test_of_two_changes_of_one_version_the_second_is_lost(
    database: Database[dict[str, Any]],
    kind: type[Repository[Any]],
    make: Callable[[], Aggregate],
) -> None:
    repository, aggregate = kind(Store(database)), make()
    save(repository, aggregate)

    def change() -> Session:
        with opened(Session(CAUSE)) as session:
            repository.save(repository.get(aggregate.id))
        return session

    first, second = change(), change()
    outcomes = []
    for session in (first, second):
        (write,) = session.writes(session.marked())
        repository.store.write([write])
        outcomes.append(write.outcome)

    assert outcomes == [Outcome.SAVED, Outcome.LOST]


def test_the_indexes_are_declared_and_used(database: Database[dict[str, Any]]) -> None:
    repository = CityRepository(Store(database))
    declare_indexes(database, CityRepository)
    save(repository, a_member())

    def stage(query: dict[str, Any]) -> str:
        plan = database["cities"].find(query).sort("_id").explain()["queryPlanner"]
        return str(plan["winningPlan"])

    assert "IXSCAN" in stage({"imported.import_id": "import-1"})
    assert "description.country_1__id_1" in stage({"description.country": "TR"})


def test_a_city_with_a_future_standing_is_nothing_yet(database: Database[dict[str, Any]]) -> None:
    repository = CityRepository(Store(database))
    city = a_member()
    save(repository, city, a_city_that_joins_later())

    def found(on: date, standing: Any) -> list[str]:
        with opened(Session(CAUSE, may_save=False)):
            page = repository.page_of(PageRequest(), on=on, standing=standing, country=None)
        return [each.id for each in page.items]

    member = city.standings[-1].kind
    assert found(date(2024, 12, 7), None) == ["bg-varna", "tr-istanbul"]
    assert found(date(2024, 12, 7), member) == ["tr-istanbul"]
    assert found(date(2026, 1, 26), member) == ["bg-varna", "tr-istanbul"]


def test_an_import_finds_the_outcomes_of_its_own_rows(database: Database[dict[str, Any]]) -> None:
    repository = CityRepository(Store(database))
    city = a_member()
    city.follow(a_row(import_id="import-1", row=7, member_since=date(2021, 11, 30)))
    city.follow(
        a_row(
            import_id="import-2",
            row=3,
            member_since=date(2022, 1, 1),
            occurred_at=NOW + timedelta(days=1),
        )
    )
    save(repository, city)

    assert repository.outcomes_of("import-1") == {7: "unchanged"}
    assert repository.outcomes_of("import-2") == {3: "contradicted"}
    assert repository.outcomes_of("import-3") == {}


def of_schema_1(
    repository: type[Repository[Any]], database: Database[dict[str, Any]], **state: Any
) -> Any:
    """Store a document of schema 1, and read it as it is now."""
    bookkeeping = {"_version": 1, "_sequence": 1, "_schema": 1, "_saved_by": [1], "_outbox": []}
    database[repository.collection].insert_one({"_id": "old", **state, **bookkeeping})
    with opened(Session(CAUSE)):
        return repository(Store(database)).get("old")


def test_a_body_of_the_first_schema_has_terms_that_were_always_known(
    database: Database[dict[str, Any]],
) -> None:
    term = {
        "starts_on": "2024-01-31",
        "ends_on": None,
        "city_id": "tr-istanbul",
        "alternate_id": "person-1",
        "sample": False,
    }
    seats = [{"id": "s1", "name": "Host", "terms": [term]}, {"id": "s2", "name": "B", "terms": []}]

    body = of_schema_1(BodyRepository, database, name="Board", kind="executive_board", seats=seats)

    held = SeatTerm(city_id="tr-istanbul", starts_on=date(2024, 1, 31), alternate_id="person-1")
    assert [each.terms for each in body.seats] == [(held,), ()]
    assert body.seats[0].terms_known(NOW - timedelta(days=9999)) == (held,)
    assert [each.basis.value for each in body.seats] == ["elected", "elected"]
    assert body.carry_over is None


def test_offices_of_the_first_schema_have_terms_that_were_always_known(
    database: Database[dict[str, Any]],
) -> None:
    term = {
        "starts_on": "2024-04-01",
        "ends_on": None,
        "office": "mayor",
        "person_id": "person-1",
        "acting": False,
        "represented_by": None,
    }

    offices = of_schema_1(CityOfficesRepository, database, terms=[term])

    held = OfficeTerm(office="mayor", person_id="person-1", starts_on=date(2024, 4, 1))
    assert offices.terms == offices.terms_known(NOW - timedelta(days=9999)) == (held,)


@pytest.mark.parametrize("kind", [BodyRepository, CityOfficesRepository])
def test_a_schema_that_is_not_known_is_not_read(kind: type[Repository[Any]]) -> None:
    with pytest.raises(ValueError, match="schema 7"):
        kind.upcast({}, 7)


def test_bodies_with_seats_that_follow_the_presidency_are_found(
    database: Database[dict[str, Any]],
) -> None:
    repository = BodyRepository(Store(database))
    board = the_board_of_b40()
    group = Body.found("group", "Group", BodyKind.WORKING_GROUP, board.seats[3:], at=NOW)
    save(repository, board, group)

    with opened(Session(CAUSE, may_save=False)):
        found = [each.id for each in repository.held_ex_officio()]
        everyone = [each.id for each in repository.everyone()]
    assert (found, everyone) == (["board"], ["board", "group"])


def test_a_roster_of_what_is_read_for_it_is_that_of_the_whole_body(
    database: Database[dict[str, Any]],
) -> None:
    repository = BodyRepository(Store(database))
    board = a_corrected_board()
    save(repository, board)
    corrected_at = NOW + timedelta(days=1)
    days = [date(2024, 12, 31), date(2025, 3, 1), date(2026, 1, 27), date(2026, 12, 31)]
    days.append(date(2027, 3, 1))

    with opened(Session(CAUSE, may_save=False)):
        for on in days:
            for known_at in (None, NOW - timedelta(days=1), NOW, corrected_at):
                read = repository.get_as_of(board.id, on, known_at)
                whole = repository.get(board.id).roster_on(on, known_at=known_at)
                assert read.roster_on(on, known_at=known_at) == whole
                assert all(len(each.records) <= 1 for each in read.seats)


def test_a_body_of_the_first_schema_has_a_roster(database: Database[dict[str, Any]]) -> None:
    seats = [{"id": "s1", "name": "Host", "terms": []}]
    of_schema_1(BodyRepository, database, name="Board", kind="executive_board", seats=seats)
    repository = BodyRepository(Store(database))

    with opened(Session(CAUSE, may_save=False)):
        (entry,) = repository.get_as_of("old", date(2024, 12, 7), None).roster_on(TODAY)
        with pytest.raises(UnknownBody):
            repository.get_as_of("none", date(2024, 12, 7), None)
    assert entry.state == "vacant"
