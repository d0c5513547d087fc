"""What surrounds travel in a test: a meeting, people, and what other services publish of them."""

import uuid
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

from kombu import Connection

from shared.domain import Event
from shared.ids import new_id
from shared.messaging.envelope import Cause, headers_of, sealed
from tests.support.client import Client
from tests.support.running_service import RunningService
from tests.support.waiting import wait_until
from tests.unit.travel.builders import (
    delegate_confirmed,
    delegate_withdrawn,
    meeting_announced,
    meeting_cancelled,
)

SOURCES = {
    "PersonDescribed": ("people", "person_id"),
    "CityDescribed": ("cities", "city_id"),
    "MeetingAnnounced": ("meetings", "meeting_id"),
    "MeetingRescheduled": ("meetings", "meeting_id"),
    "MeetingCancelled": ("meetings", "meeting_id"),
    "DelegateConfirmed": ("delegations", "delegation_id"),
    "DelegateWithdrawn": ("delegations", "delegation_id"),
}
"""Collection and field of the aggregate that an event is of, by its name."""


def leg(**override: Any) -> dict[str, Any]:
    """Return a flight that lands at an earlier clock time than it left."""
    given = {
        "mode": "air",
        "origin": "IST",
        "destination": "TIA",
        "departs": {"local": "2024-12-07T08:05:00", "zone": "Europe/Istanbul"},
        "arrives": {"local": "2024-12-07T07:50:00", "zone": "Europe/Tirane"},
        "carrier": "TK",
        "number": "TK1073",
    }
    return {**given, **override}


def drive(departs: str, arrives: str, zone: str = "Europe/Tirane") -> dict[str, Any]:
    """Return a leg by road."""
    return leg(
        mode="road",
        origin="Tirana",
        destination="Durrës",
        departs={"local": departs, "zone": zone},
        arrives={"local": arrives, "zone": zone},
    )


class World:
    """A meeting of its own.

    Attributes:
        meeting: Its id.
        api: An organiser's client.
    """

    def __init__(self, travel: RunningService, api: Client) -> None:
        self.travel = travel
        self.api = api
        self.mark = uuid.uuid4().hex[:8]
        self.meeting = f"meeting-{self.mark}"
        self._connection = Connection(travel.amqp_uri)
        self._producer = self._connection.Producer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    # -- other services ------------------------------------------------------------------------

    def emit(self, *events: Event, times: int = 1) -> str:
        """Publish events as their publishers do; returns the ``Zirve-Seen`` of all of them."""
        tokens = []
        for event in events:
            name, service = type(event).__name__, event.publisher()
            collection, field = SOURCES[name]
            subject = getattr(event, field)
            cause = Cause(new_id(), new_id())
            entry = sealed(event, event.sequence, cause)
            for _ in range(times):
                self._producer.publish(
                    entry["body"],
                    exchange=f"{service}.events",
                    routing_key=name,
                    headers=headers_of(entry, service, collection, subject),
                    content_type="application/json",
                    content_encoding="utf-8",
                    delivery_mode=2,
                    message_id=entry["id"],
                )
            tokens.append(f"{service}/{collection}/{subject}@{event.sequence};type={name}")
        return ", ".join(tokens)

    def emit_broken(self, name: str) -> None:
        """Publish an event of events whose body does not fit its contract."""
        entry = sealed(self.confirmed("broken"), 1, Cause(new_id(), new_id()))
        self._producer.publish(
            b'{"meeting_id": 7}',
            exchange="events.events",
            routing_key=name,
            headers=headers_of(entry, "events", "delegations", self.mark),
            content_type="application/json",
            content_encoding="utf-8",
            message_id=entry["id"],
        )

    def parked(self) -> int:
        """Return how many messages of travel need a human being."""
        queues = self.api.get("/v1/status").json()["queues"]
        count: int = queues["parked"]
        return count

    def person(self, name: str) -> str:
        """Return the id of a person of this world."""
        return f"{name}-{self.mark}"

    def confirmed(self, name: str = "ada", sequence: int = 1, **override: Any) -> Any:
        """Return the event that a person of this world comes to its meeting."""
        return delegate_confirmed(self.person(name), sequence, **self._of(name, override))

    def withdrawn(self, name: str = "ada", sequence: int = 2, **override: Any) -> Any:
        """Return the event that a person of this world does not come."""
        return delegate_withdrawn(self.person(name), sequence, **self._of(name, override))

    def announced(self, sequence: int = 1) -> Any:
        """Return the event that the meeting is public."""
        return meeting_announced(sequence, meeting_id=self.meeting)

    def cancelled(self, sequence: int = 3) -> Any:
        """Return the event that the meeting does not take place."""
        return meeting_cancelled(sequence, meeting_id=self.meeting)

    def _of(self, name: str, override: dict[str, Any]) -> dict[str, Any]:
        # A delegation of one each, so that every person's events count from 1.
        delegation = f"delegation-{name}-{self.mark}"
        return {"meeting_id": self.meeting, "delegation_id": delegation, **override}

    # -- travel --------------------------------------------------------------------------------

    def trips(self) -> dict[str, Any]:
        """Return the meeting's trips by person."""
        answer = self.api.get("/v1/trips", meeting_id=self.meeting, limit=200)
        assert answer.status_code == 200, answer.text
        return {trip["person_id"]: trip for trip in answer.json()["items"]}

    def trip(self, name: str = "ada", **override: Any) -> Any:
        """Have a person travel, and return the trip."""
        self.emit(self.confirmed(name, **override))
        return self.until_trip(name, "open")

    def until_trip(self, name: str, state: str) -> Any:
        """Wait until a person's trip is in a state, and return it."""
        person = self.person(name)

        def there() -> Any:
            trip = self.trips().get(person)
            return trip if trip is not None and trip["state"] == state else None

        return wait_until(there, what=f"trip of {name} {state}")

    def travellers(self, names: Iterable[str]) -> list[Any]:
        """Have several people travel, and return their trips."""
        wanted = list(names)
        self.emit(*(self.confirmed(name) for name in wanted))
        wait_until(lambda: len(self.trips()) == len(wanted), what="trips of all")
        trips = self.trips()
        return [trips[self.person(name)] for name in wanted]

    def party(self, *trips: Any) -> Any:
        """Have trips form a party, and return it."""
        body = {
            "meeting_id": self.meeting,
            "name": "Bosphorus",
            "trip_ids": [t["id"] for t in trips],
        }
        answer = self.api.post("/v1/parties", body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    @staticmethod
    def room(room_type: str, first: int, last: int, count: int) -> dict[str, Any]:
        """Return a line of an offer; the nights are of December 2024."""
        return {
            "room_type": room_type,
            "first_night": f"2024-12-{first:02}",
            "last_night": f"2024-12-{last:02}",
            "count": count,
        }

    def offer(self, rooms: Any = None, **override: Any) -> dict[str, Any]:
        """Return the body that opens a block for the meeting."""
        given = {
            "meeting_id": self.meeting,
            "hotel": "Hotel Rogner",
            "address": "Bulevardi Dëshmorët e Kombit",
            "city_id": "al-tirana",
            "rooms": rooms or [self.room("single", 6, 8, 2)],
        }
        return {**given, **override}

    def block(self, rooms: Any = None) -> Any:
        """Open a block of rooms, and return it."""
        answer = self.api.post("/v1/blocks", self.offer(rooms))
        assert answer.status_code == 201, answer.text
        return answer.json()

    @staticmethod
    def wanted(trip: Any, arrives: int = 6, departs: int = 8, **override: Any) -> dict[str, Any]:
        """Return the body that reserves a room; the days are of December 2024."""
        given = {
            "trip_id": trip["id"],
            "room_type": "single",
            "arrives_on": f"2024-12-{arrives:02}",
            "departs_on": f"2024-12-{departs:02}",
        }
        return {**given, **override}

    def stay(self, block: Any, trip: Any, arrives: int = 6, departs: int = 8) -> Any:
        """Reserve a room, wait until the stay is there, and return it."""
        path = f"/v1/blocks/{block['id']}/stays"
        answer = self.api.post(path, self.wanted(trip, arrives, departs))
        assert answer.status_code == 201, answer.text
        return self.until_stay(answer.json()["id"], "confirmed")

    def until_stay(self, stay_id: str, state: str) -> Any:
        """Wait until a stay is in a state, and return it."""

        def there() -> Any:
            answer = self.api.get(f"/v1/stays/{stay_id}")
            return answer.json() if answer.ok and answer.json()["state"] == state else None

        return wait_until(there, what=f"stay {state}")

    def left(self, block: Any) -> Any:
        """Return what is left of a block's single rooms, by night."""
        return self.api.get(f"/v1/blocks/{block['id']}").json()["left"]["single"]

    def manifest(self, which: str, client: Client | None = None, **query: Any) -> list[Any]:
        """Return the rows of a manifest, ``arrivals`` or ``departures``."""
        path = f"/v1/meetings/{self.meeting}/{which}"
        answer = (client or self.api).get(path, **query)
        assert answer.status_code == 200, answer.text
        rows: list[Any] = answer.json()["items"]
        return rows
