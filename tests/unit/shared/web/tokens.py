"""An issuer of tokens, for tests."""

import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Issuer:
    """Holds a private key and makes tokens with it."""

    def __init__(self) -> None:
        self.key = Ed25519PrivateKey.generate()
        public = self.key.public_key()
        self.pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def token(self, role: Any = "organiser", *, leave_out: str = "", **claims: Any) -> str:
        now = int(time.time())
        usual = {"sub": "ada", "role": role, "cities": [], "aud": "zirve"}
        everything = {**usual, "iat": now, "exp": now + 600, **claims}
        everything.pop(leave_out, None)
        return jwt.encode(everything, self.key, algorithm="EdDSA")

    def bearer(self, role: str = "organiser", **claims: Any) -> str:
        return f"Bearer {self.token(role, **claims)}"
