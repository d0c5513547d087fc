"""Delegation: whom a city sends to a meeting."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from services.events.domain.answer import InvitationState
from services.events.domain.delegate import Delegate, DelegateState, Role, WithdrawalReason
from services.events.domain.invitation import Invitation
from services.events.domain.meeting import Meeting
from services.events.domain.naming import Naming
from services.events.domain.participation import Participation
from services.events.domain.person import Person
from shared.contracts.events import DelegateConfirmed, DelegateNominated, DelegateWithdrawn
from shared.domain import Aggregate
from shared.errors import Conflict, NotFound, RuleViolated


class UnknownDelegation(NotFound):
    """The city has named nobody for the meeting."""


class UnknownDelegate(NotFound):
    """The city has not named this person for the meeting."""


class UnknownPerson(RuleViolated):
    """Nobody knows such a person in the city."""


class QuotaExceeded(RuleViolated):
    """The city would send more people than the meeting allows."""


class AlreadyNominated(Conflict):
    """The city has named this person before."""


class HeadAlreadyNamed(Conflict):
    """A delegation has one head."""


class NotNominated(Conflict):
    """Only who is nominated can be confirmed."""


class AlreadyWithdrawn(Conflict):
    """The person was withdrawn before."""


@dataclass(kw_only=True, eq=False)
class Delegation(Aggregate):
    """The people whom a city sends to a meeting.

    Attributes:
        meeting_id: The meeting.
        city_id: The city.
        delegates: By person id, those withdrawn included.
    """

    meeting_id: str
    city_id: str
    delegates: dict[str, Delegate] = field(default_factory=dict)

    @classmethod
    def of(cls, part: Participation) -> "Delegation":
        """Return a city's delegation that nobody belongs to yet."""
        return cls(id=part.delegation_id, meeting_id=part.meeting_id, city_id=part.city_id)

    @property
    def part(self) -> Participation:
        """The city's part in the meeting."""
        return Participation(self.meeting_id, self.city_id)

    @property
    def people(self) -> tuple[Delegate, ...]:
        """Everybody who was ever named, by person id."""
        return tuple(self.delegates[person_id] for person_id in sorted(self.delegates))

    def nominate(self, person_id: str, role: Role, person: Person | None, naming: Naming) -> None:
        """Name a person; records ``DelegateNominated``. Who was withdrawn can be named again.

        Args:
            person_id: The person.
            role: What they are to be in the delegation.
            person: What is known of them, if anything is.
            naming: Under which circumstances.

        Raises:
            MeetingNotOpen: The meeting was cancelled or has begun.
            NotInvited: The city is not invited, or does not come.
            NamingTooLate: The deadline is over.
            UnknownPerson: Nobody knows them, or they belong to another city.
            AlreadyNominated: They are in the delegation.
            HeadAlreadyNamed: Somebody else leads the delegation.
            QuotaExceeded: The city's places are taken.
        """
        naming.check()
        if person is None or person.city_id != self.city_id:
            raise UnknownPerson("The city has no such person.", field="person_id")
        active = {id_: each for id_, each in self.delegates.items() if each.is_active}
        if person_id in active:
            raise AlreadyNominated("The person is in the delegation.", person_id=person_id)
        if role is Role.HEAD and any(each.role is Role.HEAD for each in active.values()):
            raise HeadAlreadyNamed("The delegation has a head.")
        quota = naming.meeting.plan.quota
        if len(active) >= quota:
            raise QuotaExceeded(f"A city sends {quota} at the most.", quota=quota)
        self.delegates[person_id] = Delegate(person_id=person_id, role=role)
        self.record(
            DelegateNominated(
                delegation_id=self.id,
                meeting_id=self.meeting_id,
                city_id=self.city_id,
                person_id=person_id,
                role=role,
                occurred_at=naming.at,
            )
        )

    def confirm(self, person_id: str, naming: Naming) -> None:
        """Say for certain that a nominated person comes; records ``DelegateConfirmed``.

        Args:
            person_id: The person.
            naming: Under which circumstances.

        Raises:
            MeetingNotOpen: The meeting was cancelled or has begun.
            NotInvited: The city is not invited, or does not come.
            NamingTooLate: The deadline is over.
            UnknownDelegate: They were never named.
            NotNominated: They are confirmed already, or were withdrawn.
        """
        invitation = naming.check()
        delegate = self._delegate(person_id)
        if delegate.state is not DelegateState.NOMINATED:
            raise NotNominated(f"The person is {delegate.state.value}.", person_id=person_id)
        self.delegates[person_id] = replace(delegate, state=DelegateState.CONFIRMED)
        self.record(
            DelegateConfirmed(
                delegation_id=self.id,
                meeting_id=self.meeting_id,
                city_id=self.city_id,
                person_id=person_id,
                role=delegate.role,
                invitee=invitation.person_id == person_id,
                revision=naming.meeting.revision,
                occurred_at=naming.at,
            )
        )

    def withdraw(self, person_id: str, *, at: datetime) -> None:
        """Say that a person does not come after all; records ``DelegateWithdrawn``.

        It can be said at any time: that nobody comes is true whatever the deadline was.

        Raises:
            UnknownDelegate: They were never named.
            AlreadyWithdrawn: It was said before.
        """
        if not self._delegate(person_id).is_active:
            raise AlreadyWithdrawn("The person was withdrawn before.", person_id=person_id)
        self._withdraw(person_id, WithdrawalReason.WITHDRAWN, at)

    def follow(self, invitation: Invitation | None, meeting: Meeting, *, at: datetime) -> bool:
        """Withdraw everybody when the city does not come; records ``DelegateWithdrawn`` for each.

        It goes by what invitation and meeting are now and not by the event that called, so it may
        be called in any order and as often as one likes.

        Args:
            invitation: The city's.
            meeting: The meeting.
            at: When, UTC.

        Returns:
            Whether anybody was withdrawn.
        """
        reason = _reason_to_stay_away(invitation, meeting)
        if reason is None:
            return False
        active = [id_ for id_, each in self.delegates.items() if each.is_active]
        for person_id in active:
            self._withdraw(person_id, reason, at)
        return bool(active)

    def _delegate(self, person_id: str) -> Delegate:
        delegate = self.delegates.get(person_id)
        if delegate is None:
            raise UnknownDelegate("The city has not named this person.", person_id=person_id)
        return delegate

    def _withdraw(self, person_id: str, reason: WithdrawalReason, at: datetime) -> None:
        delegate = self.delegates[person_id]
        self.delegates[person_id] = replace(delegate, state=DelegateState.WITHDRAWN)
        self.record(
            DelegateWithdrawn(
                delegation_id=self.id,
                meeting_id=self.meeting_id,
                city_id=self.city_id,
                person_id=person_id,
                role=delegate.role,
                reason=reason,
                was_confirmed=delegate.state is DelegateState.CONFIRMED,
                occurred_at=at,
            )
        )


def _reason_to_stay_away(
    invitation: Invitation | None, meeting: Meeting
) -> WithdrawalReason | None:
    # A cancelled meeting takes no answers, so where both hold, the answer came first.
    if invitation is not None and invitation.state is InvitationState.WITHDRAWN:
        return WithdrawalReason.INVITATION_WITHDRAWN
    if invitation is not None and invitation.state is InvitationState.DECLINED:
        return WithdrawalReason.DECLINED
    return WithdrawalReason.MEETING_CANCELLED if meeting.is_cancelled else None
