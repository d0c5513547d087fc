"""Who asks, and who may: bearer tokens that only their issuer can make, roles, scopes.

Services hold the public key alone, so none of them can make an organiser.

Source:
    RFC 7519 (JWT), RFC 8037 (EdDSA), RFC 6750 (Bearer).
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from shared.errors import Forbidden, Unauthenticated

AUDIENCE = "zirve"
_TOKEN_MOST = 8192
_TOKENS_CACHED = 4096
_PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)


class NotYourCity(Forbidden):
    """The token's cities do not include the one that this is about."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks.

    Attributes:
        subject: Identity, from the token's ``sub``.
        role: What the token lets them be.
        cities: Ids of the cities that they act for.
    """

    subject: str
    role: str
    cities: frozenset[str] = frozenset()


LINK_HOLDER = Principal("link", "link")
"""Whoever came by a signed link; the method itself checks the link."""


class Scope(Enum):
    """Where a role may use a door."""

    ANYWHERE = "anywhere"
    OWN_CITY = "own_city"
    """Only for the cities of the token: a ``city_id`` among the arguments must be one of them, as
    must be that of every aggregate saved and of the one answered."""
    BY_RIGHT = "by_right"
    """Where the domain lets them now: the method asks, so it takes the ``principal``."""


class Access:
    """Who may enter a door: ``Access(organiser=ANYWHERE, city_lead=OWN_CITY)``.

    Attributes:
        scopes: By role; a role that is not named is refused.
    """

    def __init__(self, **scopes: Scope) -> None:
        self.scopes: Mapping[str, Scope] = scopes

    def __or__(self, other: "Access") -> "Access":
        """Return an access for the roles of both; the right one decides where both name a role."""
        return Access(**{**self.scopes, **other.scopes})

    def scope_of(self, principal: Principal) -> Scope:
        """Return where this principal may use the door.

        Raises:
            Forbidden: Nowhere.
        """
        scope = self.scopes.get(principal.role)
        if scope is None:
            raise Forbidden("This is not for your role.")
        return scope


ANYWHERE, OWN_CITY, BY_RIGHT = Scope.ANYWHERE, Scope.OWN_CITY, Scope.BY_RIGHT
PUBLIC = Access()
"""Everybody, without a token: health and the description of the API."""
SIGNED_LINK = Access()
"""Whoever holds a signed link; the method must verify it."""
ORGANISER = Access(organiser=ANYWHERE)
OPERATOR = Access(operator=ANYWHERE)


class CityGuard:
    """Sees to it that a principal reads and changes nothing but his own cities' things."""

    def __init__(self, principal: Principal) -> None:
        self._principal = principal
        self._said = False
        """Something has said whose it is about."""

    def entering(self, arguments: Mapping[str, Any], *, needed: bool) -> None:
        """Refuse arguments that name another city.

        Args:
            arguments: Those of the method.
            needed: Nothing but an argument can say whose it is about.

        Raises:
            NotYourCity: They do, or they name none.
        """
        city_id = arguments.get("city_id")
        if city_id is not None or needed:
            self._check(city_id)

    def saving(self, aggregate: Any) -> None:
        """Refuse to save what is another city's, or nobody's."""
        self._check(getattr(aggregate, "city_id", None))

    def answering(self, result: Any) -> None:
        """Refuse to show what is another city's, or what nothing says whose it is."""
        city_id = getattr(result, "city_id", None)
        if city_id is not None or not (self._said or result is None):
            self._check(city_id)

    def _check(self, city_id: Any) -> None:
        if city_id not in self._principal.cities:
            raise NotYourCity("Your token is for other cities.")
        self._said = True


class Verifier:
    """Checks tokens, each only once as long as it is remembered."""

    def __init__(self, pem: bytes) -> None:
        """Take the issuer's keys.

        Args:
            pem: One Ed25519 public key, or several while keys are exchanged.

        Raises:
            ValueError: There is none in it, or one of another kind.
        """
        keys = [load_pem_public_key(each) for each in _PEM.findall(pem)]
        if not keys or not all(isinstance(key, Ed25519PublicKey) for key in keys):
            raise ValueError("Ed25519 public keys in PEM are expected")
        self._keys = keys
        self._remembered: Callable[[str], tuple[Principal, float]]
        self._remembered = lru_cache(maxsize=_TOKENS_CACHED)(self._verified)

    def principal(self, authorization: str | None) -> Principal:
        """Return whom an ``Authorization`` header stands for.

        Raises:
            Unauthenticated: There is none, it is forged, expired or for somebody else.
        """
        if not authorization:
            raise Unauthenticated("A bearer token is needed.")
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not 0 < len(token) <= _TOKEN_MOST:
            raise Unauthenticated("A bearer token is needed.")
        principal, expires_at = self._remembered(token)
        if expires_at <= time.time():
            raise Unauthenticated("The token has expired.")
        return principal

    def _verified(self, token: str) -> tuple[Principal, float]:
        """Return whom a token stands for, and until when, in seconds since 1970."""
        for key in self._keys:
            try:
                claims = jwt.decode(
                    token,
                    key,  # type: ignore[arg-type]  # checked above
                    algorithms=["EdDSA"],
                    audience=AUDIENCE,
                    options={"require": ["sub", "role", "iat", "exp", "aud"]},
                )
            except jwt.InvalidSignatureError:
                continue
            except jwt.ExpiredSignatureError:
                raise Unauthenticated("The token has expired.") from None
            except jwt.InvalidTokenError:
                break
            return _read(claims), float(claims["exp"])
        raise Unauthenticated("The token is not valid.")


def _read(claims: dict[str, Any]) -> Principal:
    role, cities = claims["role"], claims.get("cities", [])
    texts = [role, *cities] if isinstance(cities, list) else [None]
    if not all(isinstance(text, str) for text in texts):
        raise Unauthenticated("The token is not valid.")
    return Principal(claims["sub"], role, frozenset(cities))
