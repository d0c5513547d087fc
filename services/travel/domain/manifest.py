"""Manifest: who arrives, or departs, when and how; read from several aggregates."""

from dataclasses import dataclass

from services.travel.domain.copies import CityCopy, Guest, MeetingCopy
from services.travel.domain.journey import Direction, Leg
from services.travel.domain.party import Party
from services.travel.domain.stay import Stay
from services.travel.domain.trip import Trip


@dataclass(frozen=True, kw_only=True)
class ManifestRow:
    """One traveller on the list that drivers and hosts work with.

    Attributes:
        direction: Of the list.
        trip: The traveller's trip.
        guest: The traveller; ``None`` while membership was not heard.
        city: City the traveller comes for; ``None`` in the same case.
        meeting: The meeting; ``None`` while its announcement was not heard.
        party: Party it is booked with, or ``None``.
        stay: Room of the night after the arrival, or before the departure, or ``None``.
    """

    direction: Direction
    trip: Trip
    guest: Guest | None
    city: CityCopy | None
    meeting: MeetingCopy | None
    party: Party | None
    stay: Stay | None

    @property
    def is_complete(self) -> bool:
        """Whether the direction is booked."""
        return self.direction in self.trip.bookings

    @property
    def leg(self) -> Leg | None:
        """The leg that the hosts see: the last one in, the first one out."""
        booking = self.trip.bookings.get(self.direction)
        if booking is None:
            return None
        return booking.journey.legs[-1 if self.direction is Direction.ARRIVAL else 0]

    @property
    def in_time(self) -> bool | None:
        """Whether the traveller is there from beginning to end, as far as the leg decides it.

        ``None`` when nothing is booked or the meeting's times are not known.
        """
        leg, meeting = self.leg, self.meeting
        if leg is None or meeting is None or meeting.begins is None or meeting.ends is None:
            return None
        if self.direction is Direction.ARRIVAL:
            return leg.arrives.at <= meeting.begins.at
        return leg.departs.at >= meeting.ends.at


@dataclass(frozen=True, kw_only=True)
class RoomingRow:
    """One guest on the list that a hotel works with.

    Attributes:
        stay: The room.
        guest: The guest; ``None`` while membership was not heard.
        city: City the guest comes for; ``None`` in the same case.
    """

    stay: Stay
    guest: Guest | None
    city: CityCopy | None
