"""Affiliations: in which city a person has worked, as what, from which day to which."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from services.membership.domain.term import DAY
from shared.errors import RuleViolated


class LeftBeforeJoined(RuleViolated):
    """The last day lies before the first."""

    rule = "An affiliation does not end before it starts."


class JoinedTooEarly(RuleViolated):
    """The first day has not come yet."""

    rule = "An affiliation is recorded once its first day has come."


class OverlapsAffiliation(RuleViolated):
    """The person belongs to the city in some of these days already."""

    rule = "A person belongs to one city once a day."


class MovedBackwards(RuleViolated):
    """The person has come to the city on that day, or later."""

    rule = "A person moves after the day of coming; an affiliation that is over has a last day."


@dataclass(frozen=True, kw_only=True)
class Affiliation:
    """Days in which a person belongs to a city.

    Attributes:
        city_id: The city.
        starts_on: First day; ``None`` when nobody knows since when, which counts as always.
        ends_on: Last day, or ``None`` while it is open.
        title: Title or function there (``Mayor``), or empty.

    Raises:
        LeftBeforeJoined: The last day lies before the first.
    """

    city_id: str
    starts_on: date | None
    ends_on: date | None = None
    title: str = ""

    def __post_init__(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise LeftBeforeJoined("It cannot end before it starts.", field="ends_on")

    def covers(self, day: date) -> bool:
        """Tell whether that day lies within it."""
        return (self.starts_on or day) <= day <= (self.ends_on or day)

    def overlaps(self, other: "Affiliation") -> bool:
        """Tell whether both have a day in common."""
        return not (self.is_over_before(other) or other.is_over_before(self))

    def is_over_before(self, other: "Affiliation") -> bool:
        """Tell whether it ends before the other one starts."""
        if self.ends_on is None or other.starts_on is None:
            return False
        return self.ends_on < other.starts_on


def joined(
    affiliations: tuple[Affiliation, ...], new: Affiliation, *, leaves: str
) -> tuple[Affiliation, ...]:
    """Return affiliations with a new one, oldest first.

    One without a last day is a move: it ends the open one of the city that the person leaves. One
    from the same first day in the same city is corrected, as is one of unknown first day.

    Args:
        affiliations: Those that are known.
        new: With its first day.
        leaves: City to which the person has belonged until now.

    Raises:
        OverlapsAffiliation: The person belongs to that city in some of these days already.
        MovedBackwards: The one that it ends began no earlier.
    """
    corrected = [each for each in affiliations if _is_corrected(each, new)]
    others = [each for each in affiliations if each not in corrected]
    if any(each.city_id == new.city_id and each.overlaps(new) for each in others):
        raise OverlapsAffiliation("The person belongs to the city then.", field="starts_on")
    if corrected and not new.title:
        new = replace(new, title=corrected[-1].title)
    if new.ends_on is None and new.city_id != leaves:
        others = [_left(each, new) if each.city_id == leaves else each for each in others]
    return _in_order((*others, new))


def united(mine: tuple[Affiliation, ...], theirs: Iterable[Affiliation]) -> tuple[Affiliation, ...]:
    """Return the affiliations of one person who was known twice, oldest first.

    In one city on one day one affiliation counts, the first person's; the other's first day
    counts where only that is known.
    """
    for each in theirs:
        clashing = [own for own in mine if own.city_id == each.city_id and own.overlaps(each)]
        if not clashing:
            mine = (*mine, each)
        elif len(clashing) == 1 and clashing[0].starts_on is None:
            dated = replace(clashing[0], starts_on=each.starts_on)
            mine = (*(own for own in mine if own != clashing[0]), dated)
    return _in_order(mine)


def newest_in(affiliations: tuple[Affiliation, ...], city_id: str) -> Affiliation:
    """Return the affiliation with a city that began last.

    Raises:
        StopIteration: There is none.
    """
    return next(each for each in reversed(affiliations) if each.city_id == city_id)


def titled(
    affiliations: tuple[Affiliation, ...], city_id: str, title: str
) -> tuple[Affiliation, ...]:
    """Return affiliations with another title in the newest one with a city."""
    newest = newest_in(affiliations, city_id)
    return tuple(replace(each, title=title) if each is newest else each for each in affiliations)


def _is_corrected(known: Affiliation, new: Affiliation) -> bool:
    same_city = known.city_id == new.city_id and known.overlaps(new)
    return same_city and known.starts_on in (None, new.starts_on)


def _left(known: Affiliation, new: Affiliation) -> Affiliation:
    """Return an affiliation ended on the day before a move."""
    if known.ends_on is not None or new.starts_on is None:
        return known
    if known.starts_on is not None and known.starts_on >= new.starts_on:
        raise MovedBackwards(f"The person has come on {known.starts_on}.", field="starts_on")
    return replace(known, ends_on=new.starts_on - DAY)


def _in_order(affiliations: Iterable[Affiliation]) -> tuple[Affiliation, ...]:
    return tuple(
        sorted(
            affiliations,
            key=lambda each: (each.starts_on or date.min, each.ends_on or date.max, each.city_id),
        )
    )
