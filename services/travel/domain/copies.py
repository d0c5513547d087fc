"""What travel has copied from membership and events, each field with the newest event's value."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts import PlaceTime
from shared.contracts.events import MeetingAnnounced, MeetingCancelled, MeetingRescheduled
from shared.contracts.membership import CityDescribed, PersonDescribed
from shared.contracts.travel import TravelStopped
from shared.domain import Aggregate

MEETING_CANCELLED = "meeting_cancelled"
"""Why nobody travels to a cancelled meeting."""


@dataclass(kw_only=True, eq=False)
class Guest(Aggregate):
    """A person as hosts and hotels need to know them; its id is the person's.

    Attributes:
        name: In Latin letters, given name first.
        original_name: In the script it is written in at home, or empty.
        title: Title or function.
        city_id: City the person belongs to now.
    """

    name: str = ""
    original_name: str = ""
    title: str = ""
    city_id: str = ""

    def describe(self, event: PersonDescribed) -> None:
        """Copy what membership knows."""
        if self.is_news(event):
            self.name, self.original_name = event.name, event.original_name
            self.title, self.city_id = event.title, event.city_id


@dataclass(kw_only=True, eq=False)
class CityCopy(Aggregate):
    """A city; its id is membership's.

    Attributes:
        name: English name.
        zone: IANA zone.
    """

    name: str = ""
    zone: str = ""

    def describe(self, event: CityDescribed) -> None:
        """Copy what membership knows."""
        if self.is_news(event):
            self.name, self.zone = event.name, event.zone


@dataclass(kw_only=True, eq=False)
class MeetingCopy(Aggregate):
    """A meeting; its id is that of events.

    Attributes:
        title: In English.
        host_city_id: City it takes place in.
        venue: Name and address.
        begins: Beginning; ``None`` until its announcement is heard.
        ends: End; ``None`` until its announcement is heard.
        revision: Number of changes of schedule.
        cancelled: It does not take place; never undone.
    """

    title: str = ""
    host_city_id: str = ""
    venue: str = ""
    begins: PlaceTime | None = None
    ends: PlaceTime | None = None
    revision: int = 0
    cancelled: bool = False

    def announce(self, event: MeetingAnnounced) -> None:
        """Copy what is to take place."""
        if self.is_news(event):
            self.title, self.venue = event.title, event.venue
            self.host_city_id = event.host_city_id
        self._schedule(event)

    def reschedule(self, event: MeetingRescheduled) -> None:
        """Copy when it takes place."""
        self._schedule(event)

    def cancel(self, event: MeetingCancelled, *, at: datetime) -> None:
        """Note that it does not take place; records ``TravelStopped`` the first time."""
        if not self.cancelled:
            self.cancelled = True
            self.record(TravelStopped(meeting_id=self.id, reason=MEETING_CANCELLED, occurred_at=at))

    def _schedule(self, event: MeetingAnnounced | MeetingRescheduled) -> None:
        if self.is_news(event, "schedule"):
            self.begins, self.ends = event.begins, event.ends
            self.revision = event.revision
