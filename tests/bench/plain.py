"""The peer: the same work done by plain nameko and pymongo. ``python -m tests.bench.plain``."""

import os
import signal
import sys
import warnings

warnings.filterwarnings("ignore", message="\\nEventlet is deprecated")
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")

import eventlet  # noqa: E402

eventlet.monkey_patch()

import json  # noqa: E402
import uuid  # noqa: E402
from typing import Any  # noqa: E402

from nameko.events import EventDispatcher, event_handler  # noqa: E402
from nameko.extensions import DependencyProvider  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402
from nameko.web.handlers import http  # noqa: E402
from pymongo import MongoClient, WriteConcern  # noqa: E402

from tests.bench import PEER_DATABASE  # noqa: E402


def database(uri: str) -> Any:
    """Return the peer's database, with the same guarantees of a write."""
    client: Any = MongoClient(uri, tz_aware=True)
    return client.get_database(PEER_DATABASE, write_concern=WriteConcern(w="majority", j=True))


class Database(DependencyProvider):
    """Gives the database."""

    def setup(self) -> None:
        """Connect."""
        self.database = database(os.environ["MONGO_URI"])

    def get_dependency(self, worker_ctx: Any) -> Any:
        """Return it."""
        return self.database


class PlainService:
    """Guests, trips and people, the plain way."""

    name = "plain"
    database = Database()
    dispatch = EventDispatcher()

    @event_handler("bench", "PersonDescribed")
    def on_person_described(self, body: dict[str, Any]) -> None:
        """Keep a copy of a person: load, change, save."""
        guests = self.database.guests
        guest = guests.find_one({"_id": body["person_id"]}) or {}
        guest |= {"_id": body["person_id"], "name": body["name"], "city_id": body["city_id"]}
        guests.replace_one({"_id": body["person_id"]}, guest, upsert=True)

    @event_handler("bench", "PartyBooked")
    def on_party_booked(self, body: dict[str, Any]) -> None:
        """Book the trips of a party: load, change, save, say so."""
        trips = self.database.trips
        for trip_id in body["trip_ids"]:
            trip = trips.find_one({"_id": trip_id}) or {}
            booking = trip.get("booking", 0) + 1
            change = {"legs": body["legs"], "booking": booking}
            trips.update_one({"_id": trip_id}, {"$set": change}, upsert=True)
            self.dispatch("TripBooked", {"trip_id": trip_id, **change})

    @http("GET", "/v1/people/<person_id>")
    def get_person(self, request: Any, person_id: str) -> Any:
        """Look up a person."""
        return _json(200, self.database.people.find_one({"_id": person_id}))

    @http("POST", "/v1/people")
    def register_person(self, request: Any) -> Any:
        """Register a person: write, then dispatch."""
        person = {"_id": str(uuid.uuid4()), **json.loads(request.get_data())}
        self.database.people.insert_one(person)
        self.dispatch("PersonRegistered", person)
        return _json(201, person)


def _json(status: int, value: Any) -> tuple[int, dict[str, str], str]:
    return status, {"Content-Type": "application/json"}, json.dumps(value)


def main() -> None:
    """Run until SIGTERM."""
    config = {
        "AMQP_URI": os.environ["AMQP_URI"],
        "WEB_SERVER_ADDRESS": f"127.0.0.1:{sys.argv[1]}",
        "serializer": "json",
    }
    runner = ServiceRunner(config)
    runner.add_service(PlainService)
    runner.start()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    runner.wait()


if __name__ == "__main__":
    main()
