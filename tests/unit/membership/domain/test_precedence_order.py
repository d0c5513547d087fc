from dataclasses import replace
from datetime import date

import pytest

from services.membership.domain.body import BodyKind
from services.membership.domain.collation import UnknownLanguage
from services.membership.domain.participant import (
    HostNotInvited,
    ListedTwice,
    Participant,
    PersonOfAnotherCity,
    Question,
)
from services.membership.domain.precedence import Rule, RuleKind, SeniorityOf
from services.membership.domain.precedence_order import Order
from services.membership.domain.references import UnknownCity, UnknownPerson
from services.membership.domain.standing import Standing, StandingKind
from shared.errors import RuleViolated
from tests.unit.membership.b40 import (
    NAMES,
    a_board,
    a_network,
    a_question,
    by,
    cities,
    held,
    mayors,
    order_of,
    stood,
)
from tests.unit.membership.builders import a_person, an_applicant

OFFICE_RANK = Rule(kind=RuleKind.OFFICE_RANK, offices=("mayor", "deputy_mayor"))
IN_OFFICE = Rule(kind=RuleKind.SENIORITY, of=SeniorityOf.OFFICE)
IN_MEMBERSHIP = Rule(kind=RuleKind.SENIORITY, of=SeniorityOf.MEMBERSHIP)


def shown(order: Order) -> list[str]:
    return list(order.city_ids)


def why(order: Order, position: int = 1) -> tuple[str | None, str | None]:
    place = order.places[position - 1]
    return place.decided_by, place.explanation


# -- rules -----------------------------------------------------------------------------------------


def test_the_host_comes_first_and_only_where_there_is_one() -> None:
    question = a_question("tr-izmir", "gr-pella", "al-tirana")

    hosted = order_of(replace(question, host_city_id="gr-pella"), a_network(), by())
    by_default = order_of(replace(question, host_city_id="gr-pella"), a_network())

    assert shown(hosted) == ["tr-izmir", "gr-pella", "al-tirana"]
    assert shown(by_default) == ["gr-pella", "tr-izmir", "al-tirana"]
    assert why(by_default) == ("host", "Pella before Izmir: host.")
    assert shown(order_of(question, a_network())) == ["tr-izmir", "gr-pella", "al-tirana"]


@pytest.mark.parametrize(
    ("on", "first"),
    [
        ("2021-12-31", "gr-athens"),
        ("2022-01-01", "tr-istanbul"),
        ("2022-12-31", "tr-istanbul"),
        ("2023-01-01", "gr-athens"),
        ("2024-12-07", "al-tirana"),
        ("2025-12-31", "bg-sofia"),
        ("2026-01-01", "hr-zagreb"),
        ("2027-01-01", "ba-sarajevo"),
        ("2028-01-01", "tr-istanbul"),
    ],
)
def test_a_change_of_president_changes_who_comes_first(on: str, first: str) -> None:
    assert shown(order_of(a_question(on=on), a_network()))[0] == first


def test_the_founding_president_follows_the_president() -> None:
    order = order_of(a_question(), a_network())

    assert shown(order)[:2] == ["hr-zagreb", "tr-istanbul"]
    assert why(order, 1) == ("presidency", "Zagreb before Istanbul: president in 2026.")
    assert why(order, 2)[0] == "founding_presidency"
    assert why(order, 2)[1] == "Istanbul before Athens: first president, in 2022."


def test_former_presidents_come_in_the_order_of_their_first_terms() -> None:
    order = order_of(a_question(), a_network(), by(Rule(kind=RuleKind.FORMER_PRESIDENCIES)))

    assert shown(order)[:5] == [
        "tr-istanbul",
        "gr-athens",
        "al-tirana",
        "bg-sofia",
        "tr-canakkale",
    ]
    assert why(order, 2)[1] == "Athens before Tirana: president in 2023 before president in 2024."


def test_a_president_who_is_in_office_is_no_former_one() -> None:
    order = order_of(
        a_question("al-tirana", "bg-sofia", on="2025-06-01"),
        a_network(),
        by(Rule(kind=RuleKind.FORMER_PRESIDENCIES)),
    )

    assert [each.reasons[0].fact for each in order.places] == ["president in 2024", ""]


@pytest.mark.parametrize(
    "rule",
    [
        Rule(kind=RuleKind.BODY, body_id="board"),
        Rule(kind=RuleKind.BODY, body_kind=BodyKind.EXECUTIVE_BOARD),
    ],
)
def test_the_board_comes_before_the_others(rule: Rule) -> None:
    network = a_network(bodies=[a_board("tr-izmir", "gr-pella")])
    question = a_question("tr-canakkale", "gr-pella", "tr-izmir")

    order = order_of(question, network, by(rule))

    assert shown(order) == ["tr-izmir", "gr-pella", "tr-canakkale"]
    assert why(order, 2) == (
        f"body:{rule.body_id or 'executive_board'}",
        "Pella before Canakkale: in Executive Board.",
    )


def test_a_seat_counts_in_its_term_and_a_vacant_one_never() -> None:
    board = a_board("gr-pella", "tr-izmir")
    board.seats = (board.seats[0], replace(board.seats[1], records=()))
    network, rule = a_network(bodies=[board]), Rule(kind=RuleKind.BODY, body_id="board")

    before = order_of(a_question("gr-pella", "tr-izmir", on="2025-02-24"), network, by(rule))
    within = order_of(a_question("gr-pella", "tr-izmir", on="2025-02-25"), network, by(rule))

    assert shown(before) == ["tr-izmir", "gr-pella"]
    assert shown(within) == ["gr-pella", "tr-izmir"]


def test_another_body_is_another_matter() -> None:
    network = a_network(bodies=[a_board("gr-pella")])
    group = Rule(kind=RuleKind.BODY, body_kind=BodyKind.WORKING_GROUP)

    order = order_of(a_question("gr-pella", "tr-izmir"), network, by(group))

    assert shown(order) == ["tr-izmir", "gr-pella"]


def test_offices_are_ranked_as_listed_then_others_then_none() -> None:
    offices = {
        "tr-izmir": held("tr-izmir", ("deputy_mayor", "person-1", "2024-04-01", None)),
        "gr-pella": held("gr-pella", ("mayor", "person-2", "2024-01-01", None)),
        "al-tirana": held("al-tirana", ("chief_of_staff", "person-3", "2020-01-01", None)),
    }
    question = a_question("al-tirana", "tr-canakkale", "tr-izmir", "gr-pella")

    order = order_of(question, a_network(offices=offices), by(OFFICE_RANK))

    assert shown(order) == ["gr-pella", "tr-izmir", "al-tirana", "tr-canakkale"]
    assert why(order, 1)[1] == "Pella before Izmir: mayor before deputy mayor."
    assert [each.candidate.office for each in order.places] == [
        "mayor",
        "deputy_mayor",
        "chief_of_staff",
        None,
    ]


def test_whoever_is_longer_in_office_comes_first() -> None:
    offices = mayors(tr_izmir="2024-04-01", gr_pella="2024-06-01")
    network = a_network(offices=offices, bodies=[a_board("gr-pella", "tr-izmir")])

    order = order_of(a_question("gr-pella", "tr-izmir", "tr-canakkale"), network)

    assert shown(order) == ["tr-izmir", "gr-pella", "tr-canakkale"]
    assert why(order) == (
        "seniority:office",
        "Izmir before Pella: both in Executive Board, member, mayor; "
        "in office since 2024-04-01 before in office since 2024-06-01.",
    )


def test_a_mayor_who_is_elected_again_has_been_in_office_all_the_time() -> None:
    offices = {
        "tr-izmir": held(
            "tr-izmir",
            ("mayor", "one", "2014-04-01", "2019-03-31"),
            ("mayor", "two", "2019-04-01", "2024-03-31"),
            ("mayor", "two", "2024-04-01", None),
        ),
        "gr-pella": held("gr-pella", ("mayor", "three", "2020-01-01", None)),
    }

    order = order_of(a_question("gr-pella", "tr-izmir"), a_network(offices=offices), by(IN_OFFICE))

    assert shown(order) == ["tr-izmir", "gr-pella"]
    assert order.places[0].reasons[0].fact == "in office since 2019-04-01"


def test_a_break_or_a_vacancy_begins_the_time_in_office_anew() -> None:
    offices = {
        "tr-izmir": held(
            "tr-izmir",
            ("mayor", "one", "2014-04-01", "2019-03-31"),
            ("mayor", "one", "2022-01-01", None),
        ),
        "gr-pella": held(
            "gr-pella",
            ("mayor", "two", "2014-04-01", "2019-03-31"),
            ("mayor", None, "2019-04-01", "2022-12-31"),
            ("mayor", "two", "2023-01-01", None),
        ),
        "al-tirana": held("al-tirana", ("mayor", None, "2010-01-01", None)),
    }

    order = order_of(
        a_question("al-tirana", "gr-pella", "tr-izmir"), a_network(offices=offices), by(IN_OFFICE)
    )

    assert [each.reasons[0].fact for each in order.places] == [
        "in office since 2022-01-01",
        "in office since 2023-01-01",
        "",
    ]


def test_a_term_that_has_not_begun_or_is_over_is_none() -> None:
    offices = {
        "tr-izmir": held("tr-izmir", ("mayor", "one", "2014-04-01", "2019-03-31")),
        "gr-pella": held("gr-pella", ("mayor", "two", "2027-01-01", None)),
    }

    order = order_of(a_question("gr-pella", "tr-izmir"), a_network(offices=offices), by(IN_OFFICE))

    assert [each.reasons[0].fact for each in order.places] == ["", ""]


def test_whoever_is_longer_a_member_comes_first() -> None:
    known = cities(["tr-izmir", "gr-pella", "al-tirana", "tr-canakkale"])
    stood(
        known["gr-pella"],
        Standing(kind=StandingKind.MEMBER, since=date(2020, 1, 1), precision="year"),
        (StandingKind.SUSPENDED, "2022-01-01"),
        (StandingKind.MEMBER, "2023-01-01"),
    )
    stood(
        known["al-tirana"],
        (StandingKind.MEMBER, "2019-01-01"),
        (StandingKind.LEFT, "2020-01-01"),
        Standing(kind=StandingKind.MEMBER, since=date(2024, 1, 1), precision="no_later_than"),
        (StandingKind.LEFT, "2026-12-01"),
    )
    stood(known["tr-canakkale"])

    order = order_of(a_question(*known), a_network(known), by(IN_MEMBERSHIP))

    assert [(each.candidate.city.id, each.reasons[0].fact) for each in order.places] == [
        ("gr-pella", "member since 2020"),
        ("tr-izmir", "member since 2021-11-30"),
        ("al-tirana", "member since 2024-01-01 at the latest"),
        ("tr-canakkale", ""),
    ]


def test_members_come_before_cities_of_other_standing() -> None:
    known = cities(["tr-izmir", "gr-pella", "al-tirana"])
    known["bg-sofia"] = an_applicant("bg-sofia")
    known["hr-zagreb"] = an_applicant("hr-zagreb")
    stood(known["hr-zagreb"])
    stood(known["al-tirana"], (StandingKind.SUSPENDED, "2024-01-01"))
    stood(known["tr-izmir"], (StandingKind.LEFT, "2024-01-01"))

    order = order_of(a_question(*known), a_network(known), by(Rule(kind=RuleKind.STANDING)))

    assert [each.reasons[0].fact for each in order.places] == [
        "member",
        "suspended",
        "applicant",
        "left",
        "",
    ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Canakkale", "Izmir", "Novo mesto", "Pella", "Tirana"]),
        ("tr", ["Çanakkale", "İzmir", "Novo mesto", "Pella", "Tirana"]),
        ("sq", ["Canakkale", "Izmir", "Novo mesto", "Pella", "Tiranë"]),
        ("el", ["Πέλλα", "Canakkale", "Izmir", "Novo mesto", "Tirana"]),
    ],
)
def test_names_are_those_of_the_language_and_english_where_there_is_none(
    language: str, expected: list[str]
) -> None:
    asked = a_question("al-tirana", "gr-pella", "si-novo-mesto", "tr-izmir", "tr-canakkale")

    order = order_of(replace(asked, language=language), a_network(), by())

    assert order.language == language
    assert [each.candidate.name for each in order.places] == expected
    assert why(order)[0] == "alphabetical"
    assert str(why(order)[1]).endswith(f": alphabetical ({language}).")


def test_the_chain_says_whose_alphabet_decides_unless_the_question_does() -> None:
    known = cities(["tr-canakkale", "tr-izmir"])
    for city_id, name in {"tr-canakkale": "Çanakkale", "tr-izmir": "Cizre"}.items():
        known[city_id].description = replace(known[city_id].description, name=name, names={})
    turkish = by(Rule(kind=RuleKind.ALPHABETICAL, language="tr"))
    question = a_question(*known)

    assert shown(order_of(question, a_network(known), turkish)) == ["tr-izmir", "tr-canakkale"]
    english = order_of(replace(question, language="en"), a_network(known), turkish)
    assert shown(english) == ["tr-canakkale", "tr-izmir"]


def test_cities_of_the_same_name_are_told_apart_by_their_ids() -> None:
    known = cities(["gr-alexandroupoli", "bg-alexandroupoli"])
    for each in known.values():
        each.description = replace(each.description, name="Alexandroupoli", names={})

    order = order_of(a_question(*known), a_network(known))

    assert shown(order) == ["bg-alexandroupoli", "gr-alexandroupoli"]
    assert why(order)[0] == "id"
    assert (
        why(order)[1] == "Alexandroupoli before Alexandroupoli: both member, alphabetical (en); id."
    )


# -- people ----------------------------------------------------------------------------------------


def test_people_of_one_city_are_ordered_by_office_then_by_name() -> None:
    people = [
        a_person("p-1", name="Şule Ornek"),
        a_person("p-2", name="Sibel Ornek"),
        a_person("p-3", name="Zeynep Ornek"),
    ]
    offices = {
        "tr-istanbul": held(
            "tr-istanbul",
            ("mayor", "p-3", "2019-06-27", None),
            ("deputy_mayor", "p-1", "2019-06-27", None),
        )
    }
    asked = [Participant(city_id="tr-istanbul", person_id=each.id) for each in people]
    network = a_network(offices=offices, people=people)

    order = order_of(replace(a_question(*asked), language="tr"), network)

    assert [each.candidate.person_id for each in order.places] == ["p-3", "p-1", "p-2"]
    assert why(order)[1] == (
        "Zeynep Ornek (İstanbul) before Şule Ornek (İstanbul): "
        "both first president, in 2022, member; mayor before deputy mayor."
    )
    by_name = order_of(replace(a_question(*asked), language="tr"), network, by())
    assert [each.candidate.person_id for each in by_name.places] == ["p-2", "p-1", "p-3"]


def test_who_is_named_by_an_office_is_whoever_holds_it() -> None:
    offices = {
        "tr-izmir": held(
            "tr-izmir",
            ("mayor", "one", "2024-04-01", None),
            ("deputy_mayor", "two", "2020-04-01", None),
        )
    }
    asked = [
        Participant(city_id="tr-izmir", office="deputy_mayor"),
        Participant(city_id="tr-izmir"),
        Participant(city_id="tr-izmir", office="treasurer"),
    ]

    order = order_of(a_question(*asked), a_network(offices=offices))

    found = [(each.candidate.office, each.candidate.person_id) for each in order.places]
    assert found == [("mayor", "one"), ("deputy_mayor", "two"), ("treasurer", None)]


def test_an_office_that_is_not_entered_ranks_without_any_time_in_it() -> None:
    person = a_person("p-1", city_id="tr-izmir")
    offices = {"tr-izmir": held("tr-izmir", ("mayor", "somebody", "2024-04-01", None))}
    asked = Participant(city_id="tr-izmir", person_id="p-1", office="mayor")

    order = order_of(
        a_question(asked, "gr-pella"),
        a_network(offices=offices, people=[person]),
        by(OFFICE_RANK, IN_OFFICE),
    )

    assert [each.fact for each in order.places[0].reasons[:2]] == ["mayor", ""]


# -- the question ----------------------------------------------------------------------------------


def test_without_participants_all_cities_of_the_network_are_ordered() -> None:
    known = cities()
    stood(known["gr-pella"], (StandingKind.LEFT, "2026-01-01"))
    stood(known["tr-izmir"], (StandingKind.SUSPENDED, "2026-01-01"))
    known["tr-canakkale"] = an_applicant("tr-canakkale")

    order = order_of(a_question(), a_network(known))

    assert set(shown(order)) == NAMES.keys() - {"gr-pella", "tr-canakkale"}
    assert [each.position for each in order.places] == list(range(1, 9))


def test_nobody_is_in_order() -> None:
    order = order_of(a_question(), a_network({}))

    assert order.places == ()


def test_the_last_place_is_before_nobody() -> None:
    order = order_of(a_question("tr-izmir"), a_network())

    assert why(order) == (None, None)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UnknownLanguage) as refused:
        order_of(replace(a_question(), language="zz"), a_network())

    assert refused.value.field == "language"


def refused_field(error: type[RuleViolated], question: Question) -> str | None:
    people = [a_person("p-1", city_id="tr-izmir"), a_person("p-2", city_id="tr-izmir")]
    with pytest.raises(error) as refused:
        order_of(question, a_network(people=people))
    return refused.value.field


def test_a_city_that_nobody_knows_is_refused() -> None:
    question = a_question("tr-izmir", "fr-paris")

    assert refused_field(UnknownCity, question) == "participants.1.city_id"
    assert refused_field(UnknownCity, replace(question, listed_as="city_id")) == "city_id.1"


@pytest.mark.parametrize(
    ("participant", "error"),
    [
        (Participant(city_id="gr-pella", person_id="p-9"), UnknownPerson),
        (Participant(city_id="gr-pella", person_id="p-1"), PersonOfAnotherCity),
    ],
)
def test_a_person_of_nowhere_or_elsewhere_is_refused(
    participant: Participant, error: type[RuleViolated]
) -> None:
    question = a_question("gr-pella", participant)

    assert refused_field(error, question) == "participants.1.person_id"


@pytest.mark.parametrize(
    "twice",
    [
        Participant(city_id="tr-izmir"),
        Participant(city_id="tr-izmir", person_id="p-1"),
        Participant(city_id="tr-izmir", office="treasurer"),
    ],
)
def test_nobody_is_listed_twice(twice: Participant) -> None:
    question = a_question(twice, "gr-pella", twice)

    assert refused_field(ListedTwice, question) == "participants.2"


def test_a_person_in_two_offices_is_listed_once() -> None:
    once = Participant(city_id="tr-izmir", person_id="p-1", office="mayor")

    question = a_question(once, replace(once, office="treasurer"))

    assert refused_field(ListedTwice, question) == "participants.1"


def test_two_people_of_a_city_are_two() -> None:
    people = [a_person(each, city_id="tr-izmir") for each in ("p-1", "p-2")]
    asked = [Participant(city_id="tr-izmir", person_id=each.id) for each in people]

    order = order_of(a_question(*asked), a_network(people=people))

    assert [each.candidate.person_id for each in order.places] == ["p-1", "p-2"]
    assert why(order)[0] == "id"


@pytest.mark.parametrize(
    ("host", "error"), [("gr-pella", HostNotInvited), ("fr-paris", UnknownCity)]
)
def test_a_host_takes_part(host: str, error: type[RuleViolated]) -> None:
    question = replace(a_question("tr-izmir", "al-tirana"), host_city_id=host)

    assert refused_field(error, question) == "host_city_id"


def test_a_host_of_all_cities_belongs_to_them() -> None:
    known = cities()
    known["bg-varna"] = an_applicant("bg-varna")

    with pytest.raises(HostNotInvited):
        order_of(replace(a_question(), host_city_id="bg-varna"), a_network(known))
