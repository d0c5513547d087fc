"""Load, decide, save: the presidency."""

from dataclasses import dataclass
from datetime import date, datetime

from services.membership.domain.presidency_rights import AccessSpan, access_spans
from services.membership.domain.presidency_term import PresidencyTerm, Takeover
from services.membership.repository import Repositories


@dataclass(frozen=True, kw_only=True)
class AccessAudit:
    """Who could do what when because of the presidency.

    Attributes:
        spans: By beginning, then by right.
    """

    spans: list[AccessSpan]


def elect_presidency(here: Repositories, term: PresidencyTerm, *, at: datetime) -> PresidencyTerm:
    """Elect a city for a year."""
    city = here.cities.get_named(term.city_id)
    presidency = here.presidencies.the_one()
    presidency.elect(term, city, at=at)
    here.presidencies.save(presidency)
    return term


def take_over_presidency(
    here: Repositories, year: int, takeover: Takeover, *, at: datetime
) -> PresidencyTerm:
    """Have another city preside for the rest of a year's term."""
    city = here.cities.get_named(takeover.city_id)
    presidency = here.presidencies.the_one()
    term = presidency.take_over(year, takeover, city, at=at)
    here.presidencies.save(presidency)
    return term


def withdraw_presidency(
    here: Repositories, year: int, *, reason: str, at: datetime
) -> PresidencyTerm:
    """Withdraw the last term of a year."""
    presidency = here.presidencies.the_one()
    term = presidency.withdraw(year, reason=reason, at=at)
    here.presidencies.save(presidency)
    return term


def hand_over_presidency(here: Repositories, *, at: datetime) -> None:
    """Hand the presidency to those whose terms have begun."""
    presidency = here.presidencies.the_one()
    presidency.hand_over(at=at)
    here.presidencies.save(presidency)


def audit_access(
    here: Repositories, *, first: date | None, last: date | None, city_id: str | None
) -> AccessAudit:
    """Tell who could do what when because of the presidency.

    Args:
        here: Where things are.
        first: Only what was so on this day (UTC) or later.
        last: Only what was so on this day or earlier.
        city_id: Only what leads of this city could.
    """
    spans = access_spans(here.presidencies.the_one())
    return AccessAudit(
        spans=[
            each
            for each in spans
            if each.touches(first, last)
            if city_id is None or each.city_id in (None, city_id)
        ]
    )
