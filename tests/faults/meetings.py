"""One small meeting, from its call to what becomes of it, through the APIs alone.

What is decided at random is drawn from the meeting's own seed. Each acknowledged command is noted
with what the auditor needs to find it again.
"""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tests.faults.caller import Json, Refused
from tests.faults.office import CITIES, Office, register

NIGHTS = ("2027-05-10", "2027-05-11")
DEPARTURE = "2027-05-12"
INVITED = 4
WAITING_MOST = 400
"""Messages in notification's inbox above which no further meeting is begun."""
DAY = "2027-05-11"
LOOKS_MOST = 60
LOOK_SECONDS = 0.5


class Meeting:
    """A meeting as far as its organiser has got.

    Args:
        office: What the organiser has at hand.
        number: Of the meeting; the same number and seed decide the same.
    """

    def __init__(self, office: Office, number: int) -> None:
        self._office = office
        self._number = number
        self._random = random.Random(f"{office.seed} meeting {number}")
        self._keys = 0
        self._path = ""
        self._id = ""
        self._confirmed: list[tuple[str, str]] = []

    def hold(self) -> None:
        """Play it from its call to its end."""
        self._wait_until_others_follow()
        cities = self._random.sample(sorted(CITIES), INVITED)
        companions = {
            city: register(
                self._office, city, f"Companion {self._number}", f"{self._number}-{city}"
            )
            for city in cities[:2]
        }
        self._call(cities[0])
        invitations = self._invite(cities)
        if self._random.random() < 0.3:
            self._reschedule(14)
        comes = self._answer(invitations)
        self._name(comes, companions)
        trips = self._trips()
        self._arrange(trips)
        if self._random.random() < 0.4:
            self._reschedule(15)
        if self._random.random() < 0.4:
            self._withdraw()
        if self._random.random() < 0.2:
            self._cancel()

    def _wait_until_others_follow(self) -> None:
        """Begin nothing while more waits to be told than is told soon."""

        for _ in range(LOOKS_MOST):
            queues = self._office.caller().get("notification", "/v1/status")["queues"]
            if queues is not None and queues["in"] < WAITING_MOST:
                return
            time.sleep(LOOK_SECONDS)

    # -- events --------------------------------------------------------------------------------

    def _call(self, host: str) -> None:
        plan = {
            "title": f"Meeting {self._number}",
            "kind": "visit",
            "host_city_id": host,
            "venue": "City hall",
            "begins": at(10),
            "ends": at(18),
            "quota": 2,
            "answer_by": "2027-05-01T00:00:00Z",
        }
        made = self._do("events", "/v1/meetings", plan, later=("unknown_city",))
        self._id = made["id"]
        self._note("meeting", host=host)
        self._path = f"/v1/meetings/{self._id}"
        self._do("events", f"{self._path}/announcement")
        self._note("announced")

    def _invite(self, cities: list[str]) -> dict[str, str]:
        """Invite the cities; returns the id of each one's invitation."""
        asked = {"audience": [{"city_ids": cities}], "on": DAY}
        self._do("events", f"{self._path}/invitations", asked, later=("unknown_city",))
        self._note("invited", cities=cities)

        def addressed() -> list[Json]:
            listed = self._office.caller().items("events", f"{self._path}/invitations")
            ready = [each for each in listed if each["person_id"]]
            return ready if len(ready) == len(cities) else []

        found = self._office.caller().wait_for(f"invitations to {self._id}", addressed)
        return {each["city_id"]: each["id"] for each in found}

    def _answer(self, invitations: dict[str, str]) -> list[str]:
        """Answer every invitation, all at once; returns the cities that come."""
        *coming, last = invitations
        declined = {last} if self._random.random() < 0.7 else set()

        def answer(city: str, key: str) -> None:
            said = "decline" if city in declined else "acceptance"
            self._do("events", f"/v1/invitations/{invitations[city]}/{said}", {}, key=key)
            what = "declined" if city in declined else "accepted"
            self._note(what, city=city, invitation=invitations[city])

        self._at_once(answer, invitations)
        return [city for city in (*coming, last) if city not in declined]

    def _name(self, cities: list[str], companions: dict[str, str]) -> None:
        people = [(city, self._office.mayors[city], "head") for city in cities]
        people += [(city, companions[city], "member") for city in cities if city in companions]

        def name(each: tuple[str, str, str], key: str) -> None:
            city, person, role = each
            path = f"{self._path}/delegations/{city}/delegates"
            named = {"person_id": person, "role": role}
            self._do("events", path, named, key=f"{key}-name", later=("unknown_person",))
            self._note("nominated", city=city, person=person)
            self._do("events", f"{path}/{person}/confirmation", key=f"{key}-confirm")
            self._note("confirmed", city=city, person=person)

        self._at_once(name, people)
        self._confirmed = [(city, person) for city, person, _ in people]

    def _reschedule(self, hour: int) -> None:
        moved = {"begins": at(hour), "ends": at(hour + 5), "reason": "Another train."}
        self._do("events", f"{self._path}/reschedulings", moved)
        self._note("rescheduled")

    def _withdraw(self) -> None:
        city, person = self._random.choice(self._confirmed)
        path = f"{self._path}/delegations/{city}/delegates/{person}/withdrawal"
        self._do("events", path)
        self._note("withdrawn", city=city, person=person)

    def _cancel(self) -> None:
        self._do("events", f"{self._path}/cancellation", {"reason": "The hall is flooded."})
        self._note("cancelled")

    # -- travel --------------------------------------------------------------------------------

    def _trips(self) -> list[str]:
        """Wait until travel has opened a trip for each delegate; returns their ids."""

        def opened() -> list[Json]:
            listed = self._office.caller().items("travel", "/v1/trips", meeting_id=self._id)
            # A trip of which something else was heard first is there, and not open yet.
            ready = [each for each in listed if each["state"] == "open"]
            return ready if len(ready) == len(self._confirmed) else []

        found = self._office.caller().wait_for(f"trips to {self._id}", opened)
        return sorted(each["id"] for each in found)

    def _arrange(self, trips: list[str]) -> None:
        together, alone = trips[:2], trips[2:]
        plan = {"meeting_id": self._id, "name": f"Party {self._number}", "trip_ids": together}
        party = self._do("travel", "/v1/parties", plan)["id"]
        self._note("party", id=party, trips=together)
        self._do("travel", f"/v1/parties/{party}/bookings/arrival", legs(8), method="PUT")
        self._note("party_booked", party=party, trips=together, direction="arrival")

        def book(trip: str, key: str) -> None:
            path = f"/v1/trips/{trip}/bookings/departure"
            self._do("travel", path, legs(20), method="PUT", key=key)
            self._note("booked", trip=trip, direction="departure")

        self._at_once(book, alone)
        self._lodge(trips)

    def _lodge(self, trips: list[str]) -> None:
        """Ask for one room more than there are, all at once, and give one back now and then."""
        stock = max(1, len(trips) - 1)
        line = {"room_type": "single", "first_night": NIGHTS[0], "last_night": NIGHTS[-1]}
        offer = {
            "meeting_id": self._id,
            "hotel": f"Hotel {self._number}",
            "city_id": "al-tirana",
            "rooms": [{**line, "count": stock}],
        }
        block = self._do("travel", "/v1/blocks", offer)["id"]
        self._note("block", id=block, stock=stock)
        held: list[str] = []

        def reserve(trip: str, key: str) -> None:
            night = {"room_type": "single", "arrives_on": NIGHTS[0], "departs_on": DEPARTURE}
            wanted = {"trip_id": trip, **night}
            try:
                stay = self._do("travel", f"/v1/blocks/{block}/stays", wanted, key=key)["id"]
            except Refused as refused:
                if refused.answer.code != "no_room_left":
                    raise
                self._note("full", block=block, trip=trip)
                return
            self._note("stay", id=stay, block=block, trip=trip)
            held.append(stay)

        self._at_once(reserve, trips)
        if held and self._random.random() < 0.4:
            stay = min(held)
            path = f"/v1/stays/{stay}/release"
            self._do("travel", path, {"reason": "Sleeps at a friend's."}, later=("stay_not_found",))
            self._note("released", stay=stay, block=block)

    # -- how it is done ------------------------------------------------------------------------

    def _do(self, service: str, path: str, body: Json | None = None, **options: Any) -> Json:
        key = options.pop("key", None) or self._key()
        return self._office.caller().do(service, path, body, key=key, **options).body

    def _key(self) -> str:
        self._keys += 1
        return f"{self._office.seed}-{self._number}-{self._keys}"

    def _note(self, what: str, **facts: Any) -> None:
        self._office.journal.note(what, meeting=self._id, **facts)

    def _at_once(self, work: Callable[[Any, str], None], things: Iterable[Any]) -> None:
        """Do the same for several things at once; raises what the first of them raises."""
        started = [self._office.together.submit(work, each, self._key()) for each in things]
        for each in started:
            each.result()


def at(hour: int) -> Json:
    """Return a time at the meeting's place."""
    return {"local": f"2027-05-11T{hour:02}:00:00", "zone": "Europe/Tirane"}


def legs(hour: int) -> dict[str, Sequence[Json]]:
    """Return a booking by road."""
    leg = {"mode": "road", "origin": "Home", "destination": "Tirana"}
    return {"legs": [{**leg, "departs": at(hour - 3), "arrives": at(hour)}]}
