import base64
import json
import time
from types import SimpleNamespace

import jwt
import pytest

from shared.errors import Forbidden, Unauthenticated
from shared.web.auth import (
    ANYWHERE,
    OPERATOR,
    ORGANISER,
    OWN_CITY,
    Access,
    CityGuard,
    NotYourCity,
    Principal,
    Verifier,
)
from tests.unit.shared.web.tokens import Issuer

ISSUER = Issuer()
VERIFIER = Verifier(ISSUER.pem)
LEAD = Principal("bora", "city_lead", frozenset({"tr-istanbul"}))


def test_a_token_says_who_asks() -> None:
    header = ISSUER.bearer("city_lead", cities=["tr-istanbul"], sub="bora")

    assert VERIFIER.principal(header) == LEAD


def test_a_token_is_checked_against_every_key_while_keys_are_exchanged() -> None:
    old, new = Issuer(), Issuer()
    verifier = Verifier(old.pem + new.pem)

    assert verifier.principal(old.bearer()) == verifier.principal(new.bearer())


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer x.y.z", "Bearer " + "a" * 9000]
)
def test_without_a_readable_token_nobody_enters(header: str | None) -> None:
    with pytest.raises(Unauthenticated):
        VERIFIER.principal(header)


@pytest.mark.parametrize("claim", ["sub", "role", "iat", "exp", "aud"])
def test_a_token_without_one_of_its_claims_is_refused(claim: str) -> None:
    with pytest.raises(Unauthenticated):
        VERIFIER.principal(ISSUER.bearer(leave_out=claim))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "elsewhere"},
        {"exp": 1},
        {"nbf": 2**40},
        {"sub": 7},
        {"role": 7},
        {"cities": "tr-istanbul"},
        {"cities": [7]},
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(claims: dict[str, object]) -> None:
    with pytest.raises(Unauthenticated):
        VERIFIER.principal("Bearer " + ISSUER.token(**claims))  # type: ignore[arg-type]


def test_a_token_of_another_issuer_is_refused() -> None:
    with pytest.raises(Unauthenticated):
        VERIFIER.principal(Issuer().bearer())


def test_a_token_that_claims_to_need_no_signature_is_refused() -> None:
    claims = jwt.decode(ISSUER.token(), options={"verify_signature": False})
    parts = [{"alg": "none"}, claims]
    texts = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts]

    with pytest.raises(Unauthenticated):
        VERIFIER.principal(f"Bearer {texts[0]}.{texts[1]}.")


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused() -> None:
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=").decode()
    body = ISSUER.token().split(".")[1]

    with pytest.raises(Unauthenticated):
        VERIFIER.principal(f"Bearer {head}.{body}.AAAA")


def test_a_remembered_token_expires_all_the_same() -> None:
    header = ISSUER.bearer(exp=time.time() + 1)
    assert VERIFIER.principal(header).subject == "ada"

    while time.time() < jwt.decode(header[7:], options={"verify_signature": False})["exp"]:
        time.sleep(0.05)

    with pytest.raises(Unauthenticated, match="expired"):
        VERIFIER.principal(header)


@pytest.mark.parametrize("pem", [b"", b"no key", b"-----BEGIN PUBLIC KEY-----x"])
def test_without_a_key_there_is_no_verifier(pem: bytes) -> None:
    with pytest.raises(ValueError, match="expected"):
        Verifier(pem)


def test_a_role_that_is_not_named_is_refused() -> None:
    with pytest.raises(Forbidden):
        ORGANISER.scope_of(LEAD)


def test_two_accesses_let_in_the_roles_of_both() -> None:
    both = ORGANISER | OPERATOR | Access(city_lead=OWN_CITY)

    assert both.scope_of(LEAD) is OWN_CITY
    assert both.scope_of(Principal("olga", "operator")) is ANYWHERE


def test_an_argument_that_names_another_city_is_refused() -> None:
    with pytest.raises(NotYourCity):
        CityGuard(LEAD).entering({"city_id": "al-tirana"}, needed=False)


def test_a_list_needs_an_argument_that_names_the_city() -> None:
    with pytest.raises(NotYourCity):
        CityGuard(LEAD).entering({"city_id": None}, needed=True)


@pytest.mark.parametrize("city_id", ["al-tirana", None])
def test_what_is_not_of_the_own_city_is_neither_saved_nor_shown(city_id: str | None) -> None:
    aggregate = SimpleNamespace(city_id=city_id)

    with pytest.raises(NotYourCity):
        CityGuard(LEAD).saving(aggregate)
    with pytest.raises(NotYourCity):
        CityGuard(LEAD).answering(aggregate)


def test_what_nothing_says_whose_it_is_is_not_shown() -> None:
    with pytest.raises(NotYourCity):
        CityGuard(LEAD).answering(object())


def test_what_another_city_owns_is_not_shown_whatever_the_argument_said() -> None:
    guard = CityGuard(LEAD)
    guard.entering({"city_id": "tr-istanbul"}, needed=False)

    with pytest.raises(NotYourCity):
        guard.answering(SimpleNamespace(city_id="al-tirana"))


def test_what_is_of_the_own_city_is_saved_and_shown() -> None:
    guard = CityGuard(LEAD)

    guard.entering({"city_id": "tr-istanbul"}, needed=True)
    guard.saving(SimpleNamespace(city_id="tr-istanbul"))
    guard.answering(SimpleNamespace(city_id="tr-istanbul"))
    guard.answering(object())
    guard.answering(None)
