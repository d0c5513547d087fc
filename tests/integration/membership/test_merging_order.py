"""Mergers and what follows from them, in any order, twice, and in the middle of one another."""

import random
from typing import Any

import pytest
from pymongo.database import Database

from services.membership.domain.person import Person
from services.membership.domain.profile import Contact, PersonChanges, PersonDetails, Profile
from services.membership.repository import PersonRepository
from services.membership.service import MembershipService
from services.membership.use_cases import duplicates, people
from shared.contracts.membership import PersonMerged, SurvivorChanged
from shared.errors import Conflict, RuleViolated
from shared.messaging.batch import BatchHandler
from shared.messaging.envelope import Cause, Envelope
from shared.messaging.received import Fate, Received, Subscription
from shared.persistence.session import Session, opened
from shared.persistence.store import Outcome, Store
from tests.unit.membership.builders import NOW
from tests.unit.shared.simulation import MemoryStore, without_time

ORDERS = 300
ON_THE_DATABASE = 5
PEOPLE = [f"person-{number}" for number in range(6)]
CIRCLE = [("person-1", "person-3"), ("person-3", "person-4"), ("person-4", "person-1")]
SEED = random.SystemRandom().randrange(10**9)
CAUSE = Cause("test", "test")


class Nobody:
    """Publishes nothing: the play looks into the outboxes."""

    def submit(self, entries: list[Any]) -> None: ...


class Play:
    """People who are merged and changed while what follows is handled, some of it twice."""

    def __init__(self, store: Any, chance: random.Random, interruptions: int = 0) -> None:
        self.store = store
        self.chance = chance
        self.waiting: list[tuple[str, dict[str, Any]]] = []
        self.noted: set[str] = set()
        self.interruptions = interruptions
        self.depth = 0
        self.here = MembershipService()
        self.people = PersonRepository(store)
        self.here.__dict__["people"] = self.people
        handled = {
            PersonMerged: self.here.on_person_merged,
            SurvivorChanged: self.here.on_survivor_changed,
        }
        subscriptions = [Subscription(kind, call, (), True) for kind, call in handled.items()]
        self.handler = BatchHandler(subscriptions, store, Nobody())
        with opened(Session(CAUSE)) as session:
            for person_id in PEOPLE:
                contact = Contact(email=f"{person_id}@x.example")
                details = PersonDetails(profile=Profile(name="Elif"), contact=contact)
                self.people.save(Person.register(person_id, "tr-izmir", details, at=NOW))
            self.store.write(session.writes(session.marked()))

    def pause(self) -> None:
        """Let another process do something, now and then, while this one waits."""
        if self.interruptions and self.depth < 2 and self.chance.random() < 0.2:
            self.interruptions -= 1
            self.depth += 1
            self.act()
            self.depth -= 1

    def act(self) -> None:
        """Handle something, or merge or change somebody."""
        if self.waiting and self.chance.random() < 0.6:
            self.hear(self.chance.randrange(1, 4))
        elif self.chance.random() < 0.8:
            one, other = self.chance.sample(PEOPLE, 2)
            self.merge([(one, other)])
        else:
            self.change(self.chance.choice(PEOPLE))

    def merge(self, pairs: list[tuple[str, str]]) -> None:
        """Merge duplicates into survivors; everybody reads before anybody writes."""
        sessions = [self._decided(duplicate, survivor) for duplicate, survivor in pairs]
        for session, pair in zip(sessions, pairs, strict=True):
            if session is not None and not self._stored(session):
                self.merge([pair])

    def change(self, person_id: str) -> None:
        """Give somebody another title."""
        changes = PersonChanges(title=f"Title {self.chance.randrange(10**6)}")
        with opened(Session(CAUSE, one_aggregate=True)) as session:
            try:
                people.change_person(self.here, person_id, changes, at=NOW)
            except Conflict:
                return
            self._stored(session)

    def hear(self, count: int) -> None:
        """Handle some of what waits, in any order; a fifth of it comes again."""
        self.chance.shuffle(self.waiting)
        taken = [self.waiting.pop() for _ in range(min(count, len(self.waiting)))]
        self.waiting += [each for each in taken if self.chance.random() < 0.2]
        batch = [self._received(*each) for each in taken]
        assert all(self.handler.prepare(message) for message in batch)
        self.handler.handle(batch)
        assert [message.reason for message in batch if message.fate is not Fate.DONE] == []
        self.look()

    def look(self) -> None:
        """Note what was said since."""
        for person_id in PEOPLE:
            for entry in self.document(person_id)["_outbox"]:
                is_heard = entry["type"] in ("PersonMerged", "SurvivorChanged")
                if is_heard and entry["id"] not in self.noted:
                    self.noted.add(entry["id"])
                    self.waiting.append((person_id, entry))

    def end(self) -> dict[str, Person]:
        """Handle all that is left, and return everybody."""
        self.interruptions = 0
        self.look()
        while self.waiting:
            self.hear(self.chance.randrange(1, 6))
        with opened(Session(CAUSE)):
            return self.people.find_many(PEOPLE)

    def document(self, person_id: str) -> dict[str, Any]:
        return self.store.read("people", [person_id])[person_id]

    def _decided(self, duplicate: str, survivor: str) -> Session | None:
        with opened(Session(CAUSE, one_aggregate=True)) as session:
            try:
                duplicates.merge_people(self.here, survivor, duplicate, at=NOW)
            except (Conflict, RuleViolated):
                return None
        return session

    def _stored(self, session: Session) -> bool:
        writes = session.writes(session.marked())
        self.store.write(writes)
        self.look()
        return [write.outcome for write in writes] == [Outcome.SAVED]

    def _received(self, person_id: str, entry: dict[str, Any]) -> Received:
        source = f"membership/people/{person_id}"
        envelope = Envelope(
            entry["id"], "membership", source, entry["type"], entry["sequence"], CAUSE
        )
        return Received(envelope, entry["body"])


def in_memory(seed: str, interruptions: int = 0) -> Play:
    plays: list[Play] = []
    store = MemoryStore(lambda: plays[0].pause() if plays else None, lambda _: 0)
    plays.append(Play(store, random.Random(seed), interruptions))
    return plays[0]


def check(end: dict[str, Person]) -> None:
    """Everybody is alive or says what somebody alive says, and every address is kept."""
    alive = {each.id: each for each in end.values() if each.merged_into is None}
    for each in end.values():
        if each.merged_into is not None:
            survivor = alive[each.merged_into]
            assert each.id in survivor.absorbed
            assert (each.city_id, each.details) == (survivor.city_id, survivor.details)
            assert each.affiliations == survivor.affiliations
    for each in alive.values():
        emails = {f"{person_id}@x.example" for person_id in (each.id, *each.absorbed)}
        assert set(each.contact.emails) == emails
        assert all(end[person_id].merged_into == each.id for person_id in each.absorbed)


def test_whatever_is_merged_when_ends_with_everybody_accounted_for() -> None:
    with without_time():
        for number in range(ORDERS):
            seed = f"{SEED}/{number}"
            play = in_memory(seed, interruptions=30)
            for _ in range(12):
                play.act()
            try:
                check(play.end())
            except AssertionError as wrong:
                raise AssertionError(f"order {seed} ends wrong") from wrong


@pytest.mark.parametrize("length", [2, 3])
def test_of_a_circle_the_lowest_id_is_left_in_every_order(length: int) -> None:
    circle = [*CIRCLE[: length - 1], (CIRCLE[length - 2][1], "person-1")]
    members = {each for pair in circle for each in pair}
    with without_time():
        for number in range(ORDERS):
            play = in_memory(f"{SEED}/{number}")
            play.merge([("person-0", "person-3"), *circle])

            end = play.end()

            check(end)
            assert {each.id for each in end.values() if each.merged_into is None} == (
                set(PEOPLE) - members - {"person-0"} | {"person-1"}
            )
            assert set(end["person-1"].absorbed) == members - {"person-1"} | {"person-0"}


def test_a_sample_of_orders_ends_well_in_the_database(database: Database[dict[str, Any]]) -> None:
    for number in range(ON_THE_DATABASE):
        play = Play(Store(database), random.Random(f"{SEED}/{number}"))
        play.merge(CIRCLE)
        for _ in range(12):
            play.act()

        check(play.end())
        database["people"].delete_many({})
