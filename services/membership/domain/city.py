"""Cities, what they are in the network and since when."""

from dataclasses import dataclass, field
from datetime import date, datetime

from services.membership.domain.description import CityDescription
from services.membership.domain.register import Imported, ImportResult, Register
from services.membership.domain.standing import Standing, StandingKind, announced
from shared.contracts.membership import CityDescribed, CityRowAccepted, Precision
from shared.domain import Aggregate
from shared.errors import Conflict, NotFound, RuleViolated
from shared.local_time import local_time

IMPORTS_KEPT = 16
"""Newest rows remembered per city; a report of an older import counts without it."""


class UnknownCity(NotFound):
    """There is no such city."""


class CityExists(Conflict):
    """The city has applied before and has not left since."""

    rule = "A city applies once, and again only when it has left."


class AlreadyMember(Conflict):
    """The city was admitted before."""

    rule = "A member is not admitted again."


class NotAnApplicant(Conflict):
    """Only a city that has applied can be admitted."""

    rule = "Only a city that has applied can be admitted."


class NotAMember(Conflict):
    """Only a member can be suspended or leave."""

    rule = "Only a member can be suspended or leave."


class AlreadySuspended(Conflict):
    """The city is suspended already."""

    rule = "A city is suspended until it is reinstated or leaves."


class NotSuspended(Conflict):
    """Only a suspended city can be reinstated."""

    rule = "Only a suspended city can be reinstated."


class SinceTooEarly(RuleViolated):
    """A standing cannot begin before the one it follows."""

    rule = "A standing does not begin before the one that it follows."


class SinceTooLate(RuleViolated):
    """A standing is recorded once its first day has come."""

    rule = "A standing is recorded once its first day has come."


@dataclass(kw_only=True, eq=False)
class City(Aggregate):
    """A city that applied, belongs or belonged to the network.

    Its id is a slug that never changes (``tr-istanbul``).

    Attributes:
        description: What is known of it.
        described_at: As of when, UTC; an import started before does not overwrite it.
        standings: What it was and is; their days never go back.
        decided: The standings that the secretariat has taken as given when it last decided.
        register: What imports say of its standing.
        imported: Rows applied to it, as heard, the newest sixteen.
    """

    description: CityDescription
    described_at: datetime
    standings: tuple[Standing, ...] = ()
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

    def standing_on(self, day: date) -> Standing | None:
        """Return what the city was on a day; ``None`` before it was anything."""
        begun = [each for each in self.standings if each.since <= day]
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

    def apply(self, description: CityDescription, *, since: date | None, at: datetime) -> None:
        """Ask to become a member, also once more; records ``CityApplied``.

        Args:
            description: What is known of the city now.
            since: Day of the application; today (UTC) when absent.
            at: Now, UTC.

        Raises:
            CityExists: It has applied before and has not left since.
            SinceTooEarly, SinceTooLate: See ``since`` of ``suspend``.
        """
        if self.standings and self._kind is not StandingKind.LEFT:
            raise CityExists(f"{self.description.name} is known already.", city_id=self.id)
        self.describe(description, at=at)
        self._enter(StandingKind.APPLICANT, since, at=at)

    def admit(self, *, since: date, precision: Precision, at: datetime) -> None:
        """Make an applicant a member; records ``CityAdmitted``.

        Raises:
            AlreadyMember: It was admitted before.
            NotAnApplicant: It has left; it would have to apply again.
            SinceTooEarly, SinceTooLate: See ``since`` of ``suspend``.
            ImpreciseSince: The day does not fit its precision.
        """
        if self._kind in (StandingKind.MEMBER, StandingKind.SUSPENDED):
            raise AlreadyMember(f"{self.description.name} is a member already.", city_id=self.id)
        if self._kind is not StandingKind.APPLICANT:
            raise NotAnApplicant(f"{self.description.name} has not applied.", city_id=self.id)
        self._enter(StandingKind.MEMBER, since, precision=precision, at=at)

    def suspend(self, *, reason: str, since: date | None, at: datetime) -> None:
        """Take away a member's vote; records ``CitySuspended``.

        Args:
            reason: Shown to delegates.
            since: First day without a vote, not before the city's standing until now and not
                in the future; today (UTC) when absent.
            at: Now, UTC.

        Raises:
            AlreadySuspended: It has no vote already.
            NotAMember: It never had one, or has left.
            SinceTooEarly, SinceTooLate: See ``since``.
        """
        if self._kind is StandingKind.SUSPENDED:
            raise AlreadySuspended(f"{self.description.name} is suspended.", city_id=self.id)
        if self._kind is not StandingKind.MEMBER:
            raise NotAMember(f"{self.description.name} is no member.", city_id=self.id)
        self._enter(StandingKind.SUSPENDED, since, reason=reason, at=at)

    def reinstate(self, *, since: date | None, at: datetime) -> None:
        """Give a suspended city its vote back; records ``CityReinstated``.

        Raises:
            NotSuspended: It is not suspended.
            SinceTooEarly, SinceTooLate: See ``since`` of ``suspend``.
        """
        if self._kind is not StandingKind.SUSPENDED:
            raise NotSuspended(f"{self.description.name} is not suspended.", city_id=self.id)
        self._enter(StandingKind.MEMBER, since, at=at)

    def leave(self, *, reason: str, since: date | None, at: datetime) -> None:
        """End the membership; records ``CityLeft``.

        Raises:
            NotAMember: It is neither a member nor suspended.
            SinceTooEarly, SinceTooLate: See ``since`` of ``suspend``.
        """
        if self._kind not in (StandingKind.MEMBER, StandingKind.SUSPENDED):
            raise NotAMember(f"{self.description.name} is no member.", city_id=self.id)
        self._enter(StandingKind.LEFT, since, reason=reason, at=at)

    # -- imports --------------------------------------------------------------------------------

    def follow(self, row: CityRowAccepted) -> None:
        """Take over what an import's row says; records what becomes true by it.

        The end is the same in whatever order rows are heard: the newest row describes, unless
        the city was described here since, and standings follow from ``Register``.
        """
        known = self.standings
        described = self._describe_from(row)
        self.register = self.register.merged(row)
        self.standings = self.register.standings(self.decided)
        previous: Standing | None = None
        for standing in self.standings:
            if standing not in known:
                self.record(announced(self.id, standing, previous, row.occurred_at))
            previous = standing
        if not known:
            result = ImportResult.CREATED
        elif self._is_contradicted_by(row):
            result = ImportResult.CONTRADICTED
        elif described or self.standings != known:
            result = ImportResult.CHANGED
        else:
            result = ImportResult.UNCHANGED
        noted = Imported(import_id=row.import_id, row=row.row, result=result)
        self.imported = (*self.imported, noted)[-IMPORTS_KEPT:]

    def _describe_from(self, row: CityRowAccepted) -> bool:
        """Take over a row's description if it is the newest; tell whether that changed anything."""
        before = self.description
        if row.occurred_at >= self.described_at:
            self.describe(CityDescription.of_row(row), at=row.occurred_at)
        return self.description != before

    def _is_contradicted_by(self, row: CityRowAccepted) -> bool:
        """Tell whether a row states what the city's standings do not."""
        claim = Register().merged(row).claim
        if claim is None:
            return self._kind is not StandingKind.APPLICANT
        known = {(each.kind, each.since) for each in self.standings}
        return any((each.kind, each.since) not in known for each in claim.standings())

    # -- how ------------------------------------------------------------------------------------

    @property
    def _kind(self) -> StandingKind:
        return self.standings[-1].kind

    def _enter(
        self,
        kind: StandingKind,
        since: date | None,
        *,
        at: datetime,
        precision: Precision = "day",
        reason: str = "",
    ) -> None:
        """Add a standing that was decided, and record the fact."""
        standing = Standing(kind=kind, since=since or at.date(), precision=precision, reason=reason)
        # East of Greenwich a day begins earlier: what is today there is not in the future.
        today = max(at.date(), local_time(at, self.description.zone).local.date())
        if standing.since > today:
            raise SinceTooLate(f"{standing.since} has not come yet.", field="since")
        previous = self.standings[-1] if self.standings else None
        if previous and standing.since < previous.since:
            raise SinceTooEarly(
                f"The city has been {previous.kind} since {previous.since}.", field="since"
            )
        self.standings = self.decided = (*self.standings, standing)
        self.record(announced(self.id, standing, previous, at))

    def _record_description(self) -> None:
        known = vars(self.description)
        self.record(CityDescribed(city_id=self.id, occurred_at=self.described_at, **known))
