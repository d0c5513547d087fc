"""Delegate: a person whom a city sends."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is in a delegation."""

    HEAD = "head"
    MEMBER = "member"


class DelegateState(StrEnum):
    """How far a delegate has come."""

    NOMINATED = "nominated"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class WithdrawalReason(StrEnum):
    """Why somebody does not come after all."""

    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    MEETING_CANCELLED = "meeting_cancelled"


@dataclass(frozen=True, kw_only=True)
class Delegate:
    """A person whom a city sends.

    Attributes:
        person_id: The person.
        role: What they are in the delegation.
        state: How far they have come.
    """

    person_id: str
    role: Role
    state: DelegateState = DelegateState.NOMINATED

    @property
    def is_active(self) -> bool:
        """Whether they take one of the city's places."""
        return self.state is not DelegateState.WITHDRAWN
