"""Stay: a guest's room for some nights."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from services.travel.domain.trip import Trip
from shared.contracts.travel import StayConfirmed, StayReleased, StayReserved
from shared.domain import Aggregate
from shared.errors import Conflict, NotFound

TRIP_RELEASED = "trip_released"
"""Why a room is given back when its guest does not travel."""


class StayNotFound(NotFound):
    """There is no such stay."""


class AlreadyReleased(Conflict):
    """The room was given back before."""


class StayState(StrEnum):
    """Whether the guest has the room."""

    CONFIRMED = "confirmed"
    RELEASED = "released"


@dataclass(kw_only=True, eq=False)
class Stay(Aggregate):
    """A guest's room for some nights; it follows from what its block has taken out of stock.

    Attributes:
        block_id: The block.
        meeting_id: The meeting.
        trip_id: Trip of the guest.
        city_id: City the guest comes for.
        person_id: The guest.
        hotel: Name of the hotel.
        room_type: As the hotel calls it.
        arrives_on: First night.
        departs_on: Day of departure; the night before is the last.
        mandate: That of the trip under which it was reserved.
        state: Whether the guest has the room.
        release_reason: As in ``StayReleased``; empty while it is confirmed.
    """

    block_id: str
    meeting_id: str
    trip_id: str
    city_id: str
    person_id: str
    hotel: str
    room_type: str
    arrives_on: date
    departs_on: date
    mandate: int
    state: StayState = StayState.CONFIRMED
    release_reason: str = ""

    @classmethod
    def follow_block(cls, event: StayReserved, trip: Trip, *, at: datetime) -> Self:
        """Return the stay whose room was taken out of stock.

        Records ``StayConfirmed``, or ``StayReleased`` at once if the trip was given up meanwhile.
        """
        stay = cls(
            id=event.stay_id,
            block_id=event.block_id,
            meeting_id=event.meeting_id,
            trip_id=event.trip_id,
            city_id=event.city_id,
            person_id=event.person_id,
            hotel=event.hotel,
            room_type=event.room_type,
            arrives_on=event.arrives_on,
            departs_on=event.departs_on,
            mandate=event.mandate,
        )
        if not stay.follow_trip(trip, at=at):
            stay.record(
                StayConfirmed(
                    stay_id=stay.id,
                    block_id=stay.block_id,
                    meeting_id=stay.meeting_id,
                    trip_id=stay.trip_id,
                    city_id=stay.city_id,
                    person_id=stay.person_id,
                    hotel=stay.hotel,
                    room_type=stay.room_type,
                    arrives_on=stay.arrives_on,
                    departs_on=stay.departs_on,
                    occurred_at=at,
                )
            )
        return stay

    def follow_trip(self, trip: Trip, *, at: datetime) -> bool:
        """Give the room back if its trip does not need it any more; returns whether it did."""
        if self.state is StayState.RELEASED or trip.keeps(self.mandate):
            return False
        self.release(TRIP_RELEASED, at=at)
        return True

    def release(self, reason: str, *, at: datetime) -> None:
        """Give the room back; records ``StayReleased``.

        Raises:
            AlreadyReleased: It was given back before.
        """
        if self.state is StayState.RELEASED:
            raise AlreadyReleased("The room was given back before.", stay_id=self.id)
        self.state, self.release_reason = StayState.RELEASED, reason
        self.record(
            StayReleased(
                stay_id=self.id,
                block_id=self.block_id,
                meeting_id=self.meeting_id,
                trip_id=self.trip_id,
                city_id=self.city_id,
                person_id=self.person_id,
                reason=reason,
                occurred_at=at,
            )
        )
