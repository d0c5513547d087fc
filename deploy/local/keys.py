"""The installation's key pair for tokens, and its secret for links; made once, kept private."""

import os
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

AUDIENCE = "zirve"
PRIVATE = 0o600
PUBLIC = 0o644


class Keys:
    """What issues tokens here; services get the public half only.

    Attributes:
        public_key: PEM file of the Ed25519 key that tokens are checked with.
    """

    def __init__(self, folder: Path) -> None:
        self._private_key = folder / "token.key.pem"
        self._link_secret = folder / "link.secret"
        self.public_key = folder / "token.public.pem"

    def create(self) -> None:
        """Make what is missing."""
        self.public_key.parent.mkdir(parents=True, exist_ok=True)
        if not self._private_key.exists():
            key = Ed25519PrivateKey.generate()
            pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            # The private one last: where it is, both are.
            _write(self.public_key, public, PUBLIC)
            _write(self._private_key, pem, PRIVATE)
        if not self._link_secret.exists():
            _write(self._link_secret, secrets.token_urlsafe(32).encode(), PRIVATE)

    @property
    def link_secret(self) -> str:
        """Return the key that links are signed with."""
        return self._link_secret.read_text()

    def token(
        self,
        role: str,
        cities: Iterable[str] = (),
        *,
        subject: str | None = None,
        ttl: timedelta = timedelta(hours=12),
    ) -> str:
        """Issue a bearer token (JWT, EdDSA).

        Args:
            role: What its bearer may do: ``organiser``, ``city_lead``.
            cities: Ids of the cities they act for.
            subject: Who they are; the role's name when None.
            ttl: How long it is valid, by the real clock.
        """
        now = datetime.now(UTC)
        claims = {
            "sub": subject or role,
            "role": role,
            "cities": sorted(cities),
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + ttl,
        }
        return jwt.encode(claims, self._private_key.read_bytes(), algorithm="EdDSA")


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write a file that has its mode before it has its content, and its name after."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
    draft.replace(path)
