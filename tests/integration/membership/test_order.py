"""Every row that membership hears, in many orders, twice, in batches of any size: one end."""

import inspect
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pymongo.database import Database

from services.membership.domain.city import City
from services.membership.domain.description import CityDescription
from services.membership.domain.imports import Import
from services.membership.domain.person import Person
from services.membership.domain.standing import StandingKind
from services.membership.repository import CityRepository, ImportRepository, PersonRepository
from services.membership.service import MembershipService
from shared.contracts.membership import CityRowAccepted, PersonRowAccepted
from shared.domain import Event
from shared.messaging.batch import BatchHandler
from shared.messaging.envelope import Cause, Envelope
from shared.messaging.received import Fate, Received, Subscription
from shared.messaging.serialization import encode
from shared.persistence.indexes import indexes_declared_by, make_indexes
from shared.persistence.session import Session, opened
from shared.persistence.store import Store
from tests.unit.membership.builders import a_person
from tests.unit.shared.simulation import MemoryStore

NOW = datetime(2024, 11, 20, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ORDERS = 2_000
ON_THE_DATABASE = 50
SEED = random.SystemRandom().randrange(10**9)

KNOWN = CityDescription(
    name="Known here",
    names={},
    country="TR",
    zone="Europe/Istanbul",
    languages=("tr",),
)
MEMBER = {"member_since": date(2021, 11, 1), "precision": "month"}
CORRECTED = {"member_since": date(2021, 11, 30)}
GONE = {**CORRECTED, "left_since": date(2024, 5, 1)}
LATER = {"member_since": date(2025, 2, 24)}
ROWS: dict[str, tuple[dict[str, Any] | None, ...]] = {
    # What each of five imports says of a city; None: nothing.
    "tr-confirmed": (MEMBER, MEMBER, MEMBER, MEMBER, MEMBER),
    "tr-corrected": (MEMBER, None, CORRECTED, {}, GONE),
    "tr-promoted": ({}, {}, LATER, LATER, None),
    "tr-promoted-before-it-was-listed": ({}, LATER, {}, CORRECTED, LATER),
    "tr-wandering": (GONE, CORRECTED, LATER, {}, MEMBER),
    "tr-applied-here": ({}, MEMBER, LATER, {}, CORRECTED),
    "tr-decided-here": (MEMBER, CORRECTED, {}, GONE, LATER),
    "tr-described-here": (MEMBER, CORRECTED, CORRECTED, None, None),
    "tr-withdrawn-here": (MEMBER, GONE, CORRECTED, {}, LATER),
}


PEOPLE: dict[str, tuple[dict[str, Any] | None, ...]] = {
    # What each of five imports says of a person.
    "confirmed": ({"title": "Mayor"},) * 5,
    "corrected": ({"title": "Deputy"}, None, {"phone": "+905321234567"}, {"title": "Mayor"}, {}),
    "known-here": ({"email": "a@x.example"}, {"title": "Envoy"}, None, {"nationality": "TR"}, None),
}


class Nobody:
    """Publishes nothing: what membership says of cities, it does not hear."""

    def submit(self, entries: list[Any]) -> None: ...


def messages() -> list[tuple[Event, Envelope]]:
    """Return what five imports of cities and five of people publish."""
    made: list[tuple[Event, Envelope]] = []
    for number in range(5):
        rows = [(city_id, says[number]) for city_id, says in ROWS.items()]
        for row, (city_id, says) in enumerate(rows, start=1):
            if says is None:
                continue
            import_id = f"import-{number}"
            event = CityRowAccepted(
                **{
                    "import_id": import_id,
                    "row": row,
                    "city_id": city_id,
                    "name": f"{city_id} of {import_id}",
                    "names": {"en": city_id},
                    "country": "TR",
                    "zone": "Europe/Istanbul",
                    "languages": ("tr",),
                    "airports": (),
                    "sample": False,
                    "occurred_at": NOW + number * DAY,
                    **says,
                }
            )
            source = f"membership/imports/{import_id}"
            cause = Cause("test", "test")
            made.append((event, Envelope("", "membership", source, "CityRowAccepted", row, cause)))
        for row, (person_id, stated) in enumerate(PEOPLE.items(), start=1):
            if (known := stated[number]) is None:
                continue
            import_id = f"people-{number}"
            said = PersonRowAccepted(
                **{
                    "import_id": import_id,
                    "row": row,
                    "person_id": person_id,
                    "city_id": "tr-confirmed",
                    "name": "Defne " + "abcde"[number],
                    "occurred_at": NOW + number * DAY,
                    **known,
                }
            )
            source = f"membership/imports/{import_id}"
            cause = Cause("test", "test")
            made.append((said, Envelope("", "membership", source, "PersonRowAccepted", row, cause)))
    return made


MESSAGES = [(encode(event), envelope) for event, envelope in messages()]


class Process:
    """Membership's subscribers on a store."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.cities = CityRepository(store)
        self.people = PersonRepository(store)
        service = MembershipService()
        service.__dict__ |= {"cities": self.cities, "people": self.people}
        self.handler = BatchHandler(self._subscriptions(service), store, Nobody())

    def _subscriptions(self, service: MembershipService) -> Iterable[Subscription]:
        repositories: dict[Any, Any] = {
            City: self.cities,
            Person: self.people,
            Import: ImportRepository(self.store),
        }
        for name, method in inspect.getmembers(MembershipService):
            for entrypoint in getattr(method, "nameko_entrypoints", ()):
                if getattr(entrypoint, "contract", None) in (CityRowAccepted, PersonRowAccepted):
                    loads = tuple(
                        (repositories[kind], lambda event, key=key: (getattr(event, key),))
                        for kind, key in entrypoint.loads.items()
                    )
                    call = getattr(service, name)
                    yield Subscription(entrypoint.contract, call, loads, entrypoint.alone)

    def begin(self) -> None:
        """Enter the cities about which something was decided here."""
        applied = City.unknown("tr-applied-here", KNOWN, at=NOW - DAY)
        applied.apply(KNOWN, since=date(2021, 11, 15), at=NOW - DAY)
        decided = City.unknown("tr-decided-here", KNOWN, at=NOW - DAY)
        decided.apply(KNOWN, since=date(2020, 1, 1), at=NOW - DAY)
        decided.admit(since=date(2021, 11, 30), precision="day", at=NOW - DAY)
        decided.suspend(reason="Dues.", since=date(2024, 3, 1), at=NOW - DAY)
        described = City.unknown("tr-described-here", KNOWN, at=NOW + DAY)
        described.apply(KNOWN, since=date(2021, 1, 1), at=NOW + DAY)
        withdrawn = City.unknown("tr-withdrawn-here", KNOWN, at=NOW - DAY)
        withdrawn.apply(KNOWN, since=date(2021, 1, 1), at=NOW - DAY)
        withdrawn.withdraw_standing(StandingKind.APPLICANT, at=NOW + 2 * DAY)
        with opened(Session(Cause("test", "test"))) as session:
            for city in (applied, decided, described, withdrawn):
                self.cities.save(city)
            self.people.save(a_person("known-here", "tr-confirmed"))
            self.store.write(session.writes(session.marked()))

    def hear(self, order: Sequence[int], sizes: Iterable[int]) -> None:
        """Handle messages in an order, in batches of these sizes."""
        waiting = list(order)
        for size in sizes:
            batch = [
                Received(MESSAGES[number][1], MESSAGES[number][0]) for number in waiting[:size]
            ]
            del waiting[:size]
            assert all(self.handler.prepare(message) for message in batch)
            self.handler.handle(batch)
            assert [message.reason for message in batch if message.fate is not Fate.DONE] == []
            if not waiting:
                return


def heard_in(order: random.Random, process: Process) -> None:
    """Hear every message at least once, some twice, in a random order and random batches."""
    numbers = list(range(len(MESSAGES)))
    numbers += order.choices(numbers, k=len(numbers) // 5)
    order.shuffle(numbers)
    process.hear(numbers, iter(lambda: order.choice((1, 4, 15, 40)), None))


def state_of(document: dict[str, Any]) -> dict[str, Any]:
    """Return the state of a city or person without the chassis's fields.

    Which import came first is what the outcome of a row tells, and when what was known; both are
    left out.
    """
    state = {name: value for name, value in document.items() if not name.startswith("_")}
    if (records := state.pop("history", None)) is not None:
        state["standings"] = [each["fact"] for each in records if each["replaced_at"] is None]
    state["imported"] = {(each["import_id"], each["row"]) for each in state["imported"]}
    return state


def in_memory(seed: str) -> dict[str, dict[str, Any]]:
    process = Process(MemoryStore(lambda: None, lambda _: 0))
    process.begin()
    heard_in(random.Random(seed), process)
    documents = process.store.documents
    return {
        id_: state_of(document)
        for collection in ("cities", "people")
        for id_, document in documents[collection].items()
    }


def test_rows_of_imports_end_the_same_in_every_order() -> None:
    expected = in_memory("the first order")

    for number in range(ORDERS):
        seed = f"{SEED}/{number}"
        assert in_memory(seed) == expected, f"order {seed} ends differently"


def test_the_end_is_what_the_newest_rows_and_the_decisions_say() -> None:
    end = in_memory("any order")

    standings = {
        city_id: [(each["kind"], each["since"]) for each in city["standings"]]
        for city_id, city in end.items()
        if "standings" in city
    }
    assert standings == {
        "tr-confirmed": [("member", "2021-11-01")],
        "tr-corrected": [("member", "2021-11-30"), ("left", "2024-05-01")],
        "tr-promoted": [("applicant", "2024-11-20"), ("member", "2025-02-24")],
        "tr-promoted-before-it-was-listed": [
            ("applicant", "2024-11-20"),
            ("member", "2025-02-24"),
        ],
        "tr-wandering": [("member", "2021-11-01")],
        "tr-applied-here": [("applicant", "2021-11-15"), ("member", "2021-11-30")],
        "tr-decided-here": [
            ("applicant", "2020-01-01"),
            ("member", "2021-11-30"),
            ("suspended", "2024-03-01"),
        ],
        "tr-described-here": [("applicant", "2021-01-01"), ("member", "2021-11-30")],
        "tr-withdrawn-here": [("applicant", "2024-11-23"), ("member", "2025-02-24")],
    }
    assert end["tr-wandering"]["description"]["name"] == "tr-wandering of import-4"
    assert end["tr-promoted"]["description"]["name"] == "tr-promoted of import-3"
    assert (end["corrected"]["profile"]["title"], end["corrected"]["contact"]["phone"]) == (
        "Mayor",
        "+905321234567",
    )
    assert (end["known-here"]["profile"]["title"], end["known-here"]["contact"]["email"]) == (
        "Envoy",
        "a@x.example",
    )


def test_a_sample_of_orders_ends_the_same_in_the_database(
    database: Database[dict[str, Any]],
) -> None:
    make_indexes(database, indexes_declared_by([CityRepository]))
    make_indexes(database, indexes_declared_by([PersonRepository]))
    expected = in_memory("the first order")

    for number in range(ON_THE_DATABASE):
        seed = f"{SEED}/{number}"
        process = Process(Store(database))
        process.begin()
        heard_in(random.Random(seed), process)
        found = {
            each["_id"]: state_of(each)
            for collection in ("cities", "people")
            for each in database[collection].find()
        }
        assert found == expected, f"order {seed} ends differently"
        database["cities"].delete_many({})
        database["people"].delete_many({})
