"""The cities, presidents and mayors of a small network, as loaded for a question about order."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from services.membership.domain.body import Body, SeatTerm
from services.membership.domain.city import City
from services.membership.domain.offices import CityOffices, OfficeTerm
from services.membership.domain.participant import Network, Participant, Question
from services.membership.domain.person import Person
from services.membership.domain.precedence import Precedence, Rule
from services.membership.domain.precedence_order import Order, ordered
from services.membership.domain.presidency import Presidency, PresidencyTerm
from services.membership.domain.recorded import rewritten
from services.membership.domain.standing import Standing, StandingKind
from tests.unit.membership.builders import NOW, a_body, a_description, a_member

SEATED = date(2025, 2, 25)
NAMES = {
    "tr-istanbul": {"en": "Istanbul", "tr": "İstanbul"},
    "gr-athens": {"en": "Athens", "el": "Αθήνα"},
    "al-tirana": {"en": "Tirana", "sq": "Tiranë"},
    "bg-sofia": {"en": "Sofia", "bg": "София"},
    "hr-zagreb": {"en": "Zagreb", "hr": "Zagreb"},
    "ba-sarajevo": {"en": "Sarajevo", "bs": "Sarajevo"},
    "tr-izmir": {"en": "Izmir", "tr": "İzmir"},
    "tr-canakkale": {"en": "Canakkale", "tr": "Çanakkale"},
    "gr-pella": {"en": "Pella", "el": "Πέλλα"},
    "si-novo-mesto": {"en": "Novo mesto", "sl": "Novo mesto"},
}
PRESIDENTS = {
    2022: "tr-istanbul",
    2023: "gr-athens",
    2024: "al-tirana",
    2025: "bg-sofia",
    2026: "hr-zagreb",
    2027: "ba-sarajevo",
}


def cities(ids: Iterable[str] = NAMES) -> dict[str, City]:
    found = {}
    for each in ids:
        found[each] = city = a_member(each)
        names = NAMES.get(each, {"en": each})
        city.description = a_description(name=names["en"], names=names)
    return found


def presidency() -> Presidency:
    terms = tuple(PresidencyTerm.of(year, city_id) for year, city_id in PRESIDENTS.items())
    return Presidency(id="presidency", records=rewritten((), terms, at=NOW))


def a_board(*city_ids: str) -> Body:
    board = a_body(*city_ids)
    board.seats = tuple(
        replace(seat, records=rewritten((), (SeatTerm(city_id=each, starts_on=SEATED),), at=NOW))
        for seat, each in zip(board.seats, city_ids, strict=True)
    )
    return board


def mayors(**since: str) -> dict[str, CityOffices]:
    """Return who are the mayors, by city as a word (``tr_izmir="2024-04-01"``)."""
    found = {}
    for word, day in since.items():
        city_id = word.replace("_", "-")
        found[city_id] = held(city_id, ("mayor", f"mayor-of-{city_id}", day, None))
    return found


def held(city_id: str, *terms: tuple[str, str | None, str, str | None]) -> CityOffices:
    """Return offices of a city: office, holder, first day, last day."""
    made = [
        OfficeTerm(
            office=office,
            person_id=person_id,
            starts_on=date.fromisoformat(starts_on),
            ends_on=date.fromisoformat(ends_on) if ends_on else None,
        )
        for office, person_id, starts_on, ends_on in terms
    ]
    return CityOffices(id=city_id, records=rewritten((), tuple(made), at=NOW))


def stood(city: City, *standings: tuple[StandingKind, str] | Standing) -> None:
    """Let a city have been this, and nothing else."""
    facts = tuple(
        each
        if isinstance(each, Standing)
        else Standing(kind=each[0], since=date.fromisoformat(each[1]))
        for each in standings
    )
    city.history = rewritten((), facts, at=NOW)


def a_network(
    known: dict[str, City] | None = None,
    *,
    offices: dict[str, CityOffices] | None = None,
    people: Iterable[Person] = (),
    bodies: Iterable[Body] = (),
) -> Network:
    return Network(
        cities=cities() if known is None else known,
        offices=offices or {},
        people={each.id: each for each in people},
        bodies=tuple(bodies),
        presidency=presidency(),
    )


def by(*rules: Rule) -> Precedence:
    precedence = Precedence(id="precedence")
    bodies = [each.body_id for each in rules if each.body_id]
    precedence.change(rules, bodies, at=NOW)
    return precedence


def a_question(*participants: str | Participant, on: str = "2026-01-26") -> Question:
    asked = [Participant(city_id=each) if isinstance(each, str) else each for each in participants]
    return Question(on=date.fromisoformat(on), participants=tuple(asked) if asked else None)


def order_of(question: Question, network: Network, precedence: Precedence | None = None) -> Order:
    return ordered(question, precedence or Precedence(id="precedence"), network)
