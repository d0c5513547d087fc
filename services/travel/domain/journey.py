"""Journey: the legs by which somebody gets somewhere, in true time."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Self

from shared.contracts import PlaceTime
from shared.contracts.travel import BookedLeg
from shared.errors import NotFound, RuleViolated
from shared.local_time import LocalTime, local_time


class UnknownDirection(NotFound):
    """A trip has an arrival and a departure, nothing else."""


class ArrivesBeforeItDeparts(RuleViolated):
    """A leg takes some time, whatever the clocks at its ends show."""


class LegsOverlap(RuleViolated):
    """A leg departs before the one before it has arrived."""


class UnknownAirport(RuleViolated):
    """No airport has this IATA code."""


class Direction(StrEnum):
    """To the meeting, or home from it."""

    ARRIVAL = "arrival"
    DEPARTURE = "departure"

    @classmethod
    def named(cls, name: str) -> Self:
        """Return the direction of that name.

        Raises:
            UnknownDirection: There is none.
        """
        try:
            return cls(name)
        except ValueError:
            raise UnknownDirection(f"There is no direction {name!r}.") from None


class Mode(StrEnum):
    """How a leg is travelled."""

    AIR = "air"
    RAIL = "rail"
    ROAD = "road"
    SEA = "sea"


@dataclass(frozen=True, kw_only=True)
class Leg:
    """A part of a journey without a change.

    Attributes:
        mode: How it is travelled.
        origin: Where from: IATA code of an airport when by air, else the name of a place.
        destination: Where to, in the same way.
        departs: Departure, at the origin.
        arrives: Arrival, at the destination.
        carrier: Name or IATA code, or empty.
        number: Flight or train number, or empty.
    """

    mode: Mode
    origin: str
    destination: str
    departs: LocalTime
    arrives: LocalTime
    carrier: str = ""
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class Journey:
    """Legs in order of travel; at least one.

    Attributes:
        legs: Each departs when the one before has arrived, or later.
    """

    legs: tuple[Leg, ...]

    @classmethod
    def plan(cls, legs: Iterable[Leg], *, airports: Container[str]) -> Self:
        """Return a journey that can be travelled.

        Only instants are compared: from Istanbul to Tirana one lands, in winter, at an earlier
        clock time than one left.

        Args:
            legs: In order of travel.
            airports: Every IATA code that there is.

        Raises:
            ArrivesBeforeItDeparts: A leg does.
            LegsOverlap: A leg departs before the one before it has arrived.
            UnknownAirport: A leg by air begins or ends at no airport.
        """
        journey = cls(legs=tuple(legs))
        for number, leg in enumerate(journey.legs):
            _check_leg(number, leg, airports)
        for number, (earlier, later) in enumerate(pairwise(journey.legs), start=1):
            if later.departs.at < earlier.arrives.at:
                raise LegsOverlap(
                    "It departs before the leg before it has arrived.",
                    field=f"legs.{number}.departs",
                )
        return journey

    @classmethod
    def booked(cls, legs: Iterable[BookedLeg]) -> Self:
        """Return the journey that an event tells of."""
        return cls(
            legs=tuple(
                Leg(
                    mode=Mode(leg.mode),
                    origin=leg.origin,
                    destination=leg.destination,
                    departs=local_time(leg.departs.at, leg.departs.zone),
                    arrives=local_time(leg.arrives.at, leg.arrives.zone),
                    carrier=leg.carrier,
                    number=leg.number,
                )
                for leg in legs
            )
        )

    @property
    def departs_at(self) -> datetime:
        """When the first leg departs, UTC."""
        return self.legs[0].departs.at

    @property
    def arrives_at(self) -> datetime:
        """When the last leg arrives, UTC."""
        return self.legs[-1].arrives.at

    def as_booked(self) -> tuple[BookedLeg, ...]:
        """Return the legs as events tell of them."""
        return tuple(
            BookedLeg(
                mode=leg.mode.value,
                origin=leg.origin,
                destination=leg.destination,
                departs=_place_time(leg.departs),
                arrives=_place_time(leg.arrives),
                carrier=leg.carrier,
                number=leg.number,
            )
            for leg in self.legs
        )


def _check_leg(number: int, leg: Leg, airports: Container[str]) -> None:
    if leg.arrives.at <= leg.departs.at:
        raise ArrivesBeforeItDeparts(
            "It arrives before it departs, in true time.", field=f"legs.{number}.arrives"
        )
    if leg.mode is Mode.AIR:
        for end, code in (("origin", leg.origin), ("destination", leg.destination)):
            if code not in airports:
                raise UnknownAirport(
                    f"No airport has the IATA code {code!r}.", field=f"legs.{number}.{end}"
                )


def _place_time(time: LocalTime) -> PlaceTime:
    return PlaceTime(local=time.local.isoformat(), zone=time.zone, at=time.at)
