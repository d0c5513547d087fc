"""What follows when an office of a city passes from one holder to the next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.membership.domain.body import Body
from services.membership.domain.offices import CityOffices, OfficeTerm
from services.membership.domain.presidency import Presidency
from services.membership.domain.seat_term import SeatTerm

SPEAKS_FOR_CITY = "mayor"
"""Office whose holder sits in the seats of the city, and presides when the city does."""


class ConsequenceKind(StrEnum):
    """What follows."""

    SEAT = "seat"
    PRESIDENCY = "presidency"
    ALTERNATE = "alternate"
    REPRESENTATIVE = "representative"


@dataclass(frozen=True, kw_only=True)
class Consequence:
    """Something that follows, or has to be seen to.

    Attributes:
        kind: What it is.
        text: In a sentence.
        body_id: Body of the seat concerned, or ``None``.
        seat_id: The seat, or ``None``.
        year: Year of the presidency, or ``None``.
        office: Office whose holder is represented, or ``None``.
    """

    kind: ConsequenceKind
    text: str
    body_id: str | None = None
    seat_id: str | None = None
    year: int | None = None
    office: str | None = None


@dataclass(frozen=True, kw_only=True)
class Succession:
    """An office that has passed from one holder to the next.

    Attributes:
        city_id: The city.
        predecessor: The term that it ends, as it was before; ``None`` when nobody held the office.
        successor: The term that begins.
        follows: What follows from it on its first day: seats and presidency that the new holder
            has for the city, then where the old one is still named.
    """

    city_id: str
    predecessor: OfficeTerm | None
    successor: OfficeTerm
    follows: tuple[Consequence, ...]

    @classmethod
    def of(
        cls,
        predecessor: OfficeTerm | None,
        successor: OfficeTerm,
        offices: CityOffices,
        bodies: Iterable[Body],
        presidency: Presidency,
    ) -> "Succession":
        """Find what follows.

        Args:
            predecessor: The term that has been ended, or ``None``.
            successor: The term that was entered.
            offices: All offices of the city.
            bodies: All bodies of the network.
            presidency: All terms of the presidency.
        """
        known_bodies = list(bodies)
        follows: list[Consequence] = []
        if successor.office == SPEAKS_FOR_CITY:
            follows += _seats(offices.city_id, known_bodies, successor.starts_on)
            follows += _presidency(offices.city_id, presidency, successor.starts_on)
        old = predecessor.person_id if predecessor else None
        if old is not None and old != successor.person_id:
            follows += _alternates(old, known_bodies, successor.starts_on)
            follows += _representatives(old, offices, successor.starts_on)
        return cls(
            city_id=offices.city_id,
            predecessor=predecessor,
            successor=successor,
            follows=tuple(follows),
        )


def _seats(city_id: str, bodies: Iterable[Body], day: date) -> Iterator[Consequence]:
    for body in bodies:
        for entry in body.roster_on(day):
            if entry.term is not None and entry.term.city_id == city_id:
                yield Consequence(
                    kind=ConsequenceKind.SEAT,
                    text=f"The city holds {entry.name} of {body.name}: the new holder sits there.",
                    body_id=body.id,
                    seat_id=entry.seat_id,
                )


def _presidency(city_id: str, presidency: Presidency, day: date) -> Iterator[Consequence]:
    for term in presidency.terms:
        if term.covers(day) and term.city_id == city_id:
            yield Consequence(
                kind=ConsequenceKind.PRESIDENCY,
                text=f"The city presides in {term.year}: the new holder is the president.",
                year=term.year,
            )


def _alternates(old: str, bodies: Iterable[Body], day: date) -> Iterator[Consequence]:
    for body in bodies:
        for seat in body.seats:
            if any(old in _alternates_from(each, day) for each in seat.terms):
                yield Consequence(
                    kind=ConsequenceKind.ALTERNATE,
                    text=f"The old holder is the alternate for {seat.name} of {body.name}.",
                    body_id=body.id,
                    seat_id=seat.id,
                )


def _alternates_from(term: SeatTerm, day: date) -> set[str | None]:
    """Return who steps in by a term on a day or later."""
    if term.ends_on is not None and term.ends_on < day:
        return set()
    later = {each.person_id for each in term.alternates if each.since > day}
    return later | {term.alternate_on(max(day, term.starts_on))}


def _representatives(old: str, offices: CityOffices, day: date) -> Iterator[Consequence]:
    for term in offices.held_on(day):
        if term.represented_by == old:
            yield Consequence(
                kind=ConsequenceKind.REPRESENTATIVE,
                text=f"The old holder acts for the holder of the office {term.office}.",
                office=term.office,
            )
