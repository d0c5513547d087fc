"""A time at a place: what the clock on the wall there shows, and the instant that follows."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from shared.errors import RuleViolated


class UnknownZone(RuleViolated):
    """The time zone database has no such zone."""


class NonexistentLocalTime(RuleViolated):
    """The clocks of that zone jump over this time."""


class AmbiguousLocalTime(RuleViolated):
    """The clocks of that zone show this time twice; ``fold`` has to say which is meant."""


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A wall clock's time in a zone.

    The wall time is what is agreed; the instant follows from it and moves with the zone's rules.

    Attributes:
        local: Naive, cut to the millisecond.
        zone: IANA name, ``Europe/Tirane``.
        fold: 0 the first, 1 the second of two equal wall times; ``None`` when there is one.

    Raises:
        UnknownZone: There is no such zone.
        NonexistentLocalTime: The clocks jump over it.
        AmbiguousLocalTime: The clocks show it twice, and ``fold`` is ``None``.
    """

    local: datetime
    zone: str
    fold: int | None = None
    at: datetime = field(init=False, repr=False, compare=False)
    """The instant, UTC."""

    def __post_init__(self) -> None:
        wall = self.local.replace(microsecond=self.local.microsecond // 1000 * 1000, fold=0)
        if wall.tzinfo is not None:
            raise ValueError("a wall time has no offset")
        early = wall.replace(tzinfo=zone_named(self.zone))
        late = early.replace(fold=1)
        fold = self.fold
        if early.utcoffset() == late.utcoffset():
            fold = None
        elif early.astimezone(UTC).astimezone(early.tzinfo).replace(tzinfo=None) != wall:
            raise NonexistentLocalTime(f"{wall} does not exist in {self.zone}.", field="local")
        elif fold is None:
            raise AmbiguousLocalTime(f"{wall} happens twice in {self.zone}.", field="fold")
        object.__setattr__(self, "local", wall)
        object.__setattr__(self, "fold", fold)
        object.__setattr__(self, "at", (late if fold else early).astimezone(UTC))

    def moved(self, by: timedelta) -> "LocalTime":
        """Return the same place's wall time that much later, in true time.

        The clocks may change in between, so the wall time may move by another amount.
        """
        return local_time(self.at + by, self.zone)


def local_time(at: datetime, zone: str) -> LocalTime:
    """Return what the clocks of a zone show at an instant.

    Raises:
        UnknownZone: There is no such zone.
    """
    there = at.astimezone(zone_named(zone))
    return LocalTime(there.replace(tzinfo=None, fold=0), zone, there.fold)


@lru_cache(maxsize=700)  # There are some 600 names.
def zone_named(name: str) -> ZoneInfo:
    """Return a zone by its IANA name, by the rules of the pinned ``tzdata`` package.

    The machine's own rules are not used: two processes have to agree about an instant.

    Raises:
        UnknownZone: There is no such zone.
    """
    if name not in _names():
        raise UnknownZone(f"There is no time zone {name!r}.", field="zone")
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(files("tzdata").joinpath("zones").read_text("ascii").split())
