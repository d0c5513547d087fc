"""Trace context: which trace something belongs to, and below which span, as 55 characters.

Every request has one, whether traces are kept or not, and so has every event that follows from it:
its log lines and mails can be found by the trace's id. Making one takes a microsecond.

Source:
    W3C Trace Context, Recommendation of 23 November 2021, §3.2 (traceparent), §4.3 (versions);
    bit 1 of the flags, "random", is that of Level 2.
"""

import random
import re

_TRACEPARENT = re.compile(
    r"(?!ff)([0-9a-f]{2})-((?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16})-([0-9a-f]{2})(-.*)?"
)
_FLAGS = 0b11
"""Sampled, random; whoever passes others on claims something that he does not know."""


def read(given: object) -> str | None:
    """Return what a ``traceparent`` says, in version 00; ``None`` when it is none.

    Of versions to come, the part that 00 has is read, as the recommendation asks for.
    """
    match = _TRACEPARENT.fullmatch(given) if isinstance(given, str) else None
    if match is None or (match[1] == "00" and match[4] is not None):
        return None
    return f"00-{match[2]}-{int(match[3], 16) & _FLAGS:02x}"


def begun() -> str:
    """Return the context of a new trace that nobody records."""
    bits = random.getrandbits(192)
    return f"00-{bits >> 64:032x}-{bits & 0xFFFFFFFFFFFFFFFF:016x}-00"


def trace_id_of(traceparent: str) -> str:
    """Return the trace's id, 32 hexadecimal digits; nothing of nothing."""
    return traceparent[3:35]


def is_sampled(traceparent: str | None) -> bool:
    """Tell whether somebody records the trace."""
    return traceparent is not None and bool(int(traceparent[-2:], 16) & 1)
