"""Every aggregate as a document and back, and what the database is asked."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.membership.domain.body import Body, BodyKind, UnknownBody
from services.membership.domain.city import City
from services.membership.domain.city_row import CityRow
from services.membership.domain.decision import Decision
from services.membership.domain.description import CityDescription
from services.membership.domain.followed_person import followed
from services.membership.domain.import_rows import CellError, ImportRow
from services.membership.domain.offices import CityOffices, OfficeTerm
from services.membership.domain.presidency import PRESIDENCY, Presidency
from services.membership.domain.presidency_item import ItemState, ItemTask, PresidencyItem
from services.membership.domain.presidency_term import Handover, PresidencyTerm, Takeover
from services.membership.domain.register import ImportResult
from services.membership.domain.seat_term import Alternate, CarryOver, SeatTerm
from services.membership.domain.standing import Standing, StandingKind
from services.membership.repository import (
    BodyRepository,
    CityOfficesRepository,
    CityRepository,
    ImportRepository,
    PersonRepository,
    PresidencyItemRepository,
    PresidencyRepository,
)
from shared.domain import Aggregate
from shared.messaging.envelope import Cause
from shared.persistence import Repository
from shared.persistence.document import StoredByNewer
from shared.persistence.indexes import indexes_declared_by, make_indexes
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
    a_person_row,
    a_row,
    an_import_of,
)

CAUSE = Cause("test", "test")


def an_imported_city() -> Aggregate:
    city = a_member()
    council = Decision(text="Council, item 2", decided_on=date(2024, 2, 20))
    city.suspend(reason="Dues.", since=date(2024, 3, 1), decision=council, at=NOW)
    city.withdraw_standing(StandingKind.SUSPENDED, at=NOW + timedelta(hours=1))
    city.suspend(reason="Dues.", since=date(2024, 4, 1), decision=council, at=NOW)
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
    tirana = PresidencyTerm.of(2024, "al-tirana", decision="Item 4", decided_on=date(2024, 1, 31))
    presidency.elect(tirana, a_member("al-tirana"), at=NOW)
    takeover = Takeover(city_id="bg-sofia", since=date(2024, 12, 1), reason="x")
    presidency.take_over(2024, takeover, a_member("bg-sofia"), at=NOW)
    presidency.withdraw(2024, reason="x", at=NOW)
    sofia = PresidencyTerm.of(2025, "bg-sofia")
    presidency.elect(sofia, a_member("bg-sofia"), at=NOW)
    presidency.hand_over(at=NOW + timedelta(days=366))
    return presidency


def an_item(item_id: str = "item-1", opened_at: datetime = NOW) -> PresidencyItem:
    task = ItemTask(title="Letters", details="To all mayors.", due_on=date(2025, 1, 20))
    handed_over = Handover(number=1, city_id="al-tirana", on=date(2024, 1, 1))
    return PresidencyItem.open(item_id, task, handed_over, at=opened_at)


def a_closed_item() -> Aggregate:
    item = an_item()
    item.follow([Handover(number=2, city_id="bg-sofia", on=date(2025, 1, 1))], at=NOW)
    item.close(outcome="Sent.", at=NOW)
    return item


def an_import() -> Aggregate:
    good = CityRow(number=2, city_id="tr-istanbul", description=a_description())
    bad = ImportRow.refused(3, "?", "", CellError(column="city_id", code="invalid", message="No."))
    made = an_import_of(good.judged(None, {}, at=NOW), bad)
    made.commit(at=NOW)
    made.accept_part(0, [good.accepted(made.id, None, at=NOW)])
    made.complete({2: ImportResult.CREATED}, at=NOW)
    return made


def a_followed_person() -> Aggregate:
    return followed(a_person(), a_person_row(title="Deputy mayor"))


EVERY: list[tuple[type[Repository[Any]], Callable[[], Aggregate]]] = [
    (CityRepository, an_imported_city),
    (ImportRepository, an_import),
    (PersonRepository, a_person),
    (PersonRepository, a_followed_person),
    (CityOfficesRepository, some_offices),
    (BodyRepository, a_seated_body),
    (BodyRepository, a_corrected_board),
    (PresidencyRepository, a_presidency),
    (PresidencyItemRepository, a_closed_item),
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
    make_indexes(database, indexes_declared_by([CityRepository]))
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
            page = repository.page_of(
                PageRequest(), on=on, known_at=None, standing=standing, country=None
            )
        return [each.id for each in page.items]

    member = city.standings[-1].kind
    assert found(date(2024, 12, 7), None) == ["bg-varna", "tr-istanbul"]
    assert found(date(2024, 12, 7), member) == ["tr-istanbul"]
    assert found(date(2026, 1, 26), member) == ["bg-varna", "tr-istanbul"]


def as_of_schema_1(city: City) -> dict[str, Any]:
    """Return a city as it was stored before records were kept."""

    def standing(each: Standing) -> dict[str, Any]:
        since = each.since.isoformat()
        return {
            "kind": each.kind.value,
            "since": since,
            "precision": each.precision,
            "reason": each.reason,
        }

    return {
        "standings": [standing(each) for each in city.standings],
        "decided": [standing(each) for each in city.decided],
        "_schema": 1,
    }


def test_a_city_that_was_stored_before_records_were_kept_is_read_and_found(
    database: Database[dict[str, Any]],
) -> None:
    repository = CityRepository(Store(database))
    city = a_member()
    city.suspend(reason="Dues.", since=date(2024, 3, 1), at=NOW)
    save(repository, city)
    database["cities"].update_one(
        {"_id": city.id}, {"$set": as_of_schema_1(city), "$unset": {"history": 1}}
    )

    def found(on: date, known_at: datetime | None, standing: str) -> list[str]:
        with opened(Session(CAUSE, may_save=False)):
            page = repository.page_of(
                PageRequest(),
                on=on,
                known_at=known_at,
                standing=StandingKind(standing),
                country=None,
            )
        return [each.id for each in page.items]

    with opened(Session(CAUSE)):
        read = repository.get(city.id)
    assert (read.standings, read.decided) == (city.standings, city.decided)
    assert read.standings_known(NOW - timedelta(days=9999)) == city.standings
    assert found(date(2024, 3, 1), None, "suspended") == [city.id]
    assert found(date(2024, 2, 29), NOW, "member") == [city.id]
    assert found(date(2024, 3, 1), None, "member") == []

    with opened(Session(CAUSE)) as session:
        repository.save(repository.get(city.id))
        repository.store.write(session.writes(session.marked()))
    stored = database["cities"].find_one({"_id": city.id})
    assert stored is not None
    assert stored["_schema"] == 2
    assert "standings" not in stored
    assert [each["fact"]["kind"] for each in stored["history"]][-1] == "suspended"


def test_a_city_of_a_later_schema_is_not_read(database: Database[dict[str, Any]]) -> None:
    repository = CityRepository(Store(database))
    city = a_member()
    save(repository, city)
    database["cities"].update_one({"_id": city.id}, {"$set": {"_schema": 99}})

    with opened(Session(CAUSE)), pytest.raises(StoredByNewer):
        repository.get(city.id)


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


def test_terms_without_records_have_always_been_known(database: Database[dict[str, Any]]) -> None:
    repository = PresidencyRepository(Store(database))
    old = {
        "_id": PRESIDENCY,
        "terms": [
            {
                "starts_on": "2024-01-01",
                "year": 2024,
                "city_id": "al-tirana",
                "ends_on": "2024-12-31",
            }
        ],
        "_version": 3,
        "_sequence": 1,
        "_schema": 1,
        "_saved_by": [1],
        "_outbox": [],
    }
    database["presidencies"].insert_one(old)

    with opened(Session(CAUSE)) as session:
        presidency = repository.the_one()
        repository.save(presidency)
    repository.store.write(session.writes(session.marked()))

    assert presidency.terms == (PresidencyTerm.of(2024, "al-tirana"),)
    assert presidency.terms_known_at(datetime(2000, 1, 1, tzinfo=UTC)) == presidency.terms
    assert presidency.handed_over is None
    stored = database["presidencies"].find_one({})
    assert stored is not None
    assert (stored["_schema"], len(stored["records"])) == (2, 1)


def test_items_are_found_as_they_were_on_a_day(database: Database[dict[str, Any]]) -> None:
    repository = PresidencyItemRepository(Store(database))
    closed, later = an_item("closed"), an_item("later", NOW + timedelta(days=10))
    closed.close(outcome="", at=NOW + timedelta(days=5))
    save(repository, an_item("open"), closed, later)

    def found(days: int, state: ItemState | None = None) -> list[str]:
        on = (NOW + timedelta(days=days)).date()
        with opened(Session(CAUSE, may_save=False)):
            return [each.id for each in repository.page_of(PageRequest(), on=on, state=state).items]

    assert found(-1) == []
    assert found(0) == ["closed", "open"]
    assert found(4, ItemState.OPEN) == ["closed", "open"]
    assert found(5, ItemState.OPEN) == ["open"]
    assert found(5, ItemState.CLOSED) == ["closed"]
    assert found(10) == ["closed", "later", "open"]
    with opened(Session(CAUSE, may_save=False)):
        assert {each.id for each in repository.open_ones()} == {"open", "later"}


def test_a_person_of_the_first_schema_belongs_to_the_city_since_nobody_knows_when(
    database: Database[dict[str, Any]],
) -> None:
    repository = PersonRepository(Store(database))
    save(repository, a_person())
    new = ("affiliations", "merged_into", "absorbed", "distinct_from", "likeness")
    new_of_profile = {f"profile.{name}": "" for name in ("passport_name", "name_source")}
    new_of_contact = {f"contact.{name}": "" for name in ("other_emails", "other_phones")}
    database["people"].update_one(
        {},
        {
            "$unset": {**dict.fromkeys(new, ""), **new_of_profile, **new_of_contact},
            "$set": {"_schema": 1},
        },
    )

    with opened(Session(CAUSE)):
        read = repository.get("person-1")

    assert repository.state(read) == repository.state(a_person())
    with pytest.raises(ValueError, match="schema 0"):
        repository.upcast({}, 0)


def test_people_are_found_by_the_days_in_a_city(database: Database[dict[str, Any]]) -> None:
    repository = PersonRepository(Store(database))
    make_indexes(database, indexes_declared_by([PersonRepository]))
    save(repository, a_person())

    def stage(query: dict[str, Any]) -> str:
        found = database["people"].find(query).sort([("profile.name", 1), ("_id", 1)])
        return str(found.explain()["queryPlanner"]["winningPlan"])

    day = {"$elemMatch": {"city_id": "tr-istanbul", "ends_on": {"$not": {"$lt": "2024-12-07"}}}}
    assert "affiliations.city_id_1" in stage({"merged_into": None, "affiliations": day})


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
