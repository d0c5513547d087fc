"""Load, decide, save: the order of precedence, and the ranking by it."""

from collections.abc import Sequence
from datetime import date, datetime

from services.membership.domain.body import Body
from services.membership.domain.participant import BELONGING, Network, Participant, Question
from services.membership.domain.precedence import Precedence, Rule
from services.membership.domain.precedence_order import Order, ordered
from services.membership.repository import Repositories


def change_precedence(here: Repositories, rules: tuple[Rule, ...], *, at: datetime) -> Precedence:
    """Have other rules decide about precedence."""
    named = [each.body_id for each in rules if each.body_id is not None]
    precedence = here.precedences.the_one()
    precedence.change(rules, here.bodies.find_many(named), at=at)
    here.precedences.save(precedence)
    return precedence


def order_cities(
    here: Repositories,
    city_ids: Sequence[str] | None,
    *,
    on: date,
    language: str | None = None,
    host_city_id: str | None = None,
) -> Order:
    """Tell the order of cities, of all that belong to the network when none are named."""
    asked = None if city_ids is None else tuple(Participant(city_id=each) for each in city_ids)
    return _ordered(
        here,
        Question(
            on=on,
            participants=asked,
            host_city_id=host_city_id,
            language=language,
            listed_as="city_id",
        ),
    )


def order_participants(
    here: Repositories,
    participants: Sequence[Participant],
    *,
    on: date,
    language: str | None = None,
    host_city_id: str | None = None,
) -> Order:
    """Tell the order of people and cities, and why each has its place."""
    return _ordered(
        here,
        Question(
            on=on,
            participants=tuple(participants),
            host_city_id=host_city_id,
            language=language,
        ),
    )


def follow_fact(here: Repositories, *, at: datetime) -> None:
    """Have the cities ranked soon: something that their order is made of has changed."""
    ranking = here.rankings.the_one()
    if not ranking.is_due_soon(at):
        ranking.follow(at=at)
        here.rankings.save(ranking)


def rank_cities(here: Repositories, *, on: date, at: datetime) -> None:
    """Put all cities in order as of a day, and tell it if it is another one than before."""
    ranking = here.rankings.the_one()
    order = order_cities(here, None, on=on)
    ranking.rank(order.city_ids, on=on, language=order.language, at=at)
    here.rankings.save(ranking)


def _ordered(here: Repositories, question: Question) -> Order:
    precedence = here.precedences.the_one()
    return ordered(question, precedence, _network(here, question, precedence))


def _network(here: Repositories, question: Question, precedence: Precedence) -> Network:
    """Load what an order is made of: one query for each kind of thing."""
    participants = question.participants
    host = [question.host_city_id] if question.host_city_id is not None else []
    if participants is None:
        cities = here.cities.standing_on(question.on, BELONGING) | here.cities.find_many(host)
    else:
        cities = here.cities.find_many([*(each.city_id for each in participants), *host])
    people = {each.person_id for each in participants or () if each.person_id is not None}
    return Network(
        cities=cities,
        offices=here.offices.find_many(cities),
        people=here.people.find_many(people),
        bodies=_bodies(here, precedence),
        presidency=here.presidencies.the_one(),
    )


def _bodies(here: Repositories, precedence: Precedence) -> list[Body]:
    ids = [each.body_id for each in precedence.rules if each.body_id is not None]
    kinds = [each.body_kind for each in precedence.rules if each.body_kind is not None]
    return [*here.bodies.find_many(ids).values(), *here.bodies.of_kinds(kinds)]
