"""Signed links: who holds one may do one thing with one subject, without a token.

A link is computed whenever it is needed and stored nowhere; raising the generation revokes it.
"""

import base64
import hashlib
import hmac


def sign(secret: str, purpose: str, subject: str, generation: int) -> str:
    """Return a link's signature, 43 characters that need no escaping in a URL.

    Args:
        secret: The installation's, of 32 bytes or more.
        purpose: What its holder may do, ``answer_invitation``.
        subject: With what: the id of one aggregate.
        generation: Number of times that the subject's links were revoked.

    Source:
        RFC 2104 (HMAC) with SHA-256; RFC 4648 §5 (base64url).
    """
    # Lengths go in, so that no other split of the same characters has the same signature.
    text = "".join(f"{len(part)}:{part}" for part in (purpose, subject, str(generation)))
    digest = hmac.digest(secret.encode(), text.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def verify(signature: str, secret: str, purpose: str, subject: str, generation: int) -> bool:
    """Tell whether the signature is that of this purpose, subject and generation.

    Nobody's is where no secret is set: anybody could sign with an empty one.
    """
    if not secret:
        return False
    expected = sign(secret, purpose, subject, generation)
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "surrogatepass"))
