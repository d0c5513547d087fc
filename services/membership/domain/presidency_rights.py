"""What the presiding city may during its term, and only then; and who could when."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise

from services.membership.domain.presidency import Presidency
from services.membership.domain.presidency_term import RULES_OF_2022, PresidencyTerm, midnight
from services.membership.domain.recorded import Record
from services.membership.domain.term import DAY
from shared.errors import Forbidden

CITY_LEAD = "city_lead"
"""The role whose rights move with the presidency."""


class NotPresiding(Forbidden):
    """None of the cities that one speaks for presides now."""

    rule = "What the presidency needs, the presiding city may during its term, and only then."
    rule_source = RULES_OF_2022


class Right(StrEnum):
    """What follows from the presidency, for city leads."""

    READ_NETWORK = "read_network"
    READ_NETWORK_CONTACTS = "read_network_contacts"
    SEE_TO_ITEMS = "see_to_items"
    READ_PRESIDENCY_CONTACTS = "read_presidency_contacts"

    @property
    def words(self) -> str:
        """What it lets somebody do."""
        return _WORDS[self]

    @property
    def is_of_all_cities(self) -> bool:
        """Whether leads of every city have it while somebody presides."""
        return self is Right.READ_PRESIDENCY_CONTACTS


_WORDS = {
    Right.READ_NETWORK: "Read cities, their standings and office holders, bodies and rosters.",
    Right.READ_NETWORK_CONTACTS: "Read how to reach the office holders of all member cities.",
    Right.SEE_TO_ITEMS: "Read, open and close the items of the presidency.",
    Right.READ_PRESIDENCY_CONTACTS: "Read how to reach the office holders of the presiding city.",
}


@dataclass(frozen=True, kw_only=True)
class AccessSpan:
    """Time in which somebody could do something because of a term of the presidency.

    Attributes:
        role: Whom the right is for.
        city_id: City that they speak for; ``None`` when it is that of every city.
        right: What they could.
        begins_at: From when on, UTC.
        ends_at: Until when, not included, UTC.
        record: The term that it follows from, and when that became known.
    """

    role: str
    city_id: str | None
    right: Right
    begins_at: datetime
    ends_at: datetime
    record: Record[PresidencyTerm]

    def covers(self, at: datetime) -> bool:
        """Tell whether an instant lies within."""
        return self.begins_at <= at < self.ends_at

    def touches(self, first: date | None, last: date | None) -> bool:
        """Tell whether a part of it lies within these days (UTC), both included."""
        is_early = first is not None and self.ends_at <= midnight(first)
        is_late = last is not None and self.begins_at >= midnight(last) + DAY
        return not is_early and not is_late


def is_allowed(presidency: Presidency, right: Right, cities: Set[str], at: datetime) -> bool:
    """Tell whether a lead of these cities has a right at an instant.

    Args:
        presidency: The presidency.
        right: What is wanted.
        cities: Ids of the cities.
        at: The instant, UTC; what became known later changes nothing.
    """
    return _holds(presidency.presiding_at(at), right, cities)


def check_right(presidency: Presidency, right: Right, cities: Set[str], at: datetime) -> None:
    """Refuse what a lead of these cities has no right to.

    Raises:
        NotPresiding: None of the cities presides at that instant.
    """
    if not is_allowed(presidency, right, cities, at):
        raise NotPresiding("This is for the presiding city, during its term.")


def check_contacts(presidency: Presidency, city_id: str, cities: Set[str], at: datetime) -> None:
    """Refuse how to reach a city that presides on some day to whom it does not concern now.

    It is for leads of the city itself, of all cities while that one presides, and of whichever
    city presides.

    Raises:
        NotPresiding: It is for none of these.
    """
    presiding = presidency.presiding_at(at)
    is_in_term = presiding is not None and presiding.fact.city_id == city_id
    right = Right.READ_PRESIDENCY_CONTACTS if is_in_term else Right.READ_NETWORK_CONTACTS
    if city_id not in cities:
        check_right(presidency, right, cities, at)


def _holds(record: Record[PresidencyTerm] | None, right: Right, cities: Set[str]) -> bool:
    if record is None:
        return False
    return right.is_of_all_cities or record.fact.city_id in cities


def access_spans(presidency: Presidency) -> list[AccessSpan]:
    """Return who could do what when because of the presidency, by beginning, then by right.

    It asks for each stretch of time what the doors ask for each request, so both say the same.
    """
    return [
        AccessSpan(
            role=CITY_LEAD,
            city_id=None if right.is_of_all_cities else record.fact.city_id,
            right=right,
            begins_at=begins_at,
            ends_at=ends_at,
            record=record,
        )
        for begins_at, ends_at, record in _stretches(presidency)
        for right in Right
        if _holds(record, right, {record.fact.city_id})
    ]


def _stretches(presidency: Presidency) -> list[tuple[datetime, datetime, Record[PresidencyTerm]]]:
    """Return the stretches of time in which one term gives rights, each as long as it lasts."""
    found: list[tuple[datetime, datetime, Record[PresidencyTerm]]] = []
    for begins_at, ends_at in pairwise(presidency.turns()):
        record = presidency.presiding_at(begins_at)
        if record is None:
            continue
        if found and found[-1][1] == begins_at and _are_the_same(found[-1][2], record):
            begins_at = found.pop()[0]
        found.append((begins_at, ends_at, record))
    return found


def _are_the_same(one: Record[PresidencyTerm], other: Record[PresidencyTerm]) -> bool:
    """Tell whether they are one term, of which no more than its end has become known."""
    return (one.recorded_at, one.fact.starts_on, one.fact.city_id) == (
        other.recorded_at,
        other.fact.starts_on,
        other.fact.city_id,
    )
