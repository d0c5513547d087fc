"""The scripted meeting: what an organiser does about one meeting, step by step.

A step's commands are chains that do not depend on one another. The next step begins when all that
follows from the one before has ended.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from deploy.demo.stage import cities_csv
from shared.ids import derived_id
from tests.bench.capacity.organiser import Chain, Command, Desk, Json

STEPS = ("enrol", "call", "invite", "answer", "name", "book", "lodge", "look", "move")
PER_CITY = 4
"""Delegates of one city, as at the summit of 2021."""
ROOMS = 50
"""Of one hotel's block; a summit has several."""
DAY = "2027-05-11"
NIGHT, MORNING = "2027-05-10", "2027-05-12"
ANSWER_BY = "2027-05-01T00:00:00Z"


def cities() -> list[Json]:
    """Return the members of the network that the demonstration ships, invented ones left out."""
    rows = csv.DictReader(io.StringIO(cities_csv()))
    return [row for row in rows if row["sample"] == "false" and row["joined"] and not row["left"]]


def founding() -> Iterator[Command]:
    """Give the commands that a network begins with: its cities."""
    sheet = {"kind": "cities", "format": "csv", "content": cities_csv(), "commit": True}
    yield Command(service="membership", path="/v1/imports", body=sheet, key="cities")


def mayors(city_ids: list[str]) -> Iterator[Chain]:
    """Give the commands that enter a mayor of each city; their offices follow with ``office``."""
    for city_id in city_ids:
        yield [person(city_id, f"Mayor of {city_id}", f"mayor-{city_id}")]


def office(city_id: str, person_id: str) -> Command:
    """Return the command that makes somebody a mayor."""
    term = {"office": "mayor", "person_id": person_id, "starts_on": "2024-04-01"}
    path = f"/v1/cities/{city_id}/office-holders"
    return Command(service="membership", path=path, body=term, key=f"office-{city_id}")


def person(city_id: str, name: str, key: str) -> Command:
    """Return the command that enters a person."""
    body = {
        "city_id": city_id,
        "name": name,
        "title": "Head of international relations",
        "languages": ["tr", "en"],
        "email": f"{key}@{city_id}.example",
        "phone": "+447700900100",
        "nationality": "TR",
        "passport_type": "ordinary",
    }
    return Command(service="membership", path="/v1/people", body=body, key=f"person-{key}")


@dataclass(kw_only=True)
class Meeting:
    """A meeting as far as its organiser has got.

    Attributes:
        name: Tells it from all others, also in keys.
        delegates: How many come.
        cities: Ids of the cities that are invited.
        people: By number of the delegate, once they are entered.
        id: Once it is called.
        blocks: Ids of blocks of rooms, once they are open.
    """

    name: str
    delegates: int
    cities: list[str]
    people: list[str] = field(default_factory=list)
    id: str = ""
    blocks: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, delegates: int, city_ids: list[str]) -> "Meeting":
        """Return a meeting of so many delegates, ``PER_CITY`` of each city."""
        number = min(len(city_ids), max(1, -(-delegates // PER_CITY)))
        return cls(name=name, delegates=delegates, cities=city_ids[:number])

    def size(self, step: str) -> int:
        """Return the number that a step's cost is counted by."""
        if step == "call":
            return 1
        return len(self.cities) if step in ("invite", "answer") else self.delegates

    def chains(self, step: str) -> list[Chain]:
        """Return the commands of a step."""
        steps = {
            "enrol": self._enrol,
            "call": self._call,
            "invite": self._invite,
            "answer": self._answer,
            "name": self._name,
            "book": self._book,
            "lodge": self._lodge,
            "look": self._look,
            "move": self._move,
        }
        return list(steps[step]())

    def take(self, step: str, desk: Desk, callers: int) -> int:
        """Do a step; returns the number of its commands."""
        before = len(desk.seconds)
        if step == "call":
            self.id = desk.send(self._calling())["id"]
        if step == "lodge":
            self.open_blocks(desk)
        answers = desk.do(self.chains(step), callers)
        if step == "enrol":
            self.people = [answer["id"] for answer in answers]
        return len(desk.seconds) - before

    def open_blocks(self, desk: Desk) -> None:
        """Open as many blocks of rooms as the meeting needs."""
        numbers = range(-(-self.delegates // ROOMS))
        self.blocks = [desk.send(self._opening(number))["id"] for number in numbers]

    def city_of(self, delegate: int) -> str:
        """Return the city that a delegate comes for."""
        return self.cities[delegate % len(self.cities)]

    def trip_of(self, delegate: int) -> str:
        """Return the id of a delegate's trip, which travel derives in this way."""
        return derived_id("travel.trip", self.id, self.city_of(delegate), self.people[delegate])

    def _calling(self) -> Command:
        """Return the command that calls the meeting."""
        plan = {
            "title": f"Meeting {self.name}",
            "kind": "visit",
            "host_city_id": "al-tirana",
            "venue": "City Hall of Tirana",
            "begins": at(10),
            "ends": at(18),
            "quota": max(2, -(-self.delegates // len(self.cities))),
            "answer_by": ANSWER_BY,
        }
        return self._command("events", "/v1/meetings", plan, "call")

    def _opening(self, number: int) -> Command:
        """Return the command that opens a block of rooms."""
        line = {"room_type": "single", "first_night": NIGHT, "last_night": DAY, "count": ROOMS}
        offer = {
            "meeting_id": self.id,
            "hotel": f"Hotel {number}",
            "address": f"Sample Street {number}, Tirana",
            "city_id": "al-tirana",
            "rooms": [line],
        }
        return self._command("travel", "/v1/blocks", offer, f"block-{number}")

    def naming(self, delegate: int) -> Chain:
        """Return the commands that name a delegate and confirm it."""
        path = f"/v1/meetings/{self.id}/delegations/{self.city_of(delegate)}/delegates"
        named = {"person_id": self.people[delegate], "role": "member"}
        confirmation = f"{path}/{self.people[delegate]}/confirmation"
        return [
            self._command("events", path, named, f"name-{delegate}"),
            self._command("events", confirmation, {}, f"confirm-{delegate}"),
        ]

    def booking(self, delegate: int) -> Chain:
        """Return the commands that book both directions of a delegate's trip."""
        path = f"/v1/trips/{self.trip_of(delegate)}/bookings"
        return [
            self._command(
                "travel", f"{path}/{direction}", legs, f"{direction}-{delegate}", method="PUT"
            )
            for direction, legs in JOURNEYS.items()
        ]

    def lodging(self, delegate: int) -> Chain:
        """Return the command that reserves a delegate's room."""
        stay = {
            "trip_id": self.trip_of(delegate),
            "room_type": "single",
            "arrives_on": NIGHT,
            "departs_on": MORNING,
        }
        path = f"/v1/blocks/{self.blocks[delegate // ROOMS]}/stays"
        return [self._command("travel", path, stay, f"stay-{delegate}")]

    # -- steps -------------------------------------------------------------------------------------

    def _enrol(self) -> Iterator[Chain]:
        for delegate in range(self.delegates):
            key = f"{self.name}-{delegate}"
            yield [person(self.city_of(delegate), f"Delegate {key}", key)]

    def _call(self) -> Iterator[Chain]:
        yield [self._command("events", f"/v1/meetings/{self.id}/announcement", {}, "announce")]

    def _invite(self) -> Iterator[Chain]:
        asked = {"audience": [{"city_ids": self.cities}], "on": DAY}
        yield [self._command("events", f"/v1/meetings/{self.id}/invitations", asked, "invite")]

    def _answer(self) -> Iterator[Chain]:
        for city in self.cities:
            invitation = derived_id("events.invitation", self.id, city)
            path = f"/v1/invitations/{invitation}/acceptance"
            yield [self._command("events", path, {}, f"accept-{city}")]

    def _name(self) -> Iterator[Chain]:
        yield from (self.naming(delegate) for delegate in range(self.delegates))

    def _book(self) -> Iterator[Chain]:
        yield from (self.booking(delegate) for delegate in range(self.delegates))

    def _lodge(self) -> Iterator[Chain]:
        yield from (self.lodging(delegate) for delegate in range(self.delegates))

    def _look(self) -> Iterator[Chain]:
        for delegate in range(self.delegates):
            city = self.city_of(delegate)
            of_meeting = f"/v1/meetings/{self.id}"
            yield [
                Command(service="events", path=of_meeting, method="GET"),
                Command(service="events", path=f"{of_meeting}/delegations/{city}", method="GET"),
                Command(service="travel", path=f"/v1/trips/{self.trip_of(delegate)}", method="GET"),
                Command(
                    service="travel", path=f"{of_meeting}/arrivals?city_id={city}", method="GET"
                ),
            ]

    def _move(self) -> Iterator[Chain]:
        moved = {"begins": at(11), "ends": at(18), "reason": "Another train."}
        yield [self._command("events", f"/v1/meetings/{self.id}/reschedulings", moved, "move")]

    def _command(
        self, service: str, path: str, body: Json, key: str, *, method: str = "POST"
    ) -> Command:
        return Command(
            service=service, path=path, body=body, key=f"{self.name}-{key}", method=method
        )


def at(hour: int) -> Json:
    """Return a time at the meeting's place, as the APIs take it."""
    return {"local": f"{DAY}T{hour:02}:00:00", "zone": "Europe/Tirane"}


def _flight(origin: str, departs: Json, destination: str, arrives: Json) -> Json:
    leg = {
        "mode": "air",
        "origin": origin,
        "destination": destination,
        "departs": departs,
        "arrives": arrives,
        "carrier": "Sample Air",
        "number": "SA 101",
    }
    return {"legs": [leg]}


JOURNEYS = {
    "arrival": _flight(
        "IST", {"local": f"{DAY}T08:05:00", "zone": "Europe/Istanbul"}, "TIA", at(8)
    ),
    "departure": _flight(
        "TIA", at(20), "IST", {"local": f"{DAY}T23:40:00", "zone": "Europe/Istanbul"}
    ),
}
"""A leg each way, as long as those of the founding scene."""
