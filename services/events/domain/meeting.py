"""Meeting: what is planned, announced, moved or cancelled, and whom it has invited."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from services.events.domain.audience import Audience, Invited, InvitedCity
from services.events.domain.body import Body, UnknownBody
from services.events.domain.member import Member, UnknownCity
from services.events.domain.plan import MeetingPlan
from services.events.domain.roles import ORGANISER
from shared.contracts import PlaceTime
from shared.contracts.events import (
    AudienceInvited,
    MeetingAnnounced,
    MeetingCalled,
    MeetingCancelled,
    MeetingRescheduled,
)
from shared.domain import Aggregate
from shared.errors import Conflict, NotFound
from shared.local_time import LocalTime


class UnknownMeeting(NotFound):
    """There is no such meeting."""


class NotADraft(Conflict):
    """Only a draft can be announced."""


class NotAnnounced(Conflict):
    """Only what was announced can be moved, and only to that can anybody be invited."""


class AlreadyCancelled(Conflict):
    """The meeting was cancelled before."""


class MeetingNotOpen(Conflict):
    """The meeting was cancelled, or has begun."""


class MeetingState(StrEnum):
    """How far a meeting has come."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    CANCELLED = "cancelled"


def visible_states(role: str) -> tuple[MeetingState, ...]:
    """Return the states in which a role of a token may know of a meeting."""
    if role == ORGANISER:
        return tuple(MeetingState)
    return tuple(state for state in MeetingState if state is not MeetingState.DRAFT)


@dataclass(kw_only=True, eq=False)
class Meeting(Aggregate):
    """A meeting of cities.

    Attributes:
        plan: As it was called; its times are those that hold now.
        state: How far it has come.
        revision: Number of changes of schedule since it was called; the SEQUENCE of RFC 5545.
        invited: By city id, by which part of the audience it was invited.
        reason: Of the last change of schedule or of the cancellation; empty before.
    """

    plan: MeetingPlan
    state: MeetingState = MeetingState.DRAFT
    revision: int = 0
    invited: dict[str, str] = field(default_factory=dict)
    reason: str = ""

    @classmethod
    def call(
        cls,
        meeting_id: str,
        plan: MeetingPlan,
        *,
        host: Member | None,
        body: Body | None,
        at: datetime,
    ) -> "Meeting":
        """Plan a meeting; records ``MeetingCalled``.

        Args:
            meeting_id: Its id.
            plan: What was decided about it.
            host: The host city, if it is known.
            body: The body that meets, if it is known.
            at: When it was called, UTC.

        Raises:
            EndsBeforeItBegins: It would end before it begins, or at once.
            DeadlineAfterBeginning: An answer or a name would be in time after the beginning.
            UnknownCity: Nobody knows the host city.
            UnknownBody: Nobody knows the body that is to meet.
        """
        plan.check()
        if host is None or not host.is_described:
            raise UnknownCity(f"There is no city {plan.host_city_id!r}.", field="host_city_id")
        if plan.body_id is not None and (body is None or not body.is_founded):
            raise UnknownBody(f"There is no body {plan.body_id!r}.", field="body_id")
        meeting = cls(id=meeting_id, plan=plan)
        meeting.record(
            MeetingCalled(
                meeting_id=meeting_id,
                title=plan.title,
                kind=plan.kind,
                host_city_id=plan.host_city_id,
                venue=plan.venue,
                begins=PlaceTime.of(plan.begins),
                ends=PlaceTime.of(plan.ends),
                body_id=plan.body_id,
                occurred_at=at,
            )
        )
        return meeting

    @property
    def is_draft(self) -> bool:
        """Whether nobody outside the secretariat is to know of it yet."""
        return self.state is MeetingState.DRAFT

    @property
    def is_cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.state is MeetingState.CANCELLED

    def check_visible(self, role: str) -> None:
        """Refuse to show a draft to anybody but the secretariat.

        Raises:
            UnknownMeeting: For this role there is no such meeting yet.
        """
        if self.state not in visible_states(role):
            raise UnknownMeeting(f"There is no meeting {self.id!r}.")

    def announce(self, *, at: datetime) -> None:
        """Make it public; records ``MeetingAnnounced``.

        Raises:
            NotADraft: It was announced or cancelled before.
        """
        if not self.is_draft:
            raise NotADraft(f"The meeting is {self.state.value}.", meeting_id=self.id)
        self.state = MeetingState.ANNOUNCED
        plan = self.plan
        self.record(
            MeetingAnnounced(
                meeting_id=self.id,
                title=plan.title,
                kind=plan.kind,
                host_city_id=plan.host_city_id,
                venue=plan.venue,
                begins=PlaceTime.of(plan.begins),
                ends=PlaceTime.of(plan.ends),
                revision=self.revision,
                body_id=plan.body_id,
                occurred_at=at,
            )
        )

    def reschedule(self, begins: LocalTime, ends: LocalTime, *, reason: str, at: datetime) -> None:
        """Move it to another time; records ``MeetingRescheduled``.

        Args:
            begins: New beginning.
            ends: New end.
            reason: Shown to delegates.
            at: When it was decided, UTC.

        Raises:
            NotAnnounced: It is a draft.
            AlreadyCancelled: It was cancelled.
            NothingMoved: Both times are as they were.
            EndsBeforeItBegins: It would end before it begins, or at once.
        """
        self._check_announced()
        before = self.plan.begins
        self.plan = self.plan.moved(begins, ends)
        self.revision += 1
        self.reason = reason
        self.record(
            MeetingRescheduled(
                meeting_id=self.id,
                begins=PlaceTime.of(begins),
                ends=PlaceTime.of(ends),
                previous_begins=PlaceTime.of(before),
                revision=self.revision,
                reason=reason,
                occurred_at=at,
            )
        )

    def cancel(self, *, reason: str, at: datetime) -> None:
        """Give it up; records ``MeetingCancelled``.

        Args:
            reason: Shown to delegates.
            at: When it was decided, UTC.

        Raises:
            AlreadyCancelled: It was cancelled before.
        """
        if self.is_cancelled:
            raise AlreadyCancelled("The meeting was cancelled before.", meeting_id=self.id)
        self.state = MeetingState.CANCELLED
        self.revision += 1
        self.reason = reason
        self.record(
            MeetingCancelled(
                meeting_id=self.id, revision=self.revision, reason=reason, occurred_at=at
            )
        )

    def invite(self, audience: Audience, *, on: date, at: datetime) -> Invited:
        """Invite those of an audience who are not invited yet; records ``AudienceInvited`` if any.

        Args:
            audience: Cities, with the part of it that each belongs to.
            on: Day as of which membership was asked.
            at: When they were invited, UTC.

        Returns:
            Who was invited now and who before.

        Raises:
            NotAnnounced: It is a draft.
            AlreadyCancelled: It was cancelled.
        """
        self._check_announced()
        new = {city: why for city, why in audience.reasons.items() if city not in self.invited}
        already = tuple(city for city in audience.reasons if city in self.invited)
        if new:
            self.invited = {**self.invited, **new}
            self.record(
                AudienceInvited(
                    meeting_id=self.id,
                    on=on,
                    reasons=new,
                    alternates={
                        city: person for city, person in audience.alternates.items() if city in new
                    },
                    answer_by=self.plan.answer_by,
                    revision=self.revision,
                    occurred_at=at,
                )
            )
        return Invited(tuple(InvitedCity(city, why) for city, why in new.items()), already)

    def check_open(self, at: datetime) -> None:
        """Refuse what can only be done before the meeting.

        Raises:
            MeetingNotOpen: It was cancelled, or has begun.
        """
        if self.is_cancelled:
            raise MeetingNotOpen("The meeting was cancelled.", meeting_id=self.id)
        if at >= self.plan.begins.at:
            raise MeetingNotOpen("The meeting has begun.", meeting_id=self.id)

    def _check_announced(self) -> None:
        if self.is_cancelled:
            raise AlreadyCancelled("The meeting was cancelled.", meeting_id=self.id)
        if self.is_draft:
            raise NotAnnounced("The meeting is a draft.", meeting_id=self.id)
