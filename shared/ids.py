"""Identities: random ones that sort by time, and ones that follow from what they stand for."""

import secrets
import threading
import time
import uuid

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "ids.zirve.invalid")
_SEPARATOR = "\x1f"
"""ASCII unit separator: ``("a", "bc")`` and ``("ab", "c")`` must not give the same id."""


class _Sequence:
    """Gives UUIDv7s that rise within the process, also when the clock stands or steps back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> str:
        """Return the next one."""
        chance = secrets.randbits(73)  # drawn at once, since each draw is a system call
        # 48 bits of milliseconds, 12 bits of a counter that starts at random below its middle.
        fresh = (time.time_ns() // 1_000_000) << 12 | chance >> 62
        with self._lock:
            self._last = now = max(fresh, self._last + 1)
        high = (now >> 12) << 16 | 0x7000 | (now & 0xFFF)
        text = f"{high:016x}{0b10 << 62 | chance & (1 << 62) - 1:016x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


new_id = _Sequence().next
"""Return a new UUIDv7 in its usual 36 characters; later ones of a process sort after earlier ones.

Source:
    RFC 9562 §5.7 and §6.2, method 1 (a counter in ``rand_a``, carried over into the time).
"""


def milliseconds_of(text: str) -> int | None:
    """Return when a UUIDv7 was made, ms since 1970, real time; ``None`` when it is none.

    Source:
        RFC 9562 §5.7: its first 48 bits.
    """
    try:
        return int(text[:8] + text[9:13], 16) if text[14] == "7" else None
    except (IndexError, ValueError):
        return None


def derived_id(namespace: str, *parts: str) -> str:
    """Return the id of what follows from a cause: the same parts give the same id.

    Args:
        namespace: What it is an id of, ``travel.trip``; written once, never changed.
        parts: The cause, in order.

    Source:
        RFC 9562 §5.5 (UUIDv5).
    """
    return str(uuid.uuid5(_NAMESPACE, _SEPARATOR.join((namespace, *parts))))
