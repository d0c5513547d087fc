"""Where travel keeps its aggregates and its copies."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.travel.domain.block import Block, BlockNotFound
from services.travel.domain.copies import CityCopy, Guest, MeetingCopy
from services.travel.domain.journey import Direction
from services.travel.domain.manifest import ManifestRow, RoomingRow
from services.travel.domain.party import Party, PartyNotFound
from services.travel.domain.stay import Stay, StayNotFound, StayState
from services.travel.domain.trip import Trip, TripNotFound, TripState
from shared.persistence import Index, Repository
from shared.persistence.document import Document
from shared.web.paging import Page, PageRequest

_MANIFEST_ORDER = {Direction.ARRIVAL: "arrives_at", Direction.DEPARTURE: "departs_at"}


class GuestRepository(Repository[Guest]):
    """People, by the id that membership gave them."""

    collection = "guests"
    aggregate = Guest
    is_copy = True


class CityRepository(Repository[CityCopy]):
    """Cities, by the id that membership gave them."""

    collection = "cities"
    aggregate = CityCopy
    is_copy = True


class MeetingRepository(Repository[MeetingCopy]):
    """Meetings, by the id that events gave them."""

    collection = "meetings"
    aggregate = MeetingCopy
    is_copy = True


class TripRepository(Repository[Trip]):
    """Trips; their documents also hold the instants that manifests are sorted by."""

    collection = "trips"
    aggregate = Trip
    not_found = TripNotFound
    indexes = (
        Index("meeting_id", "city_id", "person_id", "_id"),
        Index("meeting_id", "arrives_at", "_id"),
        Index("meeting_id", "departs_at", "_id"),
    )

    def state(self, aggregate: Trip) -> Document:
        """Return a trip's state as a document, with what it is sorted by beside it."""
        arrival = aggregate.bookings.get(Direction.ARRIVAL)
        departure = aggregate.bookings.get(Direction.DEPARTURE)
        return {
            **super().state(aggregate),
            "arrives_at": arrival.journey.arrives_at if arrival else None,
            "departs_at": departure.journey.departs_at if departure else None,
        }

    def list_of(self, meeting_id: str | None, city_id: str | None, page: PageRequest) -> Page[Trip]:
        """Return trips by meeting and city, of any state; ``None`` is any."""
        query = _given(meeting_id=meeting_id, city_id=city_id)
        return self.page(query, page, sort=("meeting_id", "city_id", "person_id"))

    def manifest(
        self, meeting_id: str, direction: Direction, city_id: str | None, page: PageRequest
    ) -> Page[Trip]:
        """Return a meeting's open trips: those not booked, then the others in true time."""
        query = _given(meeting_id=meeting_id, city_id=city_id, state=TripState.OPEN.value)
        return self.page(query, page, sort=(_MANIFEST_ORDER[direction],))

    def open_for(self, meeting_id: str) -> list[Trip]:
        """Return a meeting's open trips."""
        return self.query({"meeting_id": meeting_id, "state": TripState.OPEN.value})


class PartyRepository(Repository[Party]):
    """Parties."""

    collection = "parties"
    aggregate = Party
    not_found = PartyNotFound


class BlockRepository(Repository[Block]):
    """Blocks of rooms."""

    collection = "blocks"
    aggregate = Block
    not_found = BlockNotFound
    indexes = (Index("meeting_id", "hotel", "_id"),)

    def list_of(self, meeting_id: str | None, page: PageRequest) -> Page[Block]:
        """Return blocks by meeting, ``None`` is any; by name of the hotel."""
        return self.page(_given(meeting_id=meeting_id), page, sort=("meeting_id", "hotel"))


class StayRepository(Repository[Stay]):
    """Stays."""

    collection = "stays"
    aggregate = Stay
    not_found = StayNotFound
    indexes = (Index("block_id", "arrives_on", "departs_on", "_id"), Index("trip_id"))

    def rooming(self, block_id: str, page: PageRequest) -> Page[Stay]:
        """Return a block's confirmed stays in the order of arrival."""
        query = {"block_id": block_id, "state": StayState.CONFIRMED.value}
        return self.page(query, page, sort=("arrives_on", "departs_on"))

    def confirmed_of(self, trip_ids: Iterable[str]) -> list[Stay]:
        """Return the confirmed stays of some trips, in the order of arrival."""
        query = {"trip_id": {"$in": list(trip_ids)}, "state": StayState.CONFIRMED.value}
        return self.query(query, sort=[("arrives_on", 1), ("_id", 1)])


@dataclass(frozen=True, kw_only=True)
class Lists:
    """The lists that hosts and hotels work with, put together from several collections.

    Attributes:
        trips: Who travels, and by what.
        parties: Who travels together.
        stays: Who sleeps where.
        guests: What people are called.
        cities: What cities are called.
        meetings: When meetings begin and end.
    """

    trips: TripRepository
    parties: PartyRepository
    stays: StayRepository
    guests: GuestRepository
    cities: CityRepository
    meetings: MeetingRepository

    def manifest(
        self, meeting_id: str, direction: Direction, city_id: str | None, page: PageRequest
    ) -> Page[ManifestRow]:
        """Return who arrives or departs: those not booked, then the others in true time."""
        trips = self.trips.manifest(meeting_id, direction, city_id, page)
        meeting = self.meetings.find(meeting_id)
        guests = self.guests.find_many(trip.person_id for trip in trips.items)
        cities = self.cities.find_many(trip.city_id for trip in trips.items)
        parties = self.parties.find_many(
            party_id for trip in trips.items if (party_id := trip.party_id(direction))
        )
        stays = self._stay_by_trip([trip.id for trip in trips.items], direction)
        rows = [
            ManifestRow(
                direction=direction,
                trip=trip,
                guest=guests.get(trip.person_id),
                city=cities.get(trip.city_id),
                meeting=meeting,
                party=parties.get(trip.party_id(direction) or ""),
                stay=stays.get(trip.id),
            )
            for trip in trips.items
        ]
        return Page(rows, trips.next_cursor)

    def rooming(self, block_id: str, page: PageRequest) -> Page[RoomingRow]:
        """Return who sleeps in a block, in the order of arrival."""
        stays = self.stays.rooming(block_id, page)
        guests = self.guests.find_many(stay.person_id for stay in stays.items)
        cities = self.cities.find_many(stay.city_id for stay in stays.items)
        rows = [
            RoomingRow(stay=stay, guest=guests.get(stay.person_id), city=cities.get(stay.city_id))
            for stay in stays.items
        ]
        return Page(rows, stays.next_cursor)

    def _stay_by_trip(self, trip_ids: list[str], direction: Direction) -> dict[str, Stay]:
        """Return each trip's first stay, for an arrival, or its last one, by trip id."""
        stays = self.stays.confirmed_of(trip_ids)
        if direction is Direction.ARRIVAL:
            stays.reverse()
        return {stay.trip_id: stay for stay in stays}


def _given(**conditions: str | None) -> Document:
    """Return the query for the conditions that are not ``None``."""
    return {name: value for name, value in conditions.items() if value is not None}
