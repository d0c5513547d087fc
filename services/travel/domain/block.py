"""Block: the rooms that a hotel keeps for a meeting, counted night by night."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Self

from services.travel.domain.trip import OtherMeeting, Trip, UnknownTrip
from shared.contracts.travel import BlockOpened, StayReserved
from shared.domain import Aggregate
from shared.errors import Conflict, NotFound, RuleViolated

NIGHTS_MOST = 60
"""Nights of one stay or one line of an offer; a block is for one meeting."""


class BlockNotFound(NotFound):
    """There is no such block."""


class LastNightBeforeFirst(RuleViolated):
    """Rooms are kept from a first night to a last one."""


class TooManyNights(RuleViolated):
    """A block is for one meeting, not for a season."""


class DepartsBeforeArrival(RuleViolated):
    """Who stays stays for a night at least."""


class UnknownRoomType(RuleViolated):
    """The hotel keeps no rooms of this type."""


class UnknownNight(RuleViolated):
    """The hotel keeps no rooms of this type for some of the nights."""


class AlreadyStays(Conflict):
    """The guest has a room in some of these nights."""


class AlreadyReserved(Conflict):
    """This stay was reserved before."""


class NoRoomLeft(Conflict):
    """Every room of this type is taken in some of the nights."""


@dataclass(frozen=True, kw_only=True)
class Allotment:
    """One line of a hotel's offer.

    Attributes:
        room_type: As the hotel calls it.
        first_night: Day on whose evening the first night begins.
        last_night: The same of the last one; not before ``first_night``.
        count: Rooms in each of the nights, ≥ 1.
    """

    room_type: str
    first_night: date
    last_night: date
    count: int

    @property
    def nights(self) -> list[date]:
        """Its nights, in order."""
        return list(_days(self.first_night, self.last_night + timedelta(days=1)))


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a hotel keeps for a meeting.

    Attributes:
        meeting_id: The meeting.
        hotel: Name of the hotel.
        address: Its address.
        city_id: City that it is in.
        rooms: At least one line; lines of the same type and night add up.
    """

    meeting_id: str
    hotel: str
    address: str
    city_id: str
    rooms: tuple[Allotment, ...]


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A room that is taken out of the stock.

    Attributes:
        trip_id: Trip of the guest.
        room_type: As the hotel calls it.
        arrives_on: First night.
        departs_on: Day of departure; the night before is the last.

    Raises:
        DepartsBeforeArrival: There is no night between the two.
        TooManyNights: There are more than sixty.
    """

    trip_id: str
    room_type: str
    arrives_on: date
    departs_on: date

    def __post_init__(self) -> None:
        if self.departs_on <= self.arrives_on:
            raise DepartsBeforeArrival("A stay has a night at least.", field="departs_on")
        if (self.departs_on - self.arrives_on).days > NIGHTS_MOST:
            raise TooManyNights(f"A stay has {NIGHTS_MOST} nights at most.", field="departs_on")

    @property
    def nights(self) -> list[str]:
        """Its nights as ISO 8601 dates, in order."""
        return [night.isoformat() for night in _days(self.arrives_on, self.departs_on)]

    def overlaps(self, other: Self) -> bool:
        """Tell whether both have a night in common."""
        return self.arrives_on < other.departs_on and other.arrives_on < self.departs_on


@dataclass(kw_only=True, eq=False)
class Block(Aggregate):
    """The rooms that one hotel keeps for one meeting.

    All nights and all holds are one document, so a stay of several nights is one write: it gets
    all of them or none, and nobody is turned away while every night has a room.

    Attributes:
        meeting_id: The meeting.
        hotel: Name of the hotel.
        address: Its address.
        city_id: City that it is in.
        stock: Rooms by room type and night (ISO 8601 date).
        holds: What is taken, by stay id.
        returned: Ids of stays whose rooms came back; none of them is used again.
    """

    meeting_id: str
    hotel: str
    address: str
    city_id: str
    stock: dict[str, dict[str, int]]
    holds: dict[str, Hold] = field(default_factory=dict)
    returned: tuple[str, ...] = ()

    @classmethod
    def open(cls, block_id: str, offer: Offer, *, at: datetime) -> Self:
        """Take a hotel's rooms into stock; records ``BlockOpened``.

        Raises:
            LastNightBeforeFirst: A line ends before it begins.
            TooManyNights: A line has more than sixty.
        """
        block = cls(
            id=block_id,
            meeting_id=offer.meeting_id,
            hotel=offer.hotel,
            address=offer.address,
            city_id=offer.city_id,
            stock=_stock(offer.rooms),
        )
        block.record(
            BlockOpened(
                block_id=block_id,
                meeting_id=offer.meeting_id,
                hotel=offer.hotel,
                address=offer.address,
                occurred_at=at,
            )
        )
        return block

    @property
    def left(self) -> dict[str, dict[str, int]]:
        """Rooms that nobody has taken, by room type and night (ISO 8601 date)."""
        taken = Counter(
            (hold.room_type, night) for hold in self.holds.values() for night in hold.nights
        )
        return {
            room_type: {night: count - taken[room_type, night] for night, count in nights.items()}
            for room_type, nights in self.stock.items()
        }

    def reserve(self, stay_id: str, hold: Hold, trip: Trip | None, *, at: datetime) -> StayReserved:
        """Take a room out of the stock for every night of a stay.

        Args:
            stay_id: Identity of the new stay.
            hold: What is wanted.
            trip: Trip of the guest, if there is one.
            at: When.

        Returns:
            What it has recorded; the stay itself follows from it.

        Raises:
            UnknownTrip: There is no such trip.
            OtherMeeting: The trip leads to another meeting.
            TripIsReleased: Nobody travels.
            AlreadyReserved: The stay was reserved before.
            AlreadyStays: The guest has a room here in some of the nights.
            UnknownRoomType: The block has none of this type.
            UnknownNight: The block has none in some of the nights.
            NoRoomLeft: All are taken in some of the nights.
        """
        if trip is None:
            raise UnknownTrip(f"There is no trip {hold.trip_id!r}.", field="trip_id")
        if trip.meeting_id != self.meeting_id:
            raise OtherMeeting("The trip leads to another meeting.", field="trip_id")
        trip.refuse_if_released()
        self._check_guest(stay_id, hold)
        self._check_rooms(hold)
        self.holds[stay_id] = hold
        reserved = StayReserved(
            stay_id=stay_id,
            block_id=self.id,
            meeting_id=self.meeting_id,
            trip_id=trip.id,
            city_id=trip.city_id,
            person_id=trip.person_id,
            hotel=self.hotel,
            room_type=hold.room_type,
            arrives_on=hold.arrives_on,
            departs_on=hold.departs_on,
            mandate=trip.mandate,
            occurred_at=at,
        )
        self.record(reserved)
        return reserved

    def release(self, stay_id: str) -> None:
        """Take the rooms of a stay back into stock; nothing happens the second time."""
        if self.holds.pop(stay_id, None) is not None:
            self.returned = (*self.returned, stay_id)

    def _check_guest(self, stay_id: str, hold: Hold) -> None:
        if stay_id in self.holds or stay_id in self.returned:
            raise AlreadyReserved("This stay was reserved before.", stay_id=stay_id)
        for other_id, other in self.holds.items():
            if other.trip_id == hold.trip_id and other.overlaps(hold):
                raise AlreadyStays(
                    f"The guest has a room from {other.arrives_on} to {other.departs_on}.",
                    stay_id=other_id,
                )

    def _check_rooms(self, hold: Hold) -> None:
        stock = self.stock.get(hold.room_type)
        if stock is None:
            raise UnknownRoomType(f"There is no {hold.room_type!r} room.", field="room_type")
        if unknown := [night for night in hold.nights if night not in stock]:
            raise UnknownNight(
                f"No {hold.room_type} room is kept for {', '.join(unknown)}.",
                field="arrives_on" if unknown[0] == hold.nights[0] else "departs_on",
            )
        left = self.left[hold.room_type]
        if full := [night for night in hold.nights if left[night] < 1]:
            nights = ", ".join(full)
            raise NoRoomLeft(f"No {hold.room_type} room is left for {nights}.", nights=nights)


def _stock(rooms: tuple[Allotment, ...]) -> dict[str, dict[str, int]]:
    stock: dict[str, dict[str, int]] = {}
    for number, line in enumerate(rooms):
        place = f"rooms.{number}.last_night"
        if line.last_night < line.first_night:
            raise LastNightBeforeFirst("The last night is before the first.", field=place)
        if (line.last_night - line.first_night).days >= NIGHTS_MOST:
            raise TooManyNights(f"A line has {NIGHTS_MOST} nights at most.", field=place)
        nights = stock.setdefault(line.room_type, {})
        for night in map(date.isoformat, line.nights):
            nights[night] = nights.get(night, 0) + line.count
    return {room_type: dict(sorted(nights.items())) for room_type, nights in stock.items()}


def _days(first: date, end: date) -> Iterator[date]:
    """Give the days from the first one up to, without, the end."""
    for number in range((end - first).days):
        yield first + timedelta(days=number)
