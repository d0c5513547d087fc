"""MeetingPlan: what the secretariat decides about a meeting."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from shared.errors import RuleViolated
from shared.local_time import LocalTime


class EndsBeforeItBegins(RuleViolated):
    """A meeting ends after its beginning."""


class DeadlineAfterBeginning(RuleViolated):
    """What a meeting needs to know has to be known before it begins."""


class NothingMoved(RuleViolated):
    """The meeting takes place at these times already."""


class MeetingKind(StrEnum):
    """What sort of meeting it is."""

    SUMMIT = "summit"
    GENERAL_ASSEMBLY = "general_assembly"
    BOARD_MEETING = "board_meeting"
    WORKING_GROUP = "working_group"
    VISIT = "visit"


@dataclass(frozen=True, kw_only=True)
class MeetingPlan:
    """What the secretariat decides about a meeting when it calls it.

    Attributes:
        title: In English.
        kind: What sort of meeting.
        host_city_id: City it takes place in.
        venue: Name and address.
        begins: Beginning, at the venue.
        ends: End, at the venue.
        quota: Delegates that each city may send, 1 or more.
        answer_by: Until when invitations are to be answered, UTC.
        naming_by: Until when cities name and confirm delegates, UTC; until it begins if ``None``.
        body_id: Body that meets, or ``None``.
    """

    title: str
    kind: MeetingKind
    host_city_id: str
    venue: str
    begins: LocalTime
    ends: LocalTime
    quota: int
    answer_by: datetime
    naming_by: datetime | None = None
    body_id: str | None = None

    def check(self) -> None:
        """Refuse times that contradict one another.

        Raises:
            EndsBeforeItBegins: It would end before it begins, or at once.
            DeadlineAfterBeginning: An answer or a name would be in time after the beginning.
        """
        self._check_order()
        for name, deadline in (("answer_by", self.answer_by), ("naming_by", self.naming_by)):
            if deadline is not None and deadline > self.begins.at:
                raise DeadlineAfterBeginning("It has to be before the beginning.", field=name)

    def moved(self, begins: LocalTime, ends: LocalTime) -> "MeetingPlan":
        """Return the plan for other times.

        The deadlines stay: they are dates that cities were told, and an answer after the beginning
        is refused anyhow.

        Raises:
            NothingMoved: Both times are as they were.
            EndsBeforeItBegins: It would end before it begins, or at once.
        """
        if (begins, ends) == (self.begins, self.ends):
            raise NothingMoved("It takes place at these times already.", field="begins")
        moved = replace(self, begins=begins, ends=ends)
        moved._check_order()
        return moved

    def _check_order(self) -> None:
        if self.ends.at <= self.begins.at:
            raise EndsBeforeItBegins("A meeting ends after its beginning.", field="ends")
