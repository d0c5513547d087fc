"""What a message that failed tells of it: a reason, a traceback, and when it failed before.

All of it travels in the message's headers, beside those of its envelope, and has to stay small.
No text here quotes a document, and none the contents of a restricted event.
"""

import traceback
from typing import Any

from bson.errors import BSONError
from pymongo.errors import PyMongoError

from shared.clock import real_now
from shared.errors import ServiceError, TooManyRequests, Unavailable
from shared.messaging.shortcut import written_instant

REASON_MOST = 1000
TRACEBACK_MOST = 4000
"""Characters; what comes before the last ones is cut."""
HISTORY_MOST = 20
"""Lines of history that are kept: more than the steps of a ladder."""
_LINE_MOST = 240
_CAUSES_MOST = 4


def is_passing(error: Exception) -> bool:
    """Tell whether trying again may help: what was unforeseen, or is away for now."""
    return not isinstance(error, ServiceError) or isinstance(error, Unavailable | TooManyRequests)


def reason_of(error: Exception, *, restricted: bool = False) -> str:
    """Return a short code, then detail; detail is left out where it may quote what is stored."""
    final = isinstance(error, ServiceError) and not is_passing(error)
    code = error.code if final else type(error).__name__  # type: ignore[attr-defined]
    quotes = restricted or isinstance(error, PyMongoError | BSONError)
    return code if quotes else f"{code}: {error}"


def trace_of(error: BaseException | None) -> str:
    """Return where an error and its causes came from, the last one last; never their texts."""
    parts: list[str] = []
    while error is not None and len(parts) < _CAUSES_MOST:
        frames = "".join(traceback.format_tb(error.__traceback__))
        parts.append(f"{frames}{type(error).__name__}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\n".join(reversed(parts))[-TRACEBACK_MOST:]


def noted(history: Any, what: str) -> str:
    """Return a history with one line more: the instant, real time, then what happened.

    Args:
        history: As it came in a header; what is not text is forgotten.
        what: Code and detail.
    """
    lines = history.splitlines()[1 - HISTORY_MOST :] if isinstance(history, str) else []
    lines.append(f"{written_instant(real_now())} {' '.join(what.split())}")
    return "\n".join(line[:_LINE_MOST] for line in lines)


def marked(headers: dict[str, Any], tries: int, reason: str, trace: str) -> dict[str, Any]:
    """Return a message's headers with what has become of it.

    Args:
        headers: As they came; what the broker has added is taken off.
        tries: How often it was handled in vain before this time.
        reason: Why it failed.
        trace: Where, or nothing when no handler was called.
    """
    taken_off = ("x-death", "x-delivery-count", "zirve-traceback")
    kept = {name: value for name, value in headers.items() if name not in taken_off}
    kept |= {"zirve-tries": tries + 1, "zirve-reason": reason[:REASON_MOST]}
    kept["zirve-history"] = noted(headers.get("zirve-history"), reason)
    return kept | ({"zirve-traceback": trace} if trace else {})
