"""What becomes of a message, step by step, and why there is one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """What became of a message."""

    INTENDED = "intended"
    HELD = "held"
    """It waits for facts that were not heard yet."""
    SENT = "sent"
    """The mail server took it."""
    SUPPRESSED = "suppressed"
    """It was not true any more when it was to be sent."""
    FAILED = "failed"
    """The mail server refused it for good."""


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why there is a message.

    Attributes:
        event: Name of the event that it follows from.
        event_id: That event.
        correlation_id: The same from the first request to the last mail.
    """

    event: str
    event_id: str
    correlation_id: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """A change of a message's state.

    Attributes:
        state: The new one.
        at: When, UTC.
        reason: Why, or empty.
    """

    state: State
    at: datetime
    reason: str = ""
