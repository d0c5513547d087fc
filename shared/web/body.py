"""Reading bodies: each within its limit, and all that a process holds within another."""

from collections.abc import Iterator
from typing import Any, ClassVar

from shared.errors import BadRequest, BodyTooLarge, Unavailable

BODY_BYTES = 1_048_576
"""Size limit of a body, where a door does not name its own: 1 MiB."""
BODIES_BYTES = 33_554_432
"""Size limit of all bodies that a process holds at the same time: 32 MiB. The first piece of each
is not counted, so that those who send much keep nobody out who sends little."""
_PIECE_BYTES = 16_384


class Body:
    """The body of one request.

    Attributes:
        held: Bytes that this process holds of all bodies, beyond the first piece of each.
    """

    __slots__ = ("_holds", "_most")
    held: ClassVar[int] = 0

    def __init__(self) -> None:
        self._holds = 0
        self._most = BODY_BYTES

    def read(self, stream: Any, length: int | None, most: int) -> bytes:
        """Read it, however long its sender takes; ``release`` must follow.

        Args:
            stream: Where it comes from.
            length: Its bytes; ``None`` when it comes in chunks.
            most: Bytes that it may have.

        Raises:
            BodyTooLarge: It has more.
            BadRequest: It does not come whole.
            Unavailable: Too many are being held.
        """
        self._most = most
        if length is not None and length > most:
            raise self._too_large()
        try:
            body = b"".join(self._pieces(stream))
        except (OSError, ValueError):
            body = None
        if body is None or (length is not None and len(body) < length):
            raise BadRequest("The body did not come whole and in time.")
        return body

    def release(self) -> None:
        """Make room for others: this one is not needed any more."""
        Body.held -= self._holds
        self._holds = 0

    def _pieces(self, stream: Any) -> Iterator[bytes]:
        size = 0
        while piece := stream.read(_PIECE_BYTES):
            more = len(piece) if size else 0
            size += len(piece)
            if size > self._most:
                raise self._too_large()
            if more and Body.held + more > BODIES_BYTES:
                raise Unavailable("Too many large bodies at the same time.")
            self._holds += more
            Body.held += more
            yield piece

    def _too_large(self) -> BodyTooLarge:
        return BodyTooLarge(f"The body is over {self._most} bytes.")
