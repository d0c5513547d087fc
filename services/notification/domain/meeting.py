"""Meeting: notification's copy of what people attend, with every change of its schedule."""

from dataclasses import dataclass, field
from datetime import datetime

from shared.contracts import PlaceTime
from shared.contracts.events import MeetingAnnounced, MeetingCancelled, MeetingRescheduled
from shared.contracts.notification import MeetingNoted
from shared.domain import Aggregate


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When a meeting takes place.

    Attributes:
        begins: Beginning, at the venue.
        ends: End, at the venue.
    """

    begins: PlaceTime
    ends: PlaceTime


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of a meeting's schedule.

    Attributes:
        revision: Number of changes, this one included: 1, 2, 3 …
        schedule: The new one; ``None`` when the meeting was cancelled.
        reason: Written by the secretariat, or empty.
    """

    revision: int
    schedule: Schedule | None
    reason: str


@dataclass(kw_only=True, eq=False)
class Meeting(Aggregate):
    """A meeting as announced, and all that was changed since; ``id`` is the meeting's.

    The changes are kept by revision, so that it does not matter in which order they are heard.

    Attributes:
        title: In English; empty until the announcement is heard.
        venue: Name and address.
        host_city_id: City it takes place in.
        announced: The schedule of revision 0; ``None`` until it is heard.
        changes: By revision, written as text.
    """

    title: str = ""
    venue: str = ""
    host_city_id: str = ""
    announced: Schedule | None = None
    changes: dict[str, Change] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Whether enough was heard to write about it."""
        return self.announced is not None

    @property
    def revision(self) -> int:
        """Number of the newest change; 0 when there is none. The SEQUENCE of RFC 5545."""
        return max((change.revision for change in self.changes.values()), default=0)

    @property
    def cancelled(self) -> bool:
        """Whether it does not take place."""
        return any(change.schedule is None for change in self.changes.values())

    @property
    def schedule(self) -> Schedule:
        """When it takes place, or would have.

        Raises:
            ValueError: It is not known yet.
        """
        return self.schedule_at(self.revision)

    def schedule_at(self, revision: int) -> Schedule:
        """Return when it was to take place once that change had been made.

        Raises:
            ValueError: It is not known yet.
        """
        known = [
            (change.revision, change.schedule)
            for change in self.changes.values()
            if change.schedule is not None and change.revision <= revision
        ]
        if known:
            return max(known, key=lambda each: each[0])[1]
        if self.announced is None:
            raise ValueError(f"the schedule of {self.id} is not known")
        return self.announced

    def announce(self, event: MeetingAnnounced, *, at: datetime) -> None:
        """Take over what it is; records ``MeetingNoted``."""
        if not self.is_news(event):
            return
        self.title, self.venue, self.host_city_id = event.title, event.venue, event.host_city_id
        self.announced = Schedule(begins=event.begins, ends=event.ends)
        self._note(at)

    def reschedule(self, event: MeetingRescheduled, *, at: datetime) -> None:
        """Take over a new schedule; records ``MeetingNoted``."""
        schedule = Schedule(begins=event.begins, ends=event.ends)
        self._change(Change(revision=event.revision, schedule=schedule, reason=event.reason), at)

    def cancel(self, event: MeetingCancelled, *, at: datetime) -> None:
        """Note that it does not take place; records ``MeetingNoted``."""
        self._change(Change(revision=event.revision, schedule=None, reason=event.reason), at)

    def changes_since(self, revision: int) -> list[Change]:
        """Return what was changed after that revision, oldest first."""
        newer = [change for change in self.changes.values() if change.revision > revision]
        return sorted(newer, key=lambda change: change.revision)

    def _change(self, change: Change, at: datetime) -> None:
        if str(change.revision) not in self.changes:
            self.changes[str(change.revision)] = change
            self._note(at)

    def _note(self, at: datetime) -> None:
        self.record(
            MeetingNoted(
                meeting_id=self.id,
                revision=self.revision,
                cancelled=self.cancelled,
                occurred_at=at,
            )
        )
