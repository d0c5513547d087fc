import json

from marshmallow import Schema, ValidationError, fields

from shared.errors import NotFound, RuleViolated, Unauthenticated, Unavailable
from shared.web.problem import Invalid, problem


class _Leg(Schema):
    zone = fields.String(required=True)


class _Trip(Schema):
    legs = fields.List(fields.Nested(_Leg), required=True)
    seats = fields.Integer()


def invalid(given: object) -> set[tuple[str, str]]:
    try:
        _Trip().load(given)  # type: ignore[arg-type]
    except ValidationError as error:
        return {(each["field"], each["code"]) for each in Invalid(error).errors}
    return set()


def test_every_field_at_fault_is_named_by_its_path() -> None:
    given = {"legs": [{}, {"zone": 1}, {"zone": "x", "y": 1}, 7], "seats": "many", "other": 1}

    assert invalid(given) == {
        ("legs.0.zone", "missing"),
        ("legs.1.zone", "wrong_type"),
        ("legs.2.y", "unknown_field"),
        ("legs.3", "wrong_type"),
        ("seats", "wrong_type"),
        ("other", "unknown_field"),
    }


def test_a_body_that_is_no_object_is_of_the_wrong_type() -> None:
    assert invalid([]) == {("", "wrong_type")}


def test_a_problem_says_what_and_to_which_request() -> None:
    answer = problem(NotFound("There is no city 'x'.", city_id="x"), "c-1")

    assert answer.status == 404
    assert answer.headers == {"Content-Type": "application/problem+json"}
    assert json.loads(answer.body) == {
        "type": "urn:zirve:problem:not_found",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no city 'x'.",
        "code": "not_found",
        "correlation_id": "c-1",
        "params": {"city_id": "x"},
    }


def test_a_broken_rule_names_its_field() -> None:
    body = json.loads(problem(RuleViolated("Too late.", field="ends"), "c-1").body)

    assert body["errors"] == [{"field": "ends", "code": "rule_violated", "message": "Too late."}]


class TwiceInARow(RuleViolated):
    rule = "No city presides for two terms in a row."
    rule_source = "Rules of 2022"


def test_a_refusal_quotes_its_rule() -> None:
    body = json.loads(problem(TwiceInARow("Tirana presides in 2024."), "c-1").body)

    assert body["rule"] == {
        "text": "No city presides for two terms in a row.",
        "source": "Rules of 2022",
    }


def test_what_is_refused_for_now_says_for_how_long() -> None:
    assert problem(Unavailable("Full.", retry_after=3), "c").headers["Retry-After"] == "3"


def test_who_is_unknown_is_told_how_to_make_himself_known() -> None:
    headers = problem(Unauthenticated("A bearer token is needed."), "c").headers

    assert headers["WWW-Authenticate"].startswith("Bearer ")
