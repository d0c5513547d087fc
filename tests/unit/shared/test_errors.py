import pytest

from shared import errors
from shared.errors import Conflict, RuleViolated, ServiceError, TooManyRequests, Unavailable


class AlreadySuspended(Conflict):
    """The city was suspended before."""


class HTTPGone(ServiceError):
    """An acronym in a name."""


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("BadRequest", 400),
        ("Unauthenticated", 401),
        ("Forbidden", 403),
        ("NotFound", 404),
        ("MethodNotAllowed", 405),
        ("Conflict", 409),
        ("PreconditionFailed", 412),
        ("BodyTooLarge", 413),
        ("UnsupportedMediaType", 415),
        ("RuleViolated", 422),
        ("PreconditionRequired", 428),
        ("TooManyRequests", 429),
        ("Unavailable", 503),
    ],
)
def test_each_kind_has_its_status(name: str, status: int) -> None:
    assert getattr(errors, name).status == status
    assert f"{name} " in (errors.__doc__ or "")


def test_the_code_is_the_fact_in_snake_case() -> None:
    assert AlreadySuspended("It is.").code == "already_suspended"
    assert HTTPGone.code == "http_gone"
    assert AlreadySuspended.status == 409


def test_a_broken_rule_names_its_field() -> None:
    error = RuleViolated("Too early.", field="begins.local", earliest="2024-12-07")

    assert error.errors == [
        {"field": "begins.local", "code": "rule_violated", "message": "Too early."}
    ]
    assert error.params == {"earliest": "2024-12-07"}


def test_a_broken_rule_without_a_field_names_none() -> None:
    assert RuleViolated("Too early.").errors == []


def test_what_is_refused_for_now_says_when_to_come_back() -> None:
    assert Unavailable("Away.").retry_after == 1
    assert TooManyRequests("Too often.", retry_after=30).retry_after == 30
