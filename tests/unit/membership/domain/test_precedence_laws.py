"""Whatever the rules and the participants, the order is total, stable and explained."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from services.membership.domain.body import BodyKind
from services.membership.domain.participant import Network, Participant, Question
from services.membership.domain.precedence import Precedence, Rule, RuleKind, SeniorityOf
from services.membership.domain.precedence_order import Order
from services.membership.domain.standing import Standing, StandingKind
from tests.unit.membership.b40 import a_board, a_network, by, cities, held, order_of, stood
from tests.unit.membership.builders import a_person

CITIES = ("tr-istanbul", "gr-athens", "al-tirana", "hr-zagreb", "ba-sarajevo", "tr-izmir", "x-1")
NAMES = ("Istanbul", "İzmir", "izmir", "Çanakkale", "Đakovo", "Ni\u0161", "Nis\u030c", "Πέλλα")
OFFICES = ("mayor", "deputy_mayor", "treasurer")
DAYS = ("2018-04-01", "2022-01-01", "2024-04-01", "2026-01-01", "2027-06-01")
PEOPLE = {f"{city_id}/{number}": city_id for city_id in CITIES for number in (1, 2)}

rules = st.one_of(
    st.sampled_from(
        [
            Rule(kind=each)
            for each in (
                RuleKind.HOST,
                RuleKind.PRESIDENCY,
                RuleKind.FOUNDING_PRESIDENCY,
                RuleKind.FORMER_PRESIDENCIES,
                RuleKind.STANDING,
            )
        ]
    ),
    st.builds(Rule, kind=st.just(RuleKind.SENIORITY), of=st.sampled_from(SeniorityOf)),
    st.just(Rule(kind=RuleKind.BODY, body_kind=BodyKind.EXECUTIVE_BOARD)),
    st.permutations(OFFICES).map(
        lambda each: Rule(kind=RuleKind.OFFICE_RANK, offices=tuple(each[:2]))
    ),
)
chains = st.lists(rules, max_size=6, unique_by=lambda each: each.label).map(
    lambda chosen: by(*chosen)
)
terms = st.tuples(
    st.sampled_from(OFFICES), st.sampled_from((1, 2, None)), st.sampled_from(DAYS), st.none()
)
standings = st.lists(st.sampled_from(StandingKind), max_size=3).map(
    lambda kinds: tuple(
        Standing(kind=kind, since=date.fromisoformat(day))
        for kind, day in zip(kinds, DAYS, strict=False)
    )
)
participants = st.one_of(
    st.builds(
        Participant,
        city_id=st.sampled_from(CITIES),
        office=st.sampled_from((None, *OFFICES)),
    ),
    st.sampled_from(sorted(PEOPLE)).map(
        lambda person_id: Participant(city_id=PEOPLE[person_id], person_id=person_id)
    ),
)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    known, offices = cities(CITIES), {}
    for city_id, city in known.items():
        name = draw(st.sampled_from(NAMES))
        city.description = replace(city.description, name=name, names={})
        stood(city, *draw(standings))
        chosen = draw(st.lists(terms, max_size=2, unique_by=lambda each: each[0]))
        offices[city_id] = held(
            city_id,
            *(
                (office, number and f"{city_id}/{number}", *days)
                for office, number, *days in chosen
            ),
        )
    people = [
        a_person(person_id, city_id, name=draw(st.sampled_from(NAMES[:2])))
        for person_id, city_id in PEOPLE.items()
    ]
    board = a_board(*draw(st.lists(st.sampled_from(CITIES), max_size=3, unique=True)), "gr-athens")
    return a_network(known, offices=offices, people=people, bodies=[board])


@st.composite
def questions(draw: st.DrawFn) -> Question:
    chosen = st.lists(
        participants, min_size=1, max_size=8, unique_by=lambda each: (each.city_id, each.person_id)
    )
    asked = tuple(draw(chosen))
    return Question(
        on=date.fromisoformat(draw(st.sampled_from(DAYS))),
        participants=asked,
        host_city_id=draw(st.none() | st.sampled_from([each.city_id for each in asked])),
        language=draw(st.sampled_from(("en", "tr", "hr", "el"))),
    )


each_case = given(questions(), networks(), chains)
often = settings(max_examples=60, deadline=None)


def asked_of(order: Order) -> list[tuple[str, str, str]]:
    return [each.candidate.identity for each in order.places]


@often
@each_case
def test_everybody_has_one_place_and_nobody_shares_it(
    question: Question, network: Network, precedence: Precedence
) -> None:
    order = order_of(question, network, precedence)

    assert len(set(asked_of(order))) == len(question.participants or ())
    assert [each.position for each in order.places] == list(range(1, len(order.places) + 1))


@often
@given(questions(), networks(), chains, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_that_of_the_question(
    question: Question, network: Network, precedence: Precedence, chance: Random
) -> None:
    shuffled = list(question.participants or ())
    chance.shuffle(shuffled)

    again = order_of(replace(question, participants=tuple(shuffled)), network, precedence)

    assert again.places == order_of(question, network, precedence).places


@often
@each_case
def test_the_order_can_be_made_again_from_its_reasons(
    question: Question, network: Network, precedence: Precedence
) -> None:
    order = order_of(question, network, precedence)

    again = sorted(
        order.places[::2] + order.places[1::2], key=lambda each: [one.place for one in each.reasons]
    )
    assert again == list(order.places)
    for each in order.places:
        assert [one.rule for one in each.reasons] == list(order.rules)


@often
@each_case
def test_what_decides_is_the_first_rule_that_tells_two_apart(
    question: Question, network: Network, precedence: Precedence
) -> None:
    places = order_of(question, network, precedence).places

    for first, second in pairwise(places):
        apart = [
            mine
            for mine, other in zip(first.reasons, second.reasons, strict=True)
            if mine.place != other.place
        ]
        assert first.decided_by == apart[0].rule
        assert apart[0].place < second.reasons[first.reasons.index(apart[0])].place
        assert str(first.explanation).startswith(f"{first.candidate.title} before ")
    assert (places[-1].decided_by, places[-1].explanation) == (None, None)


@often
@given(questions(), networks(), chains, st.integers(0, 7))
def test_whoever_does_not_come_leaves_the_others_as_they_were(
    question: Question, network: Network, precedence: Precedence, absent: int
) -> None:
    question = replace(question, host_city_id=None)
    order = order_of(question, network, precedence)
    gone = order.places[absent % len(order.places)].candidate
    coming = tuple(
        each
        for each in question.participants or ()
        if (each.city_id, each.person_id) != (gone.city.id, gone.person.id if gone.person else None)
    )

    without = order_of(replace(question, participants=coming), network, precedence)

    assert asked_of(without) == [each for each in asked_of(order) if each != gone.identity]
