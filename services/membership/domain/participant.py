"""Participants, whose order is asked for, and what is known of each on the day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.membership.domain.body import Body
from services.membership.domain.city import City
from services.membership.domain.offices import CityOffices, OfficeTerm
from services.membership.domain.person import Person
from services.membership.domain.presidency import Presidency
from services.membership.domain.references import UnknownCity, UnknownPerson
from shared.errors import RuleViolated

BELONGING = ("member", "observer", "suspended")
"""Standings of cities that belong to the network, in order of precedence."""


class PersonOfAnotherCity(RuleViolated):
    """The person belongs to another city."""

    rule = "A participant is listed with the city that he or she belongs to."


class ListedTwice(RuleViolated):
    """The participant is listed before."""

    rule = "A participant has one place in an order."


class HostNotInvited(RuleViolated):
    """The host takes no part."""

    rule = "The city that hosts a meeting takes part in it."


@dataclass(frozen=True, kw_only=True)
class Participant:
    """Somebody whose place is asked for, as the question names him or her.

    Attributes:
        city_id: The city.
        person_id: The person; ``None`` for whoever holds the office.
        office: The office; ``None`` for the highest that the person, or anybody, holds.
    """

    city_id: str
    person_id: str | None = None
    office: str | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """Whose order is asked for.

    Attributes:
        on: As of which day.
        participants: In any order; ``None`` for all cities that belong to the network then.
        host_city_id: City that hosts, or ``None``.
        language: Whose alphabet decides, BCP 47; ``None`` for that of the chain.
        listed_as: Field in which the question lists them; ``city_id`` lists cities alone.
    """

    on: date
    participants: tuple[Participant, ...] | None = None
    host_city_id: str | None = None
    language: str | None = None
    listed_as: str = "participants"

    def path_of(self, number: int, part: str = "") -> str:
        """Return the field in which a participant, or a part of it, is named."""
        if not part or self.listed_as == part:
            return f"{self.listed_as}.{number}"
        return f"{self.listed_as}.{number}.{part}"


@dataclass(frozen=True, kw_only=True)
class Network:
    """What an order is made of, as loaded.

    Attributes:
        cities: By id.
        offices: By city.
        people: Those that the question names, by id.
        bodies: Those that the chain names.
        presidency: All terms.
    """

    cities: Mapping[str, City]
    offices: Mapping[str, CityOffices]
    people: Mapping[str, Person]
    bodies: Iterable[Body]
    presidency: Presidency


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A participant with what is known of it on the day.

    Attributes:
        city: The city.
        person: The person, if the question names one.
        office: The office that he or she takes part in; ``None`` when nobody knows of one.
        term: The term in it that covers the day; ``None`` when it is not entered.
        name: The city's name in the language asked for; the English one if there is no such.
    """

    city: City
    person: Person | None
    office: str | None
    term: OfficeTerm | None
    name: str

    @property
    def person_id(self) -> str | None:
        """The person: the one named, else who holds the office; ``None`` when that is nobody."""
        if self.person is not None:
            return self.person.id
        return self.term.person_id if self.term else None

    @property
    def identity(self) -> tuple[str, str, str]:
        """What no two of them have in common."""
        if self.person is not None:
            return self.city.id, self.person.id, ""
        return self.city.id, "", self.office or ""

    @property
    def title(self) -> str:
        """How an explanation names it."""
        return f"{self.person.profile.name} ({self.name})" if self.person else self.name


def candidates_of(
    question: Question, network: Network, offices: tuple[str, ...], language: str
) -> list[Candidate]:
    """Return the participants of a question with what is known of them.

    Args:
        question: Without participants, all cities that belong to the network are meant.
        network: What was loaded for it.
        offices: By rank; decides which of several offices counts.
        language: BCP 47, of the names.

    Raises:
        UnknownCity, UnknownPerson: A participant, or the host, is not known.
        PersonOfAnotherCity: A participant is listed with another city.
        ListedTwice: A participant is listed before, as the same person or in the same office.
        HostNotInvited: The host is not among them.
    """
    asked = question.participants
    if asked is None:
        asked = tuple(
            Participant(city_id=each.id)
            for each in network.cities.values()
            if belongs_on(each, question.on)
        )
    found: dict[tuple[str, str, str], Candidate] = {}
    for number, each in enumerate(asked):
        city, person = _named(each, network, question, number)
        held = network.offices.get(city.id)
        term = _term(each, held.held_on(question.on) if held else [], offices)
        candidate = Candidate(
            city=city,
            person=person,
            office=each.office or (term.office if term else None),
            term=term,
            name=city.description.names.get(language, city.description.name),
        )
        if candidate.identity in found:
            raise ListedTwice(
                f"{candidate.title} is listed before.", field=question.path_of(number)
            )
        found[candidate.identity] = candidate
    _check_host(question, network, {each.city.id for each in found.values()})
    return list(found.values())


def _named(
    participant: Participant, network: Network, question: Question, number: int
) -> tuple[City, Person | None]:
    city = network.cities.get(participant.city_id)
    if city is None:
        field = question.path_of(number, "city_id")
        raise UnknownCity(f"There is no city {participant.city_id!r}.", field=field)
    if participant.person_id is None:
        return city, None
    person, field = network.people.get(participant.person_id), question.path_of(number, "person_id")
    if person is None:
        raise UnknownPerson(f"There is no person {participant.person_id!r}.", field=field)
    if person.city_id != city.id:
        raise PersonOfAnotherCity("The person belongs to another city.", field=field)
    return city, person


def _term(
    participant: Participant, held: list[OfficeTerm], offices: tuple[str, ...]
) -> OfficeTerm | None:
    """Return the term in which a participant takes part, of those that cover the day."""
    fitting = [
        each
        for each in held
        if participant.office in (None, each.office)
        if participant.person_id in (None, each.person_id)
    ]
    return min(fitting, key=lambda each: (rank_of(each.office, offices), each.office), default=None)


def belongs_on(city: City, day: date) -> bool:
    """Tell whether a city belonged to the network on a day."""
    standing = city.standing_on(day)
    return standing is not None and standing.kind.value in BELONGING


def rank_of(office: str | None, offices: tuple[str, ...]) -> int:
    """Return an office's rank: from 0 on, then any other, then none at all."""
    if office is None:
        return len(offices) + 1
    return offices.index(office) if office in offices else len(offices)


def _check_host(question: Question, network: Network, taking_part: set[str]) -> None:
    host = question.host_city_id
    if host is None or host in taking_part:
        return
    if host not in network.cities:
        raise UnknownCity(f"There is no city {host!r}.", field="host_city_id")
    raise HostNotInvited(f"{host!r} is not among the participants.", field="host_city_id")
