"""Find what is exported: people, cities, office holders and rosters, in a fixed order."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from services.membership.domain.city import City
from services.membership.domain.city_as_of import CityAsOf
from services.membership.domain.offices import OfficeTerm
from services.membership.domain.person import Person
from services.membership.domain.public_person import PublicPerson
from services.membership.domain.roster import RosterEntry
from services.membership.repository import Repositories
from services.membership.use_cases.bodies import get_roster

MAYOR = "mayor"
"""The office whose holder sits for a city."""

InFull = Callable[[str], bool]
"""Tells whether how to reach people of a city is shown."""


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A person in a sheet.

    Attributes:
        person: As shown to whoever asks.
        city_id: City the person belongs to, on the day asked for.
        city: The city.
        title: Title or function there.
    """

    person: Person | PublicPerson
    city_id: str
    city: City | None
    title: str


@dataclass(frozen=True, kw_only=True)
class HolderRow:
    """Who holds an office of a city on a day.

    Attributes:
        city: The city.
        term: The term that covers the day.
        person: The holder, as shown to whoever asks; ``None`` while the office is vacant.
        representative: Who acts for the holder, or ``None``.
    """

    city: City
    term: OfficeTerm
    person: Person | PublicPerson | None
    representative: Person | None


@dataclass(frozen=True, kw_only=True)
class SeatRow:
    """A seat on a day.

    Attributes:
        entry: How it is held.
        city: City that holds it; ``None`` when it is vacant.
        person: The city's mayor, as shown to whoever asks, or ``None``.
        alternate: Who steps in, or ``None``.
    """

    entry: RosterEntry
    city: City | None
    person: Person | PublicPerson | None
    alternate: Person | None


def export_people(
    here: Repositories, *, city_id: str | None, on: date | None, in_full: InFull
) -> Iterator[PersonRow]:
    """Yield people by city, name and id, without entries that stand for another.

    Args:
        here: Where they are.
        city_id: Those of one city; all when absent.
        on: Those who belonged to it on that day, as they did; those who do now when absent.
        in_full: Tells whether how to reach people of a city is shown.
    """
    cities = {each.id: each for each in here.cities.all()}
    for person in here.people.everybody(city_id=city_id, on=on):
        then = None if on is None else person.affiliation_on(on, city_id=city_id)
        belongs_to = then.city_id if then else person.city_id
        yield PersonRow(
            person=person.shown(in_full=in_full(person.city_id)),
            city_id=belongs_to,
            city=cities.get(belongs_to),
            title=then.title if then else person.profile.title,
        )


def export_cities(here: Repositories, *, on: date) -> Iterator[CityAsOf]:
    """Yield cities by id, as they were on a day."""
    return (CityAsOf(city=each, on=on) for each in here.cities.all())


def export_office_holders(
    here: Repositories, *, city_id: str | None, on: date, in_full: InFull
) -> Iterator[HolderRow]:
    """Yield who holds an office on a day, by city and office; of one city if given."""
    cities = {each.id: each for each in here.cities.all() if city_id in (None, each.id)}
    held = [
        (each.city_id, term)
        for each in sorted(here.offices.find_many(cities).values(), key=lambda each: each.id)
        for term in each.held_on(on)
    ]
    people = _people(here, (each for _, term in held for each in _named(term)))
    for of_city, term in held:
        yield HolderRow(
            city=cities[of_city],
            term=term,
            person=_shown(people, term.person_id, in_full),
            representative=people.get(term.represented_by or ""),
        )


def export_roster(
    here: Repositories, body_id: str, *, on: date, in_full: InFull
) -> Iterator[SeatRow]:
    """Yield the seats of a body on a day, in order, with the mayors of the cities that hold them.

    Raises:
        UnknownBody: There is no such body.
    """
    entries = get_roster(here, body_id, on=on).seats
    city_ids = {each.term.city_id for each in entries if each.term}
    cities, offices = here.cities.find_many(city_ids), here.offices.find_many(city_ids)
    mayors = {each.city_id: each.holder_on(MAYOR, on) for each in offices.values()}
    holders = {city_id: term.person_id for city_id, term in mayors.items() if term}
    alternates = (each.alternate_id for each in entries)
    people = _people(here, (*holders.values(), *alternates))
    for entry in entries:
        city_id = entry.term.city_id if entry.term else ""
        yield SeatRow(
            entry=entry,
            city=cities.get(city_id),
            person=_shown(people, holders.get(city_id), in_full),
            alternate=people.get(entry.alternate_id or ""),
        )


def _named(term: OfficeTerm) -> tuple[str | None, ...]:
    return term.person_id, term.represented_by


def _people(here: Repositories, ids: Iterable[str | None]) -> dict[str, Person]:
    """Return people by the ids that name them; for one who was merged, the survivor."""
    return here.people.surviving({each for each in ids if each is not None})


def _shown(
    people: dict[str, Person], person_id: str | None, in_full: InFull
) -> Person | PublicPerson | None:
    person = people.get(person_id or "")
    return person and person.shown(in_full=in_full(person.city_id))
