"""What a city becomes by which step, and what is refused."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from services.membership.domain.standing import Standing, StandingKind
from shared.errors import Conflict, RuleViolated


class SinceTooEarly(RuleViolated):
    """A standing cannot begin before the one it follows."""

    rule = "A standing does not begin before the one that it follows."


class NotTheNewest(Conflict):
    """The newest standing is another than the one that is meant, or there is none."""

    rule = "Only the newest standing of a city is corrected or withdrawn."


class CityExists(Conflict):
    """The city has applied before and has not left since."""

    rule = "A city applies once, and again only when it has left."


class AlreadyMember(Conflict):
    """The city is a member."""

    rule = "A member is not admitted again."


class AlreadyObserver(Conflict):
    """The city is an observer."""

    rule = "An observer is not admitted as one again."


class NotAnApplicant(Conflict):
    """The city has not applied, or has left since."""

    rule = "Only a city that has applied can be admitted."


class NotAMember(Conflict):
    """The city is neither a member nor an observer."""

    rule = "Only a member or an observer can be suspended or leave."


class AlreadySuspended(Conflict):
    """The city is suspended."""

    rule = "A city is suspended until it is reinstated or leaves."


class NotSuspended(Conflict):
    """The city is not suspended."""

    rule = "Only a suspended city can be reinstated."


class Step(StrEnum):
    """What is decided about a city."""

    APPLICATION = "application"
    ADMISSION = "admission"
    OBSERVERSHIP = "observership"
    SUSPENSION = "suspension"
    REINSTATEMENT = "reinstatement"
    DEPARTURE = "departure"


NOTHING = None
APPLICANT, MEMBER, OBSERVER, SUSPENDED, LEFT = StandingKind

_LIFE_CYCLE: dict[Step, dict[StandingKind | None, StandingKind | type[Conflict]]] = {
    Step.APPLICATION: {
        NOTHING: APPLICANT,
        APPLICANT: CityExists,
        MEMBER: CityExists,
        OBSERVER: CityExists,
        SUSPENDED: CityExists,
        LEFT: APPLICANT,
    },
    Step.ADMISSION: {
        NOTHING: NotAnApplicant,
        APPLICANT: MEMBER,
        MEMBER: AlreadyMember,
        OBSERVER: MEMBER,
        SUSPENDED: AlreadySuspended,
        LEFT: NotAnApplicant,
    },
    Step.OBSERVERSHIP: {
        NOTHING: NotAnApplicant,
        APPLICANT: OBSERVER,
        MEMBER: AlreadyMember,
        OBSERVER: AlreadyObserver,
        SUSPENDED: AlreadySuspended,
        LEFT: NotAnApplicant,
    },
    Step.SUSPENSION: {
        NOTHING: NotAMember,
        APPLICANT: NotAMember,
        MEMBER: SUSPENDED,
        OBSERVER: SUSPENDED,
        SUSPENDED: AlreadySuspended,
        LEFT: NotAMember,
    },
    Step.REINSTATEMENT: {
        NOTHING: NotSuspended,
        APPLICANT: NotSuspended,
        MEMBER: NotSuspended,
        OBSERVER: NotSuspended,
        SUSPENDED: MEMBER,
        LEFT: NotSuspended,
    },
    Step.DEPARTURE: {
        NOTHING: NotAMember,
        APPLICANT: NotAMember,
        MEMBER: LEFT,
        OBSERVER: LEFT,
        SUSPENDED: LEFT,
        LEFT: NotAMember,
    },
}
"""What a city becomes by a step, by what it is; or why it does not."""
_AS_TOLD: dict[StandingKind | None, str] = {
    NOTHING: "has not applied",
    APPLICANT: "has applied",
    MEMBER: "is a member",
    OBSERVER: "is an observer",
    SUSPENDED: "is suspended",
    LEFT: "has left",
}


def what_follows(
    step: Step, standings: Sequence[Standing], *, since: date, name: str
) -> StandingKind:
    """Return what a city becomes by a step; reinstated, it is what it was before.

    It is judged by what the city is on the first day, which is its newest standing: none begins
    before that.

    Args:
        step: What is decided.
        standings: What the city was and is, oldest first.
        since: First day of what it becomes.
        name: What the city is called.

    Raises:
        SinceTooEarly: The newest standing begins later.
        Conflict: The step does not follow from what the city is: one of those of this module.
    """
    check_order(since, standings)
    kind = standings[-1].kind if standings else NOTHING
    becomes = _LIFE_CYCLE[step][kind]
    if not isinstance(becomes, StandingKind):
        raise becomes(f"{name} {_AS_TOLD[kind]}.")
    return standings[-2].kind if step is Step.REINSTATEMENT else becomes


def check_order(since: date, standings: Sequence[Standing]) -> None:
    """Refuse a first day that lies before that of the newest standing.

    Raises:
        SinceTooEarly: It does.
    """
    if standings and since < standings[-1].since:
        newest = standings[-1]
        raise SinceTooEarly(
            f"The newest standing is {newest.kind.value} from {newest.since} on.", field="since"
        )


def check_newest(kind: StandingKind, standings: Sequence[Standing]) -> None:
    """Refuse to change any other standing than the newest.

    Raises:
        NotTheNewest: It is of another kind, or there is none.
    """
    newest = standings[-1].kind if standings else NOTHING
    if newest is not kind:
        said = newest.value if newest else "none"
        raise NotTheNewest(f"The newest standing is {said}, not {kind.value}.")
