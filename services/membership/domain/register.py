"""What imports say of a city's standing, in whatever order their rows are heard."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.membership.domain.standing import Standing, StandingKind
from shared.contracts.membership import CityRowAccepted, PersonRowAccepted, Precision


class ImportResult(StrEnum):
    """What a row has done to its city."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONTRADICTED = "contradicted"
    """It states another standing than was decided since, or than a newer import states."""


IMPORTS_KEPT = 16
"""Newest rows remembered per aggregate; a report of an older import counts without it."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """A row that was applied to a city or a person.

    Attributes:
        import_id: The import.
        row: Number of the row.
        result: What it has done.
    """

    import_id: str
    row: int
    result: ImportResult


def remembered(
    imported: tuple[Imported, ...], row: CityRowAccepted | PersonRowAccepted, result: ImportResult
) -> tuple[Imported, ...]:
    """Return the rows that were applied, with one more, as far as they are kept."""
    noted = Imported(import_id=row.import_id, row=row.row, result=result)
    return (*imported, noted)[-IMPORTS_KEPT:]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The membership that one row states.

    Attributes:
        stated_at: When its import was started, UTC.
        import_id: The import; decides between two of the same millisecond.
        member_since: First day of membership.
        precision: How well it is known.
        left_since: First day outside again, or ``None``.
    """

    stated_at: datetime
    import_id: str
    member_since: date
    precision: Precision
    left_since: date | None

    def is_newer_than(self, other: "Claim | None") -> bool:
        """Tell whether it is to be believed rather than the other."""
        if other is None:
            return True
        return (self.stated_at, self.import_id) > (other.stated_at, other.import_id)

    def standings(self) -> tuple[Standing, ...]:
        """Return the standings that it states, oldest first."""
        member = Standing(
            kind=StandingKind.MEMBER, since=self.member_since, precision=self.precision
        )
        if self.left_since is None:
            return (member,)
        return member, Standing(kind=StandingKind.LEFT, since=self.left_since)


@dataclass(frozen=True, kw_only=True)
class Register:
    """What all imports together say of a city.

    Rows of two imports may be heard in either order, so a row is merged by what it says alone:
    the newest stated membership counts, and the earliest day on which the city was listed
    without one. A row that states no membership takes none away.

    Attributes:
        listed_on: Day of the first import that listed the city as an applicant, or ``None``.
        claim: The newest membership that was stated, or ``None``.
        settled_at: When the secretariat last corrected the city's standings, UTC, or ``None``;
            imports started until then say nothing any more, or the mistake would come back.
    """

    listed_on: date | None = None
    claim: Claim | None = None
    settled_at: datetime | None = None

    def settled(self, *, at: datetime) -> "Register":
        """Return what is said when all imports started until now are settled."""
        return Register(settled_at=max(at, self.settled_at or at))

    def merged(self, row: CityRowAccepted) -> "Register":
        """Return what is said when this row is heard too."""
        if self.settled_at is not None and row.occurred_at <= self.settled_at:
            return self
        if row.member_since is None:
            day = row.occurred_at.date()
            return replace(self, listed_on=min(day, self.listed_on or day))
        claim = Claim(
            stated_at=row.occurred_at,
            import_id=row.import_id,
            member_since=row.member_since,
            precision=row.precision,
            left_since=row.left_since,
        )
        return replace(self, claim=claim) if claim.is_newer_than(self.claim) else self

    def standings(self, decided: tuple[Standing, ...]) -> tuple[Standing, ...]:
        """Return the standings that follow from decisions and imports together, oldest first.

        Imports begin a history and answer an application; what was decided beyond that stands.

        Args:
            decided: What a city was and is by decisions of the secretariat, oldest first.
        """
        if decided and decided[-1].kind is not StandingKind.APPLICANT:
            return decided
        applied = decided or self._listed()
        if self.claim is None:
            return applied
        if applied and self.claim.member_since < applied[-1].since:
            return decided or self.claim.standings()
        return (*applied, *self.claim.standings())

    def _listed(self) -> tuple[Standing, ...]:
        if self.listed_on is None:
            return ()
        return (Standing(kind=StandingKind.APPLICANT, since=self.listed_on),)


def contradicts(row: CityRowAccepted, standings: tuple[Standing, ...]) -> bool:
    """Tell whether a row states what a city's standings do not."""
    claim = Register().merged(row).claim
    if claim is None:
        return not standings or standings[-1].kind is not StandingKind.APPLICANT
    stated = {(each.kind, each.since) for each in standings}
    return any((each.kind, each.since) not in stated for each in claim.standings())
