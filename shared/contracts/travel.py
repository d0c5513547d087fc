"""What travel publishes: trips, parties, rooms."""

from dataclasses import dataclass
from datetime import date

from shared.contracts import PlaceTime
from shared.domain import Event


@dataclass(frozen=True, kw_only=True)
class BookedLeg:
    """One leg of a journey.

    Attributes:
        mode: ``air``, ``rail``, ``road`` or ``sea``.
        origin: Where from: IATA code of an airport, else a place name.
        destination: Where to, in the same way.
        departs: Departure, at the origin.
        arrives: Arrival, at the destination.
        carrier: Name or IATA code, or empty.
        number: Flight or train number, or empty.
    """

    mode: str
    origin: str
    destination: str
    departs: PlaceTime
    arrives: PlaceTime
    carrier: str = ""
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class TripOpened(Event):
    """A delegate's journey to a meeting is to be arranged; also when it is opened again.

    Attributes:
        trip_id: The trip; one per delegate (person, city) and meeting.
        meeting_id: The meeting.
        city_id: City the person comes for.
        person_id: The person.
    """

    trip_id: str
    meeting_id: str
    city_id: str
    person_id: str


@dataclass(frozen=True, kw_only=True)
class TripWishesGiven(Event):
    """A delegate said how the journey should be.

    Attributes:
        trip_id: The trip.
        meeting_id: The meeting.
        city_id: City the person comes for.
        person_id: The person.
        direction: ``arrival`` or ``departure``.
    """

    trip_id: str
    meeting_id: str
    city_id: str
    person_id: str
    direction: str


@dataclass(frozen=True, kw_only=True)
class TripBooked(Event):
    """One direction of a journey is booked; it replaces what was booked before.

    Attributes:
        trip_id: The trip.
        meeting_id: The meeting.
        city_id: City the person comes for.
        person_id: The person.
        direction: ``arrival`` or ``departure``.
        legs: In order of travel.
        booking: Number of bookings of this direction, this one included.
        party_id: Party it travels with, or ``None``.
    """

    trip_id: str
    meeting_id: str
    city_id: str
    person_id: str
    direction: str
    legs: tuple[BookedLeg, ...]
    booking: int
    party_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class TripReleased(Event):
    """A journey is not needed any more; what was held for it is free.

    Attributes:
        trip_id: The trip.
        meeting_id: The meeting.
        city_id: City the person would have come for.
        person_id: The person.
        reason: ``withdrawn``, ``declined``, ``invitation_withdrawn`` or ``meeting_cancelled``.
    """

    trip_id: str
    meeting_id: str
    city_id: str
    person_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PartyFormed(Event):
    """People travel together from now on.

    Attributes:
        party_id: The party.
        meeting_id: The meeting.
        name: As shown on lists.
        trip_ids: Their trips.
    """

    party_id: str
    meeting_id: str
    name: str
    trip_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PartyBooked(Event):
    """A party is booked as one; its trips follow. Booking it again moves all of it.

    Attributes:
        party_id: The party.
        meeting_id: The meeting.
        trip_ids: Its trips.
        direction: ``arrival`` or ``departure``.
        legs: In order of travel.
    """

    party_id: str
    meeting_id: str
    trip_ids: tuple[str, ...]
    direction: str
    legs: tuple[BookedLeg, ...]


@dataclass(frozen=True, kw_only=True)
class BlockOpened(Event):
    """A hotel keeps rooms for a meeting.

    Attributes:
        block_id: The block; one per hotel and meeting.
        meeting_id: The meeting.
        hotel: Name of the hotel.
        address: Its address.
    """

    block_id: str
    meeting_id: str
    hotel: str
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class StayReserved(Event):
    """A block has taken rooms out of its stock; the stay itself follows.

    Attributes:
        stay_id: The stay.
        block_id: The block.
        meeting_id: The meeting.
        trip_id: Trip of the guest.
        city_id: City the guest comes for.
        person_id: The guest.
        hotel: Name of the hotel.
        room_type: As the hotel calls it.
        arrives_on: First night.
        departs_on: Day of departure; the night before is the last.
        mandate: Sequence number of the delegation's event under which the trip was open.
    """

    stay_id: str
    block_id: str
    meeting_id: str
    trip_id: str
    city_id: str
    person_id: str
    hotel: str
    room_type: str
    arrives_on: date
    departs_on: date
    mandate: int = 0


@dataclass(frozen=True, kw_only=True)
class StayConfirmed(Event):
    """A guest has a room.

    Attributes:
        stay_id: The stay.
        block_id: The block.
        meeting_id: The meeting.
        trip_id: Trip of the guest.
        city_id: City the guest comes for.
        person_id: The guest.
        hotel: Name of the hotel.
        room_type: As the hotel calls it.
        arrives_on: First night.
        departs_on: Day of departure.
    """

    stay_id: str
    block_id: str
    meeting_id: str
    trip_id: str
    city_id: str
    person_id: str
    hotel: str
    room_type: str
    arrives_on: date
    departs_on: date


@dataclass(frozen=True, kw_only=True)
class StayReleased(Event):
    """A stay is not needed any more; the block takes its nights back.

    Attributes:
        stay_id: The stay.
        block_id: The block.
        meeting_id: The meeting.
        trip_id: Trip of the guest.
        city_id: City the guest would have come for.
        person_id: The guest.
        reason: ``trip_released`` or as written by the secretariat.
    """

    stay_id: str
    block_id: str
    meeting_id: str
    trip_id: str
    city_id: str
    person_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class TravelStopped(Event):
    """Nobody travels to a meeting any more; its trips follow.

    Attributes:
        meeting_id: The meeting, cancelled.
        reason: ``meeting_cancelled``.
    """

    meeting_id: str
    reason: str
