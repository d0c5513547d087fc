"""Cities, what they are in the network and since when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from services.membership.domain import life_cycle
from services.membership.domain.decision import UNDOCUMENTED, Decision, check_decided
from services.membership.domain.description import CityDescription
from services.membership.domain.life_cycle import Step
from services.membership.domain.recorded import Record, known, rewritten
from services.membership.domain.register import (
    Imported,
    ImportResult,
    Register,
    contradicts,
    remembered,
)
from services.membership.domain.standing import (
    Standing,
    StandingChanges,
    StandingKind,
    announced,
)
from shared.contracts.membership import CityDescribed, CityRowAccepted, Precision
from shared.domain import Aggregate
from shared.errors import NotFound
from shared.local_time import local_time


class UnknownCity(NotFound):
    """There is no such city."""


@dataclass(kw_only=True, eq=False)
class City(Aggregate):
    """A city that applied, belongs or belonged to the network.

    Its id is a slug that never changes (``tr-istanbul``).

    Attributes:
        description: What is known of it.
        described_at: As of when, UTC; an import started before does not overwrite it.
        history: Every standing that was recorded, in that order; what counts is in ``standings``.
        decided: The standings that the secretariat has taken as given when it last decided.
        register: What imports say of its standing.
        imported: Rows applied to it, as heard, the newest sixteen.
    """

    description: CityDescription
    described_at: datetime
    history: tuple[Record[Standing], ...] = ()
    decided: tuple[Standing, ...] = ()
    register: Register = field(default_factory=Register)
    imported: tuple[Imported, ...] = ()

    @property
    def city_id(self) -> str:
        """Itself; who acts for a city acts for this one."""
        return self.id

    @classmethod
    def unknown(cls, city_id: str, description: CityDescription, *, at: datetime) -> "City":
        """Return a city that nobody has heard of: it has no standing; records ``CityDescribed``."""
        city = cls(id=city_id, description=description, described_at=at)
        city._record_description()
        return city

    # -- what was and is ------------------------------------------------------------------------

    @property
    def standings(self) -> tuple[Standing, ...]:
        """What it was and is, and will be as far as that is decided; their days never go back."""
        return self.standings_known(None)

    def standings_known(self, at: datetime | None) -> tuple[Standing, ...]:
        """Return the standings that counted at an instant; those of now when ``None``."""
        return known(self.history, at)

    def standing_on(self, day: date, *, known_at: datetime | None = None) -> Standing | None:
        """Return what the city was on a day; ``None`` before it was anything.

        Args:
            day: The day.
            known_at: By what was known then, UTC; by what is known now when absent.
        """
        begun = [each for each in self.standings_known(known_at) if each.since <= day]
        return begun[-1] if begun else None

    def is_member_on(self, day: date) -> bool:
        """Tell whether it was a member with a vote on that day."""
        standing = self.standing_on(day)
        return standing is not None and standing.kind is StandingKind.MEMBER

    # -- decisions ------------------------------------------------------------------------------

    def describe(self, description: CityDescription, *, at: datetime) -> None:
        """Replace what is known of it; records ``CityDescribed`` if that changes anything."""
        self.described_at = at
        if description != self.description:
            self.description = description
            self._record_description()

    def apply(
        self,
        description: CityDescription,
        *,
        since: date | None,
        at: datetime,
        decision: Decision = UNDOCUMENTED,
    ) -> None:
        """Ask to become a member, also once more; records ``CityApplied``.

        Args:
            description: What is known of the city now.
            since: Day of the application; today (UTC) when absent.
            at: Now, UTC.
            decision: What the application rests upon.

        Raises:
            CityExists: It has applied before and has not left since.
            SinceTooEarly, NotDecidedYet: See ``suspend``.
        """
        self._take(Step.APPLICATION, since, decision=decision, at=at)
        self.describe(description, at=at)

    def admit(
        self, *, since: date, precision: Precision, at: datetime, decision: Decision = UNDOCUMENTED
    ) -> None:
        """Make an applicant or an observer a member; records ``CityAdmitted``.

        Raises:
            AlreadyMember: It is one.
            AlreadySuspended: It would have to be reinstated.
            NotAnApplicant: It has left; it would have to apply again.
            SinceTooEarly, NotDecidedYet: See ``suspend``.
            ImpreciseSince: The day does not fit its precision.
        """
        self._take(Step.ADMISSION, since, precision=precision, decision=decision, at=at)

    def admit_as_observer(
        self, *, since: date, precision: Precision, at: datetime, decision: Decision = UNDOCUMENTED
    ) -> None:
        """Make an applicant an observer, without a vote; records ``CityAdmittedAsObserver``.

        Raises:
            AlreadyMember: It is more than that.
            AlreadyObserver: It is one.
            AlreadySuspended, NotAnApplicant, ImpreciseSince: See ``admit``.
            SinceTooEarly, NotDecidedYet: See ``suspend``.
        """
        self._take(Step.OBSERVERSHIP, since, precision=precision, decision=decision, at=at)

    def suspend(
        self, *, reason: str, since: date | None, at: datetime, decision: Decision = UNDOCUMENTED
    ) -> None:
        """Take away a member's vote, or an observer's place; records ``CitySuspended``.

        Args:
            reason: Shown to delegates.
            since: First day without it, also a later one than today, but not before the first day
                of the newest standing; today (UTC) when absent.
            at: Now, UTC.
            decision: What it rests upon.

        Raises:
            AlreadySuspended: It is suspended.
            NotAMember: It is neither a member nor an observer.
            SinceTooEarly: See ``since``.
            NotDecidedYet: The decision is of a later day than today.
        """
        self._take(Step.SUSPENSION, since, reason=reason, decision=decision, at=at)

    def reinstate(
        self, *, since: date | None, at: datetime, decision: Decision = UNDOCUMENTED
    ) -> None:
        """Make a suspended city what it was before.

        Records ``CityReinstated``, or ``CityReinstatedAsObserver``.

        Raises:
            NotSuspended: It is not suspended.
            SinceTooEarly, NotDecidedYet: See ``suspend``.
        """
        self._take(Step.REINSTATEMENT, since, decision=decision, at=at)

    def leave(
        self, *, reason: str, since: date | None, at: datetime, decision: Decision = UNDOCUMENTED
    ) -> None:
        """End the membership, or the observing; records ``CityLeft``.

        Raises:
            NotAMember: It is neither a member nor an observer, suspended or not.
            SinceTooEarly, NotDecidedYet: See ``suspend``.
        """
        self._take(Step.DEPARTURE, since, reason=reason, decision=decision, at=at)

    # -- corrections ----------------------------------------------------------------------------

    def correct_standing(
        self, kind: StandingKind, changes: StandingChanges, *, at: datetime
    ) -> None:
        """Enter the newest standing as it should have been entered.

        Records ``CityStandingsWithdrawn`` and what the standing is told by, if anything changes.

        Args:
            kind: Which standing is meant.
            changes: What was wrong.
            at: Now, UTC.

        Raises:
            NotTheNewest: The newest standing is another.
            ImpreciseSince: The day does not fit its precision.
            SinceTooEarly, NotDecidedYet: See ``suspend``.
        """
        life_cycle.check_newest(kind, self.standings)
        *before, newest = self.standings
        corrected = changes.applied_to(newest)
        life_cycle.check_order(corrected.since, before)
        self._enter(before, corrected, at)
        self.register = self.register.settled(at=at)

    def withdraw_standing(self, kind: StandingKind, *, at: datetime) -> None:
        """Take back the newest standing, a mistake; records ``CityStandingsWithdrawn``.

        Args:
            kind: Which standing is meant, so that nobody takes back two by asking twice.
            at: Now, UTC.

        Raises:
            NotTheNewest: The newest standing is another.
        """
        life_cycle.check_newest(kind, self.standings)
        self.decided = self.standings[:-1]
        self._become(self.decided, at)
        self.register = self.register.settled(at=at)

    # -- imports --------------------------------------------------------------------------------

    def follow(self, row: CityRowAccepted) -> None:
        """Take over what an import's row says; records what becomes true by it.

        The end is the same in whatever order rows are heard: the newest row describes, unless
        the city was described here since, and standings follow from ``Register``.
        """
        standings, description = self.standings, self.description
        if row.occurred_at >= self.described_at:
            self.describe(CityDescription.of_row(row), at=row.occurred_at)
        self.register = self.register.merged(row)
        self._become(self.register.standings(self.decided), row.occurred_at)
        if self.standings and not standings:
            result = ImportResult.CREATED
        elif contradicts(row, self.standings):
            result = ImportResult.CONTRADICTED
        elif (self.standings, self.description) != (standings, description):
            result = ImportResult.CHANGED
        else:
            result = ImportResult.UNCHANGED
        self.imported = remembered(self.imported, row, result)

    # -- how ------------------------------------------------------------------------------------

    def _take(
        self,
        step: Step,
        since: date | None,
        *,
        at: datetime,
        decision: Decision,
        precision: Precision = "day",
        reason: str = "",
    ) -> None:
        """Enter the standing that a step leads to."""
        first_day = since or at.date()
        kind = life_cycle.what_follows(
            step, self.standings, since=first_day, name=self.description.name
        )
        entered = Standing(
            kind=kind, since=first_day, precision=precision, reason=reason, decision=decision
        )
        self._enter(self.standings, entered, at)

    def _enter(self, before: Sequence[Standing], standing: Standing, at: datetime) -> None:
        # East of Greenwich a day begins earlier: what is today there is not in the future.
        today = max(at.date(), local_time(at, self.description.zone).local.date())
        check_decided(standing.decision.decided_on, today=today)
        self.decided = (*before, standing)
        self._become(self.decided, at)

    def _become(self, standings: tuple[Standing, ...], at: datetime) -> None:
        """Have these standings count, and tell of what is new."""
        for event in announced(self.id, self.standings, standings, at):
            self.record(event)
        self.history = rewritten(self.history, standings, at=at)

    def _record_description(self) -> None:
        facts = vars(self.description)
        self.record(CityDescribed(city_id=self.id, occurred_at=self.described_at, **facts))
