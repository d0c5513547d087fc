"""People and a meeting of one test's own, of which the other services tell."""

import uuid
from dataclasses import fields, replace
from email.message import EmailMessage
from typing import Any

from shared.contracts import events, membership, travel
from shared.domain import Event, numbered
from tests.integration.notification.mailbox import Mailbox
from tests.support.client import Client
from tests.support.outside import Outsider
from tests.support.waiting import wait_until
from tests.unit.notification.builders import a_contact, a_person, an_announcement

SOURCES = {
    membership.PersonDescribed: ("people", "person_id"),
    membership.PersonContactChanged: ("people", "person_id"),
    events.MeetingAnnounced: ("meetings", "meeting_id"),
    events.MeetingRescheduled: ("meetings", "meeting_id"),
    events.MeetingCancelled: ("meetings", "meeting_id"),
    events.CityInvited: ("invitations", "invitation_id"),
    events.InvitationAccepted: ("invitations", "invitation_id"),
    events.InvitationDeclined: ("invitations", "invitation_id"),
    events.InvitationPassed: ("invitations", "invitation_id"),
    events.InvitationWithdrawn: ("invitations", "invitation_id"),
    events.DelegateConfirmed: ("delegations", "delegation_id"),
    events.DelegateWithdrawn: ("delegations", "delegation_id"),
    travel.TripBooked: ("trips", "trip_id"),
    travel.TripReleased: ("trips", "trip_id"),
    travel.StayConfirmed: ("stays", "stay_id"),
    travel.StayReleased: ("stays", "stay_id"),
}
"""Collection of the aggregate that an event happens to, and which field has its id."""

IDS = {"p-1", "p-2", "m-1", "i-1", "d-1", "t-1", "s-1"}
"""Ids of the builders; each scene has its own in their place."""


class Scene:
    """What one test publishes, and what it sees of it."""

    def __init__(self, outsider: Outsider, mailbox: Mailbox, client: Client) -> None:
        self.key = uuid.uuid4().hex[:8]
        self.client = client
        self._outsider = outsider
        self._mailbox = mailbox

    def own(self, builders_id: str) -> str:
        """Return this scene's id in the place of a builder's."""
        return f"{builders_id}-{self.key}"

    def email(self, person: str = "p-1", local: str = "person") -> str:
        return f"{local}.{self.own(person)}@city.example"

    def say(self, *told: Event) -> None:
        """Publish events as the service would that they come from."""
        for event in told:
            here = self._here(event)
            collection, field = SOURCES[type(event)]
            self._outsider.publish(here, collection, getattr(here, field), event.sequence)

    def introduce(self, person: str = "p-1", local: str = "person", **given: Any) -> None:
        """Tell who a person is and where to write to."""
        self.say(
            a_person(person_id=person, **given),
            a_contact(person_id=person, email=self.email(person, local)),
        )

    def announce(self, **given: Any) -> None:
        """Tell of the meeting."""
        self.say(an_announcement(**given))

    def messages(self, **query: str) -> list[dict[str, Any]]:
        """List the messages about the scene's meeting."""
        answer = self.client.get("/v1/messages", meeting_id=self.own("m-1"), **query)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def message(self, state: str, **query: str) -> dict[str, Any]:
        """Wait for one message to be in a state."""
        (found,) = wait_until(lambda: self.messages(state=state, **query), 20, what=state)
        return found

    def mails(self, count: int, person: str = "p-1", local: str = "person") -> list[EmailMessage]:
        """Wait for so many mails to a person."""
        address = self.email(person, local)
        wait_until(lambda: len(self._mailbox.to(address)) >= count, 20, what=f"{count} mails")
        found = self._mailbox.to(address)
        assert len(found) == count
        return found

    def _here(self, event: Event) -> Event:
        own = {
            each.name: self.own(value)
            for each in fields(event)
            if isinstance(value := getattr(event, each.name), str) and value in IDS
        }
        return numbered(replace(event, **own), event.sequence)
