"""What surrounds events in a test: cities and people as membership tells of them, and meetings."""

import uuid
from types import TracebackType
from typing import Any, Self

import requests
from pymongo import MongoClient

from services.events.domain.participation import Participation
from shared.domain import Event
from shared.links import sign
from tests.support.client import Client
from tests.support.outside import Outsider
from tests.support.running_service import RunningService
from tests.support.waiting import wait_until
from tests.unit.events.builders import (
    city_admitted,
    city_described,
    office_held,
    person_described,
)

Json = Any

SOURCES = {
    "OfficeHolderChanged": ("offices", "city_id"),
    "OfficeTermWithdrawn": ("offices", "city_id"),
    "PersonDescribed": ("people", "person_id"),
    "BodyFounded": ("bodies", "body_id"),
    "SeatFilled": ("bodies", "body_id"),
    "SeatVacated": ("bodies", "body_id"),
    "SeatAlternateChanged": ("bodies", "body_id"),
    "SeatTermsCorrected": ("bodies", "body_id"),
    "PresidencyElected": ("presidencies", None),
    "PresidencyTakenOver": ("presidencies", None),
    "PresidencyWithdrawn": ("presidencies", None),
}
"""Collection and field of the aggregate that an event is of; of a city where nothing is said."""
TOKENS_MOST = 50
"""Tokens in one header: servers take some 8 KiB of them."""


class World:
    """A network of its own.

    Attributes:
        api: An organiser's client.
        tirana: A member city with a mayor, a deputy and an adviser; it hosts.
        sofia: Another, with a mayor.
    """

    def __init__(self, running: RunningService, api: Client) -> None:
        self.running = running
        self.api = api
        self.mark = uuid.uuid4().hex[:8]
        self.tirana, self.sofia = self.city("al-tirana"), self.city("bg-sofia")
        self._outsider = Outsider(running.amqp_uri)
        self._client = MongoClient[dict[str, Any]](running.zirve.mongo_uri, tz_aware=True)
        self.documents = self._client[running.database_name]

    def __enter__(self) -> Self:
        self.tell(
            *(event for city in (self.tirana, self.sofia) for event in self.facts(city)),
            person_described(self.person("deputy"), city_id=self.tirana),
            person_described(self.person("adviser"), city_id=self.tirana),
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._outsider.close()
        self._client.close()

    # -- membership ----------------------------------------------------------------------------

    def city(self, slug: str) -> str:
        """Return the id of a city of this world."""
        return f"{slug}-{self.mark}"

    def person(self, name: str) -> str:
        """Return the id of a person of this world."""
        return f"{name}-{self.mark}"

    def mayor(self, city_id: str) -> str:
        """Return the id of a city's mayor."""
        return f"mayor-{city_id}"

    def facts(self, city_id: str) -> list[Event]:
        """Return what membership says of a member city with a mayor."""
        mayor = self.mayor(city_id)
        return [
            city_described(city_id),
            city_admitted(city_id),
            office_held(mayor, city_id=city_id),
            person_described(mayor, city_id=city_id),
        ]

    def tell(self, *events: Event) -> None:
        """Publish events as membership does, and wait until they are handled."""
        seen = [self.publish(event) for event in events]
        for start in range(0, len(seen), TOKENS_MOST):
            after = ", ".join(seen[start : start + TOKENS_MOST])
            answer = self.api.send("GET", "/v1/status", headers={"Zirve-After": after})
            assert answer.status_code == 200, answer.text

    def publish(self, event: Event) -> str:
        """Publish an event as membership does; returns its ``Zirve-Seen``."""
        collection, field = SOURCES.get(type(event).__name__, ("cities", "city_id"))
        subject = getattr(event, field) if field else "presidency"
        self._outsider.publish(event, collection, subject, event.sequence)
        name = type(event).__name__
        return f"membership/{collection}/{subject}@{event.sequence};type={name}"

    # -- events --------------------------------------------------------------------------------

    def plan(self, **changes: Any) -> Json:
        """Return the body that calls a meeting in Tirana."""
        given = {
            "title": "Executive Board meeting",
            "kind": "board_meeting",
            "host_city_id": self.tirana,
            "venue": "City Hall",
            "begins": {"local": "2024-12-07T11:00:00", "zone": "Europe/Tirane"},
            "ends": {"local": "2024-12-07T15:00:00", "zone": "Europe/Tirane"},
            "quota": 2,
            "answer_by": "2024-11-22T22:00:00Z",
            "naming_by": "2024-11-29T22:00:00Z",
        }
        return {**given, **changes}

    def draft(self, **changes: Any) -> str:
        """Call a meeting; returns its id."""
        return done(self.api.post("/v1/meetings", self.plan(**changes)), 201)["id"]

    def meeting(self, **changes: Any) -> str:
        """Call and announce a meeting; returns its id."""
        meeting_id = self.draft(**changes)
        done(self.api.post(f"/v1/meetings/{meeting_id}/announcement"))
        return meeting_id

    def invite(self, meeting_id: str, *city_ids: str) -> list[str]:
        """Invite cities, wait until each has its invitation, and return the invitations' ids."""
        ids = [Participation(meeting_id, city_id).invitation_id for city_id in city_ids]
        audience = [{"city_ids": city_ids}]
        body = {"audience": audience, "on": "2024-12-07"}
        done(self.api.post(f"/v1/meetings/{meeting_id}/invitations", body))
        for invitation_id in ids:
            self.until_invitation(invitation_id, state="open")
        return ids

    def invited(self, **changes: Any) -> tuple[str, str]:
        """Have Tirana invited to a meeting; returns the meeting's and the invitation's id."""
        meeting_id = self.meeting(**changes)
        (invitation_id,) = self.invite(meeting_id, self.tirana)
        return meeting_id, invitation_id

    def invitation(self, invitation_id: str) -> Json:
        """Return an invitation."""
        return done(self.api.get(f"/v1/invitations/{invitation_id}"))

    def until_invitation(self, invitation_id: str, **fields: Any) -> Json:
        """Wait until an invitation has these fields, and return it."""

        def there() -> Json:
            answer = self.api.get(f"/v1/invitations/{invitation_id}")
            found = answer.json() if answer.ok else {}
            return found if fields.items() <= found.items() else None

        return wait_until(there, what=f"invitation with {fields}")

    def signed(self, invitation_id: str, generation: int) -> Json:
        """Return what the link of an invitation carries, as notification makes it."""
        secret = self.running.zirve.link_secret
        signature = sign(secret, "answer_invitation", invitation_id, generation)
        return {"generation": generation, "signature": signature}

    def delegates(self, meeting_id: str, city_id: str | None = None) -> str:
        """Return the path of a city's delegates, Tirana's unless another is named."""
        return f"/v1/meetings/{meeting_id}/delegations/{city_id or self.tirana}/delegates"

    def nominate(self, meeting_id: str, name: str, role: str = "member") -> str:
        """Nominate a person of Tirana; returns the path of the delegate."""
        path, person_id = self.delegates(meeting_id), self.person(name)
        done(self.api.post(path, {"person_id": person_id, "role": role}), 201)
        return f"{path}/{person_id}"

    def states(self, meeting_id: str) -> dict[str, str]:
        """Return the state of each of Tirana's delegates."""
        found = done(self.api.get(f"/v1/meetings/{meeting_id}/delegations/{self.tirana}"))
        return {each["person_id"]: each["state"] for each in found["delegates"]}

    def until_withdrawn(self, meeting_id: str, *names: str) -> None:
        """Wait until these and no other delegates of Tirana are withdrawn."""
        wanted = {self.person(name): "withdrawn" for name in names}
        wait_until(lambda: self.states(meeting_id) == wanted, what=f"{names} withdrawn")

    def said(self, collection: str, subject: str) -> int:
        """Return the number of events that an aggregate has recorded."""
        found = self.documents[collection].find_one({"_id": subject})
        assert found is not None
        sequence: int = found["_sequence"]
        return sequence


def done(answer: requests.Response, status: int = 200) -> Json:
    """Return an answer's JSON; it must have this status."""
    assert answer.status_code == status, answer.text
    return answer.json()


def refused(answer: requests.Response, status: int, code: str, field: str | None = None) -> None:
    """See that an answer tells of a problem as RFC 9457 has it."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    problem = answer.json()
    fields = [each["field"] for each in problem.get("errors", ())]
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert fields == ([] if field is None else [field])
