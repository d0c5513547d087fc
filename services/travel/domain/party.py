"""Party: delegates who travel together and are booked as one."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from services.travel.domain.journey import Direction, Journey
from services.travel.domain.trip import OtherMeeting, Trip, UnknownTrip
from shared.contracts.travel import PartyBooked, PartyFormed
from shared.domain import Aggregate
from shared.errors import NotFound, RuleViolated


class PartyNotFound(NotFound):
    """There is no such party."""


class TripNamedTwice(RuleViolated):
    """A party takes nobody along twice."""


@dataclass(frozen=True, kw_only=True)
class PartyPlan:
    """Who is to travel together.

    Attributes:
        meeting_id: Where to.
        name: As shown on lists.
        trip_ids: Their trips; at least one.
    """

    meeting_id: str
    name: str
    trip_ids: tuple[str, ...]


@dataclass(kw_only=True, eq=False)
class Party(Aggregate):
    """Delegates who travel together, maybe of several cities.

    Attributes:
        meeting_id: Where to.
        name: As shown on lists.
        trip_ids: Their trips, as given.
        bookings: By direction, as booked last.
    """

    meeting_id: str
    name: str
    trip_ids: tuple[str, ...]
    bookings: dict[Direction, Journey] = field(default_factory=dict)

    @classmethod
    def form(
        cls, party_id: str, plan: PartyPlan, trips: Mapping[str, Trip], *, at: datetime
    ) -> Self:
        """Have people travel together; records ``PartyFormed``.

        Args:
            party_id: Identity of the new party.
            plan: Who is to travel together.
            trips: Those of the plan that there are, by id.
            at: When.

        Raises:
            TripNamedTwice: The plan names a trip twice.
            UnknownTrip: It names one that there is not.
            OtherMeeting: It names one to another meeting.
            TripIsReleased: It names one that nobody travels.
        """
        times_named = Counter(plan.trip_ids)
        for number, trip_id in enumerate(plan.trip_ids):
            place = f"trip_ids.{number}"
            trip = trips.get(trip_id)
            if times_named[trip_id] > 1:
                raise TripNamedTwice(f"The trip {trip_id!r} is named twice.", field=place)
            if trip is None:
                raise UnknownTrip(f"There is no trip {trip_id!r}.", field=place)
            if trip.meeting_id != plan.meeting_id:
                raise OtherMeeting(f"The trip {trip_id!r} leads elsewhere.", field=place)
            trip.refuse_if_released()
        party = cls(id=party_id, meeting_id=plan.meeting_id, name=plan.name, trip_ids=plan.trip_ids)
        party.record(
            PartyFormed(
                party_id=party_id,
                meeting_id=plan.meeting_id,
                name=plan.name,
                trip_ids=plan.trip_ids,
                occurred_at=at,
            )
        )
        return party

    def book(self, direction: Direction, journey: Journey, *, at: datetime) -> None:
        """Book all of it in place of what was booked before; records ``PartyBooked``.

        The trips follow, those that were booked in another way meanwhile too.
        """
        self.bookings[direction] = journey
        self.record(
            PartyBooked(
                party_id=self.id,
                meeting_id=self.meeting_id,
                trip_ids=self.trip_ids,
                direction=direction.value,
                legs=journey.as_booked(),
                occurred_at=at,
            )
        )
