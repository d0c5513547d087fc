"""What a document remembers of the requests with an Idempotency-Key that were answered from it.

All are known for a day, so that none is done twice; the newest with their answers. Most are
repeated within seconds, and a document must not grow by all that was ever said of it.
"""

from datetime import timedelta
from typing import Any

from shared.clock import real_now
from shared.errors import TooManyRequests

KEPT = timedelta(hours=24)
"""For how long a request is known, in real time."""
ANSWERS_MOST = 64
ANSWERS_BYTES = 262_144
"""Answers kept in one document, and their size together; of older requests only the key is kept."""
KEYS_MOST = 1000


class TooManyKeys(TooManyRequests):
    """So many requests with a key came within a day that one more could not be remembered."""


def is_fresh(kept: dict[str, Any]) -> bool:
    """Tell whether a request is still known."""
    return bool(kept["at"] > real_now() - KEPT)


def with_newest(kept: list[dict[str, Any]], newest: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what is to be kept, oldest first.

    Raises:
        TooManyKeys: There are as many as can be kept.
    """
    fresh = [each for each in kept if is_fresh(each)]
    if len(fresh) >= KEYS_MOST:
        raise TooManyKeys("Too many requests with a key within a day.", retry_after=3600)
    size = 0
    thinned = []
    for place, each in enumerate(reversed([*fresh, newest])):
        size += len(each.get("answer", b""))
        is_whole = place < ANSWERS_MOST and size <= ANSWERS_BYTES
        thinned.append(each if is_whole else {"key": each["key"], "at": each["at"]})
    return thinned[::-1]
