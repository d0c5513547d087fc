"""Member: the copy of a city, its standings and the holders of its offices."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from services.events.domain.as_of import Change, in_force, noted
from shared.contracts.events import CityOfficeNoted
from shared.contracts.membership import (
    CityAdmitted,
    CityAdmittedAsObserver,
    CityApplied,
    CityDescribed,
    CityLeft,
    CityReinstated,
    CityReinstatedAsObserver,
    CityStandingsWithdrawn,
    CitySuspended,
    OfficeHolderChanged,
    OfficeTermWithdrawn,
)
from shared.domain import Aggregate
from shared.errors import RuleViolated

INVITED_OFFICE = "mayor"
"""Office whose holder a city's invitation is addressed to."""
DESCRIPTION = "description"
"""What a copy waits for that has heard of the city, but not yet what it is called."""


class UnknownCity(RuleViolated):
    """Nobody knows such a city."""

    rule = "A meeting is held in, and an invitation sent to, a city that is known."


class Standing(StrEnum):
    """What a city is to the network."""

    APPLICANT = "applicant"
    MEMBER = "member"
    OBSERVER = "observer"
    SUSPENDED = "suspended"
    LEFT = "left"


StandingChanged = (
    CityApplied
    | CityAdmitted
    | CityAdmittedAsObserver
    | CitySuspended
    | CityReinstated
    | CityReinstatedAsObserver
    | CityLeft
)

_STANDINGS: dict[type[StandingChanged], Standing] = {
    CityApplied: Standing.APPLICANT,
    CityAdmitted: Standing.MEMBER,
    CityAdmittedAsObserver: Standing.OBSERVER,
    CitySuspended: Standing.SUSPENDED,
    CityReinstated: Standing.MEMBER,
    CityReinstatedAsObserver: Standing.OBSERVER,
    CityLeft: Standing.LEFT,
}


@dataclass(frozen=True, kw_only=True)
class StandingChange(Change):
    """A city has another standing from a day on.

    Attributes:
        standing: Which.
    """

    standing: Standing


@dataclass(frozen=True, kw_only=True)
class OfficeTerm(Change):
    """An office has a holder from a day on.

    Attributes:
        person_id: The holder; ``None`` when the office is vacant.
        represented_by: Person who acts for the holder, or ``None``.
        withdrawn: What was told before of this office from this day on was a mistake.
    """

    person_id: str | None
    represented_by: str | None = None
    withdrawn: bool = False

    def withdraws(self, other: "OfficeTerm") -> bool:
        """Tell whether another is what was a mistake."""
        return self.withdrawn and self.since == other.since and self.sequence >= other.sequence


@dataclass(kw_only=True, eq=False)
class Member(Aggregate):
    """A city as membership describes it; its id is the city's.

    Attributes:
        name: English name; empty until the description has come.
        zone: IANA zone.
        country: ISO 3166-1 alpha-2.
        languages: BCP 47, official first.
        standings: Those that count, in the order in which membership told of them.
        withdrawn_at: Sequence number of the newest withdrawal; what was told before that counts
            only if the withdrawal says so.
        offices: Terms of each office, in the same order.
    """

    name: str = ""
    zone: str = ""
    country: str = ""
    languages: tuple[str, ...] = ()
    standings: tuple[StandingChange, ...] = ()
    withdrawn_at: int = 0
    offices: dict[str, tuple[OfficeTerm, ...]] = field(default_factory=dict)

    @classmethod
    def heard_of(cls, city_id: str) -> "Member":
        """Return a city of which nothing but its id is known yet."""
        member = cls(id=city_id)
        member.wait_for(DESCRIPTION)
        return member

    @property
    def is_described(self) -> bool:
        """Whether membership's description has come."""
        return self.name != ""

    def describe(self, event: CityDescribed) -> None:
        """Note what the city is called and where it lies, unless something newer did."""
        if self.is_news(event):
            self.name, self.zone, self.country = event.name, event.zone, event.country
            self.languages = event.languages
        self.stop_waiting(DESCRIPTION)

    def note_standing(self, event: StandingChanged) -> None:
        """Note that the city has another standing from a day on, unless that was withdrawn."""
        if event.sequence < self.withdrawn_at:
            return
        change = StandingChange(
            sequence=event.sequence, since=event.since, standing=_STANDINGS[type(event)]
        )
        self.standings = noted(self.standings, change)

    def withdraw_standings(self, event: CityStandingsWithdrawn) -> None:
        """Note which of the standings told so far count, unless something newer did."""
        if event.sequence < self.withdrawn_at:
            return
        self.withdrawn_at = event.sequence
        # Of those that begin on the same day only the last one ever holds.
        last = {each.since: Standing(each.kind) for each in event.standings}
        kept = tuple(
            StandingChange(sequence=event.sequence, since=since, standing=standing)
            for since, standing in last.items()
        )
        told_later = (each for each in self.standings if each.sequence > event.sequence)
        self.standings = (*kept, *told_later)

    def standing_on(self, on: date) -> Standing | None:
        """Return the city's standing on a day; ``None`` before its first."""
        change = in_force(self.standings, on)
        return change.standing if change else None

    def note_office(self, event: OfficeHolderChanged, *, at: datetime) -> None:
        """Note who holds an office from a day on; records ``CityOfficeNoted``."""
        term = OfficeTerm(
            sequence=event.sequence,
            since=event.starts_on,
            until=event.ends_on,
            person_id=event.person_id,
            represented_by=event.represented_by,
        )
        self.offices[event.office] = noted(self.offices.get(event.office, ()), term)
        self.record(CityOfficeNoted(city_id=self.id, office=event.office, occurred_at=at))

    def withdraw_office(self, event: OfficeTermWithdrawn, *, at: datetime) -> None:
        """Note that what was told from a day on was a mistake; records ``CityOfficeNoted``."""
        term = OfficeTerm(
            sequence=event.sequence, since=event.starts_on, person_id=None, withdrawn=True
        )
        self.offices[event.office] = noted(self.offices.get(event.office, ()), term)
        self.record(CityOfficeNoted(city_id=self.id, office=event.office, occurred_at=at))

    def addressee_on(self, on: date) -> str | None:
        """Return the person who gets the city's invitations on a day, or ``None``.

        It is the mayor, or whoever acts for the mayor.
        """
        told = self.offices.get(INVITED_OFFICE, ())
        term = in_force(
            (each for each in told if not any(other.withdraws(each) for other in told)), on
        )
        return (term.represented_by or term.person_id) if term else None
