"""Offices of a city: who is its mayor, from when to when, and who acts for whom."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.membership.domain.person import Person
from services.membership.domain.references import PersonOfAnotherCity
from services.membership.domain.term import DAY, Term
from shared.contracts.membership import OfficeHolderChanged
from shared.domain import Aggregate
from shared.errors import RuleViolated


class OverlapsTerm(RuleViolated):
    """Somebody else holds the office in some of these days."""

    rule = "An office has one holder a day."


@dataclass(frozen=True, kw_only=True)
class OfficeTerm(Term):
    """Days in which a person holds an office, or nobody does.

    Attributes:
        office: ``mayor``, ``deputy_mayor``, ``head_of_international_relations`` …
        person_id: The holder; ``None`` while the office is vacant.
        acting: Holds it for somebody who cannot.
        represented_by: Person who acts for the holder, or ``None``.
    """

    office: str
    person_id: str | None
    acting: bool = False
    represented_by: str | None = None


@dataclass(kw_only=True, eq=False)
class CityOffices(Aggregate):
    """All offices of one city; its id is the city's.

    Attributes:
        terms: By first day; those of one office do not overlap.
    """

    terms: tuple[OfficeTerm, ...] = ()

    @property
    def city_id(self) -> str:
        """The city."""
        return self.id

    def holder_on(self, office: str, day: date) -> OfficeTerm | None:
        """Return the term that covers a day; ``None`` when nothing is known of it."""
        return next((each for each in self.held_on(day) if each.office == office), None)

    def held_on(self, day: date) -> list[OfficeTerm]:
        """Return the terms that cover a day, by office."""
        return sorted(
            (each for each in self.terms if each.covers(day)), key=lambda each: each.office
        )

    def appoint(self, term: OfficeTerm, persons: dict[str, Person], *, at: datetime) -> None:
        """Enter a term; records ``OfficeHolderChanged``.

        It ends the open term of whoever holds the office now on the day before. Appointing again
        from the same first day corrects that term.

        Args:
            term: With its office and holder.
            persons: Whom it names, by id.
            at: Now, UTC.

        Raises:
            PersonOfAnotherCity: The holder or the representative belongs to another city.
            OverlapsTerm: Another term of the office has a day in common and does not give way.
        """
        self._check_belongs(persons, term.person_id, "person_id")
        self._check_belongs(persons, term.represented_by, "represented_by")
        others = [each for each in self.terms if each.office != term.office]
        own = [
            _ended_before(each, term)
            for each in self.terms
            if each.office == term.office and each.starts_on != term.starts_on
        ]
        for each in own:
            if each.overlaps(term):
                raise OverlapsTerm(f"There is a term from {each.starts_on} on.", field="starts_on")
        self.terms = tuple(
            sorted([*others, *own, term], key=lambda each: (each.starts_on, each.office))
        )
        self.record(
            OfficeHolderChanged(
                city_id=self.id,
                office=term.office,
                person_id=term.person_id,
                starts_on=term.starts_on,
                ends_on=term.ends_on,
                acting=term.acting,
                represented_by=term.represented_by,
                occurred_at=at,
            )
        )

    def _check_belongs(self, persons: dict[str, Person], person_id: str | None, field: str) -> None:
        if person_id is not None and persons[person_id].city_id != self.id:
            raise PersonOfAnotherCity("The person belongs to another city.", field=field)


def _ended_before(earlier: OfficeTerm, term: OfficeTerm) -> OfficeTerm:
    """Return an open term ended on the day before another begins, if it began earlier."""
    if earlier.ends_on is None and earlier.starts_on < term.starts_on:
        return replace(earlier, ends_on=term.starts_on - DAY)
    return earlier
