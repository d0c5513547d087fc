"""The published language: every event, by the service that publishes it.

A contract is a frozen dataclass; its schema is derived. It states one fact, in the past participle,
with enough data to act upon without calling back, and without secrets. Contracts are additive: a
field may be added when it has a default, none is ever removed, renamed or retyped, and a new
meaning is a new class. How to add one: CONTRIBUTING.md.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from shared.local_time import LocalTime


@dataclass(frozen=True, kw_only=True)
class PlaceTime:
    """A time where a place is meant.

    Attributes:
        local: Wall time at the place, ISO 8601 without offset (``2024-12-07T10:00:00``).
        zone: IANA zone of the place.
        at: The instant it stands for, UTC.
    """

    local: str
    zone: str
    at: datetime

    @classmethod
    def of(cls, time: LocalTime) -> Self:
        """Return it as it is published."""
        return cls(local=time.local.isoformat(), zone=time.zone, at=time.at)
