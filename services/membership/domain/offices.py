"""Offices of a city: who is its mayor, from when to when, and who acts for whom."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise

from services.membership.domain.person import Person
from services.membership.domain.recorded import Record, known, revised
from services.membership.domain.references import PersonOfAnotherCity
from services.membership.domain.term import DAY, Term
from shared.contracts.membership import OfficeHolderChanged, OfficeTermWithdrawn
from shared.domain import Aggregate
from shared.errors import NotFound, RuleViolated


class UnknownOfficeTerm(NotFound):
    """The office has no term that begins on that day."""


class OverlapsTerm(RuleViolated):
    """Somebody else holds the office in some of these days."""

    rule = "An office has one holder a day."


@dataclass(frozen=True, kw_only=True)
class OfficeTerm(Term):
    """Days in which a person holds an office, or nobody does.

    Whoever acts for a holder, or represents one, for some days only does so by a term of its own.

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

    A term stays as it was entered: the one that begins later ends it, and when that one is
    withdrawn it lasts to its own end again.

    Attributes:
        records: Every term that was entered, those that were replaced included.
    """

    records: tuple[Record[OfficeTerm], ...] = ()

    @property
    def city_id(self) -> str:
        """The city."""
        return self.id

    @property
    def terms(self) -> tuple[OfficeTerm, ...]:
        """The terms by first day, as they are known now; those of one office do not overlap."""
        return self.terms_known(None)

    def terms_known(self, at: datetime | None) -> tuple[OfficeTerm, ...]:
        """Return the terms by first day, as they were known at an instant; now when ``None``."""
        return _in_effect(known(self.records, at))

    def holder_on(self, office: str, day: date) -> OfficeTerm | None:
        """Return the term that covers a day; ``None`` when nothing is known of it."""
        return next((each for each in self.held_on(day) if each.office == office), None)

    def held_on(self, day: date, *, known_at: datetime | None = None) -> list[OfficeTerm]:
        """Return the terms that cover a day, by office.

        Args:
            day: The day.
            known_at: By what was known then, UTC; by what is known now when absent.
        """
        terms = self.terms_known(known_at)
        return sorted((each for each in terms if each.covers(day)), key=lambda each: each.office)

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
        closed = (each for each in known(self.records) if each.ends_on is not None)
        self._enter(term, persons, firm=closed, at=at)

    def succeed(
        self, term: OfficeTerm, persons: dict[str, Person], *, at: datetime
    ) -> OfficeTerm | None:
        """Have an office pass to somebody from a day on; records ``OfficeHolderChanged``.

        It ends the term of whoever holds the office, open or not, on the day before.

        Returns:
            The term by which the office was held on that day or, if by none, on the day before;
            ``None`` when nobody held it.

        Raises:
            PersonOfAnotherCity: The holder or the representative belongs to another city.
            OverlapsTerm: A later term of the office has a day in common.
        """
        before = self.holder_on(term.office, term.starts_on)
        if before is None and term.starts_on > date.min:
            before = self.holder_on(term.office, term.starts_on - DAY)
        self._enter(term, persons, firm=(), at=at)
        return before

    def withdraw(self, office: str, starts_on: str, *, at: datetime) -> None:
        """Take back a term that was entered by mistake; records ``OfficeTermWithdrawn``.

        Args:
            office: The office.
            starts_on: First day of the term, ISO 8601.
            at: Now, UTC.

        Raises:
            UnknownOfficeTerm: The office has no term that begins on that day.
        """
        counting = known(self.records)
        for each in counting:
            if (each.office, each.starts_on.isoformat()) == (office, starts_on):
                kept = (other for other in counting if other != each)
                self.records = revised(self.records, kept, at=at)
                self.record(
                    OfficeTermWithdrawn(
                        city_id=self.id, office=office, starts_on=each.starts_on, occurred_at=at
                    )
                )
                return
        raise UnknownOfficeTerm(f"No term of {office!r} begins on {starts_on!r}.")

    def _enter(
        self,
        term: OfficeTerm,
        persons: dict[str, Person],
        *,
        firm: Iterable[OfficeTerm],
        at: datetime,
    ) -> None:
        """Enter a term; ``firm`` are those of any office that do not give way to it."""
        self._check_belongs(persons, term.person_id, "person_id")
        self._check_belongs(persons, term.represented_by, "represented_by")
        kept = [each for each in known(self.records) if not _same_beginning(each, term)]
        firm_days = {(each.office, each.starts_on) for each in firm}
        for each in _in_effect(kept):
            gives_way = (
                each.starts_on < term.starts_on and (each.office, each.starts_on) not in firm_days
            )
            if each.office == term.office and each.overlaps(term) and not gives_way:
                raise OverlapsTerm(f"There is a term from {each.starts_on} on.", field="starts_on")
        self.records = revised(self.records, (*kept, term), at=at)
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


def _same_beginning(one: OfficeTerm, other: OfficeTerm) -> bool:
    return (one.office, one.starts_on) == (other.office, other.starts_on)


def _in_effect(entered: Iterable[OfficeTerm]) -> tuple[OfficeTerm, ...]:
    """Return terms by first day, each of them ended by the next one of its office."""
    by_office = sorted(entered, key=lambda each: (each.office, each.starts_on))
    ended = [
        replace(each, ends_on=following.starts_on - DAY)
        if each.office == following.office and each.covers(following.starts_on)
        else each
        for each, following in pairwise(by_office)
    ]
    terms = (*ended, *by_office[-1:])
    return tuple(sorted(terms, key=lambda each: (each.starts_on, each.office)))
