"""Invitation: to whom a city's is addressed, and what they answer."""

from dataclasses import dataclass
from datetime import date, datetime

from services.events.domain.answer import Answer, InvitationState, Reply, Respondent
from services.events.domain.meeting import Meeting
from services.events.domain.participation import Participation
from shared.contracts.events import (
    AudienceInvited,
    CityInvited,
    InvitationAccepted,
    InvitationDeclined,
    InvitationPassed,
    InvitationUnaddressed,
    InvitationWithdrawn,
)
from shared.domain import Aggregate
from shared.errors import Conflict, NotFound

ADDRESSEE = "addressee"
"""What an invitation waits for while nobody knows who holds the city's office."""


class UnknownInvitation(NotFound):
    """There is no such invitation."""


class NobodyAddressed(Conflict):
    """Nobody knows yet who holds the city's office, so nobody can answer."""


class AlreadyAnswered(Conflict):
    """It was answered so before, or declined for good."""


class AlreadyWithdrawn(Conflict):
    """The city is invited no longer."""


class AnswerTooLate(Conflict):
    """The deadline is over; the secretariat can still record an answer."""


@dataclass(kw_only=True, eq=False)
class Invitation(Aggregate):
    """A city's invitation to a meeting; there is one, whoever it is addressed to.

    Attributes:
        meeting_id: The meeting.
        city_id: The city.
        on: Day as of which the office holder is asked for.
        part: Part of the audience by which the city was invited.
        alternate_id: Person who steps in on a decline, or ``None``.
        answer_by: Until when an answer is expected, UTC.
        revision: Schedule revision of the meeting when the city was invited.
        person_id: To whom it is addressed; ``None`` while nobody is known.
        generation: Number of its answer link; those of lower ones are void.
        state: What has become of it.
        history: Answers, oldest first.
        reason: Why it was withdrawn; empty before.
    """

    meeting_id: str
    city_id: str
    on: date
    part: str
    alternate_id: str | None
    answer_by: datetime
    revision: int
    person_id: str | None = None
    generation: int = 1
    state: InvitationState = InvitationState.OPEN
    history: tuple[Answer, ...] = ()
    reason: str = ""

    @classmethod
    def open(
        cls, event: AudienceInvited, city_id: str, person_id: str | None, *, at: datetime
    ) -> "Invitation":
        """Invite a city; records ``CityInvited``, or ``InvitationUnaddressed``.

        Args:
            event: What the meeting said; the city is among those it invites.
            city_id: The city.
            person_id: Who gets the city's invitations on that day, if anybody is known.
            at: When, UTC.
        """
        invitation = cls(
            id=Participation(event.meeting_id, city_id).invitation_id,
            meeting_id=event.meeting_id,
            city_id=city_id,
            on=event.on,
            part=event.reasons[city_id],
            alternate_id=event.alternates.get(city_id),
            answer_by=event.answer_by,
            revision=event.revision,
        )
        invitation._address(person_id, at)
        return invitation

    @property
    def is_void(self) -> bool:
        """Whether the city does not come by it: declined for good, or withdrawn."""
        return self.state in (InvitationState.DECLINED, InvitationState.WITHDRAWN)

    def address(self, person_id: str | None, *, at: datetime) -> bool:
        """Address it to somebody else; records ``CityInvited`` or ``InvitationUnaddressed``.

        Membership's facts come in any order. As long as nobody has answered, the invitation follows
        what is known of the office on that day, and ends with the same person whatever came first.

        Args:
            person_id: Who gets the city's invitations on that day by what is known now.
            at: When, UTC.

        Returns:
            Whether anything changed.
        """
        if self.state is not InvitationState.OPEN or self.history or person_id == self.person_id:
            return False
        self._address(person_id, at)
        return True

    def accept(self, respondent: Respondent, meeting: Meeting, *, at: datetime) -> None:
        """Say that the city comes; records ``InvitationAccepted``.

        Args:
            respondent: Who says it.
            meeting: The meeting it is about.
            at: When, UTC.

        Raises:
            AlreadyWithdrawn: The city is invited no longer.
            AlreadyAnswered: It was accepted, or declined for good.
            NobodyAddressed: Nobody is known who could answer.
            MeetingNotOpen: The meeting was cancelled or has begun.
            AnswerTooLate: The deadline is over for this respondent.
        """
        person_id = self._check_answerable(respondent, meeting, at)
        if self.state is not InvitationState.OPEN:
            raise AlreadyAnswered(f"The invitation is {self.state.value}.", invitation_id=self.id)
        self.state = InvitationState.ACCEPTED
        answer = Answer.of(respondent, Reply.ACCEPTED, person_id, reason="", at=at)
        self.history = (*self.history, answer)
        self.record(
            InvitationAccepted(
                invitation_id=self.id,
                meeting_id=self.meeting_id,
                city_id=self.city_id,
                person_id=person_id,
                answered_by=respondent.name,
                channel=respondent.channel,
                on_behalf=respondent.on_behalf,
                generation=self.generation,
                occurred_at=at,
            )
        )

    def decline(
        self, respondent: Respondent, meeting: Meeting, *, reason: str, at: datetime
    ) -> None:
        """Say that the person does not come; records ``InvitationDeclined``.

        Where there is an alternate who was not asked yet, the invitation passes to them, open, and
        ``InvitationPassed`` is recorded as well. Else it is declined for good: the city's delegates
        are withdrawn for it. What was accepted can be declined later.

        Args:
            respondent: Who says it.
            meeting: The meeting it is about.
            reason: As given, or empty.
            at: When, UTC.

        Raises:
            AlreadyWithdrawn: The city is invited no longer.
            AlreadyAnswered: It was declined for good.
            NobodyAddressed: Nobody is known who could answer.
            MeetingNotOpen: The meeting was cancelled or has begun.
            AnswerTooLate: The deadline is over for this respondent.
        """
        person_id = self._check_answerable(respondent, meeting, at)
        if self.state is InvitationState.DECLINED:
            raise AlreadyAnswered("The invitation is declined.", invitation_id=self.id)
        answer = Answer.of(respondent, Reply.DECLINED, person_id, reason=reason, at=at)
        self.history = (*self.history, answer)
        alternate_id = self._next_to_ask()
        self.record(
            InvitationDeclined(
                invitation_id=self.id,
                meeting_id=self.meeting_id,
                city_id=self.city_id,
                person_id=person_id,
                answered_by=respondent.name,
                channel=respondent.channel,
                on_behalf=respondent.on_behalf,
                generation=self.generation,
                passed_on=alternate_id is not None,
                reason=reason,
                occurred_at=at,
            )
        )
        if alternate_id is None:
            self.state = InvitationState.DECLINED
        else:
            self._pass_to(alternate_id, person_id, meeting, at)

    def withdraw(self, *, reason: str, at: datetime) -> None:
        """Take the invitation back; records ``InvitationWithdrawn``, and its link is void.

        Args:
            reason: Written by the secretariat.
            at: When, UTC.

        Raises:
            AlreadyWithdrawn: It was taken back before.
        """
        if self.state is InvitationState.WITHDRAWN:
            raise AlreadyWithdrawn("The invitation was withdrawn before.", invitation_id=self.id)
        self.state = InvitationState.WITHDRAWN
        self.reason = reason
        self.generation += 1
        self.stop_waiting(ADDRESSEE)
        self.record(
            InvitationWithdrawn(
                invitation_id=self.id,
                meeting_id=self.meeting_id,
                city_id=self.city_id,
                person_id=self.person_id,
                reason=reason,
                occurred_at=at,
            )
        )

    def _address(self, person_id: str | None, at: datetime) -> None:
        if self.person_id is not None:
            # Whoever it was addressed to must not be able to answer any more.
            self.generation += 1
        self.person_id = person_id
        if person_id is None:
            self.wait_for(ADDRESSEE)
            self.record(
                InvitationUnaddressed(
                    invitation_id=self.id,
                    meeting_id=self.meeting_id,
                    city_id=self.city_id,
                    occurred_at=at,
                )
            )
            return
        self.stop_waiting(ADDRESSEE)
        self.record(
            CityInvited(
                invitation_id=self.id,
                meeting_id=self.meeting_id,
                city_id=self.city_id,
                person_id=person_id,
                answer_by=self.answer_by,
                generation=self.generation,
                revision=self.revision,
                alternate_id=self.alternate_id,
                occurred_at=at,
            )
        )

    def _check_answerable(self, respondent: Respondent, meeting: Meeting, at: datetime) -> str:
        """Return the person it is addressed to, if an answer can be taken now."""
        if self.state is InvitationState.WITHDRAWN:
            raise AlreadyWithdrawn("The invitation was withdrawn.", invitation_id=self.id)
        if self.person_id is None:
            raise NobodyAddressed("It is addressed to nobody yet.", invitation_id=self.id)
        meeting.check_open(at)
        if respondent.keeps_deadline and at > self.answer_by:
            raise AnswerTooLate("The deadline is over.", answer_by=self.answer_by.isoformat())
        return self.person_id

    def _next_to_ask(self) -> str | None:
        """Return the alternate, unless there is none or they were asked already."""
        asked = {self.person_id, *(answer.person_id for answer in self.history)}
        return None if self.alternate_id in asked else self.alternate_id

    def _pass_to(
        self, alternate_id: str, from_person_id: str, meeting: Meeting, at: datetime
    ) -> None:
        self.state = InvitationState.OPEN
        self.person_id = alternate_id
        self.generation += 1
        self.record(
            InvitationPassed(
                invitation_id=self.id,
                meeting_id=self.meeting_id,
                city_id=self.city_id,
                from_person_id=from_person_id,
                person_id=alternate_id,
                answer_by=self.answer_by,
                generation=self.generation,
                revision=meeting.revision,
                occurred_at=at,
            )
        )
