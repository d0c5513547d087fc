from typing import Any

import pytest

from services.membership.domain.body import BodyKind
from services.membership.domain.collation import UnknownLanguage
from services.membership.domain.precedence import (
    ALPHABETICAL,
    DEFAULT,
    AlphabetNotLast,
    Precedence,
    RepeatedRule,
    Rule,
    RuleKind,
    SeniorityOf,
    WrongParameters,
)
from services.membership.domain.references import UnknownBody
from shared.contracts.membership import PrecedenceChanged, PrecedenceRule
from shared.errors import RuleViolated
from tests.unit.membership.builders import NOW, recorded

BOARD = Rule(kind=RuleKind.BODY, body_id="board")


def a_precedence() -> Precedence:
    return Precedence(id="precedence")


def test_a_network_that_decided_nothing_has_rules_all_the_same() -> None:
    precedence = a_precedence()

    assert [each.kind for each in precedence.rules] == [
        RuleKind.HOST,
        RuleKind.PRESIDENCY,
        RuleKind.FOUNDING_PRESIDENCY,
        RuleKind.BODY,
        RuleKind.STANDING,
        RuleKind.OFFICE_RANK,
        RuleKind.SENIORITY,
        RuleKind.ALPHABETICAL,
    ]
    assert all(each.has_its_parameters() for each in precedence.rules)
    assert precedence.language == "en"
    assert precedence.offices == ("mayor", "deputy_mayor")


def test_other_rules_are_taken_in_their_order_and_told() -> None:
    precedence = a_precedence()
    greek = Rule(kind=RuleKind.ALPHABETICAL, language="el")

    precedence.change((BOARD, greek), {"board"}, at=NOW)

    assert precedence.rules == (BOARD, greek)
    assert precedence.language == "el"
    assert precedence.offices == ("mayor",)
    assert recorded(precedence) == [
        PrecedenceChanged(
            rules=(
                PrecedenceRule(rule="body", body_id="board"),
                PrecedenceRule(rule="alphabetical", language="el"),
            ),
            occurred_at=NOW,
        )
    ]


@pytest.mark.parametrize("rules", [(), (BOARD,)])
def test_the_alphabet_is_added_where_it_is_missing(rules: tuple[Rule, ...]) -> None:
    precedence = a_precedence()

    precedence.change(rules, {"board"}, at=NOW)

    assert precedence.rules == (*rules, ALPHABETICAL)


def test_the_same_rules_are_no_change() -> None:
    precedence = a_precedence()

    precedence.change(DEFAULT[:-1], (), at=NOW)

    assert recorded(precedence) == []


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("body", {}),
        ("body", {"body_id": "board", "body_kind": BodyKind.EXECUTIVE_BOARD}),
        ("body", {"body_id": "board", "language": "tr"}),
        ("office_rank", {}),
        ("office_rank", {"offices": ("mayor",), "of": SeniorityOf.OFFICE}),
        ("seniority", {}),
        ("seniority", {"of": SeniorityOf.OFFICE, "offices": ("mayor",)}),
        ("host", {"body_id": "board"}),
        ("standing", {"offices": ("mayor",)}),
        ("presidency", {"of": SeniorityOf.MEMBERSHIP}),
        ("former_presidencies", {"language": "tr"}),
        ("alphabetical", {"of": SeniorityOf.MEMBERSHIP}),
    ],
)
def test_a_rule_has_its_own_parameters_and_no_others(kind: str, parameters: Any) -> None:
    wrong = Rule(kind=RuleKind(kind), **parameters)

    assert_refused(WrongParameters, (wrong,), "rules.0")
    assert_refused(WrongParameters, (BOARD, wrong), "rules.1")


def test_a_body_that_nobody_knows_is_refused() -> None:
    unknown = Rule(kind=RuleKind.BODY, body_id="choir")

    assert_refused(UnknownBody, (BOARD, unknown), "rules.1.body_id")


def test_an_alphabet_that_nobody_knows_is_refused() -> None:
    unknown = Rule(kind=RuleKind.ALPHABETICAL, language="zz")

    assert_refused(UnknownLanguage, (BOARD, unknown), "rules.1.language")


def test_a_rule_is_not_asked_twice() -> None:
    assert_refused(RepeatedRule, (BOARD, Rule(kind=RuleKind.HOST), BOARD), "rules.2")


def test_offices_are_ranked_once() -> None:
    ranks = [Rule(kind=RuleKind.OFFICE_RANK, offices=(each,)) for each in ("mayor", "treasurer")]

    assert_refused(RepeatedRule, tuple(ranks), "rules.1")


def test_two_bodies_are_two_rules() -> None:
    precedence = a_precedence()
    group = Rule(kind=RuleKind.BODY, body_kind=BodyKind.WORKING_GROUP)

    precedence.change((BOARD, group), {"board"}, at=NOW)

    assert precedence.rules[:2] == (BOARD, group)


def test_nothing_follows_the_alphabet() -> None:
    assert_refused(AlphabetNotLast, (ALPHABETICAL, BOARD), "rules.0")


def assert_refused(error: type[RuleViolated], rules: tuple[Rule, ...], field: str) -> None:
    precedence = a_precedence()
    with pytest.raises(error) as refused:
        precedence.change(rules, {"board"}, at=NOW)

    assert refused.value.field == field
    assert precedence.rules == DEFAULT
    assert recorded(precedence) == []
