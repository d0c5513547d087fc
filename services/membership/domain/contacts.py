"""How to reach the office holders of a city."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.membership.domain.city import City
from services.membership.domain.offices import OfficeTerm
from services.membership.domain.person import Person
from services.membership.domain.presidency import Presidency
from services.membership.domain.presidency_term import PresidencyTerm
from shared.errors import NotFound


class NobodyPresides(NotFound):
    """No city presides on that day."""


@dataclass(frozen=True, kw_only=True)
class OfficeContact:
    """How to reach somebody who holds an office, or acts for whoever does.

    Attributes:
        office: The office.
        acting: Holds it for somebody who cannot.
        represents: Person whom this one acts for, or ``None`` for the holder.
        person: Whom to reach.
    """

    office: str
    acting: bool
    represents: str | None
    person: Person


@dataclass(frozen=True, kw_only=True)
class CityContacts:
    """How to reach the office holders of a city.

    Attributes:
        city: The city.
        contacts: By office; after each holder whoever acts for him or her. Vacant offices have
            none.
    """

    city: City
    contacts: list[OfficeContact]

    @classmethod
    def of(
        cls, city: City, held: Iterable[OfficeTerm], people: Mapping[str, Person]
    ) -> "CityContacts":
        """Return the contacts of a city.

        Args:
            city: The city.
            held: Terms of its offices, by office.
            people: Those whom the terms name, by id.
        """
        contacts = [
            OfficeContact(
                office=term.office,
                acting=term.acting,
                represents=None if person_id == term.person_id else term.person_id,
                person=people[person_id],
            )
            for term in held
            for person_id in named_by(term)
            if person_id in people
        ]
        return cls(city=city, contacts=contacts)


@dataclass(frozen=True, kw_only=True)
class PresidencyContacts:
    """Whom to write to for the network on a day.

    Attributes:
        on: The day.
        term: The term that covers it.
        of_city: How to reach the presiding city's office holders.
    """

    on: date
    term: PresidencyTerm
    of_city: CityContacts


def named_by(term: OfficeTerm) -> list[str]:
    """Return whom a term of an office names: the holder, and whoever acts for him or her."""
    return [each for each in (term.person_id, term.represented_by) if each is not None]


def term_covering(presidency: Presidency, on: date) -> PresidencyTerm:
    """Return the term that covers a day.

    Raises:
        NobodyPresides: None does.
    """
    term = presidency.term_on(on)
    if term is None:
        raise NobodyPresides(f"Nobody presides on {on}.", on=on.isoformat())
    return term
