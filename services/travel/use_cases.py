"""What travel can be asked for, and what it does when it hears of something."""

from collections.abc import Iterable
from datetime import datetime

from services.travel.domain.block import Block, Hold, Offer
from services.travel.domain.booking import Wish
from services.travel.domain.copies import CityCopy, Guest, MeetingCopy
from services.travel.domain.journey import Direction, Journey, Leg
from services.travel.domain.party import Party, PartyPlan
from services.travel.domain.stay import Stay
from services.travel.domain.trip import Trip, trip_id_of
from services.travel.gateways import AIRPORTS
from services.travel.repository import (
    BlockRepository,
    CityRepository,
    GuestRepository,
    MeetingRepository,
    PartyRepository,
    StayRepository,
    TripRepository,
)
from shared.contracts.events import (
    DelegateConfirmed,
    DelegateWithdrawn,
    MeetingAnnounced,
    MeetingCancelled,
    MeetingRescheduled,
)
from shared.contracts.membership import CityDescribed, PersonDescribed
from shared.contracts.travel import PartyBooked, StayConfirmed, StayReserved, TripOpened

# -- commands ----------------------------------------------------------------------------------


def wish_journey(
    trips: TripRepository, trip_id: str, direction: str, wish: Wish, *, at: datetime
) -> Trip:
    """Note how a delegate would like to travel."""
    trip = trips.get(trip_id)
    trip.wish(Direction.named(direction), wish, at=at)
    trips.save(trip)
    return trip


def book_trip(
    trips: TripRepository, trip_id: str, direction: str, legs: Iterable[Leg], *, at: datetime
) -> Trip:
    """Book one direction of a trip."""
    trip = trips.get(trip_id)
    trip.book(Direction.named(direction), Journey.plan(legs, airports=AIRPORTS), at=at)
    trips.save(trip)
    return trip


def form_party(
    parties: PartyRepository,
    trips: TripRepository,
    party_id: str,
    plan: PartyPlan,
    *,
    at: datetime,
) -> Party:
    """Have people travel together."""
    party = Party.form(party_id, plan, trips.find_many(plan.trip_ids), at=at)
    parties.save(party)
    return party


def book_party(
    parties: PartyRepository, party_id: str, direction: str, legs: Iterable[Leg], *, at: datetime
) -> Party:
    """Book one direction of a party; its trips follow."""
    party = parties.get(party_id)
    party.book(Direction.named(direction), Journey.plan(legs, airports=AIRPORTS), at=at)
    parties.save(party)
    return party


def open_block(blocks: BlockRepository, block_id: str, offer: Offer, *, at: datetime) -> Block:
    """Take a hotel's rooms into stock."""
    block = Block.open(block_id, offer, at=at)
    blocks.save(block)
    return block


def reserve_stay(
    blocks: BlockRepository,
    trips: TripRepository,
    block_id: str,
    stay_id: str,
    hold: Hold,
    *,
    at: datetime,
) -> StayReserved:
    """Take a room out of a block's stock; the stay follows."""
    block = blocks.get(block_id)
    reserved = block.reserve(stay_id, hold, trips.find(hold.trip_id), at=at)
    blocks.save(block)
    return reserved


def release_stay(stays: StayRepository, stay_id: str, reason: str, *, at: datetime) -> Stay:
    """Give a room back; the block follows."""
    stay = stays.get(stay_id)
    stay.release(reason, at=at)
    stays.save(stay)
    return stay


# -- copies ------------------------------------------------------------------------------------


def copy_person(guests: GuestRepository, event: PersonDescribed) -> None:
    """Note what membership knows of a person."""
    guest = guests.find(event.person_id) or Guest(id=event.person_id)
    guest.describe(event)
    guests.save(guest)


def copy_city(cities: CityRepository, event: CityDescribed) -> None:
    """Note what membership knows of a city."""
    city = cities.find(event.city_id) or CityCopy(id=event.city_id)
    city.describe(event)
    cities.save(city)


def copy_announcement(meetings: MeetingRepository, event: MeetingAnnounced) -> None:
    """Note what is to take place."""
    meeting = meetings.find(event.meeting_id) or MeetingCopy(id=event.meeting_id)
    meeting.announce(event)
    meetings.save(meeting)


def copy_rescheduling(meetings: MeetingRepository, event: MeetingRescheduled) -> None:
    """Note when it takes place."""
    meeting = meetings.find(event.meeting_id) or MeetingCopy(id=event.meeting_id)
    meeting.reschedule(event)
    meetings.save(meeting)


def copy_cancellation(
    meetings: MeetingRepository, event: MeetingCancelled, *, at: datetime
) -> None:
    """Note that it does not take place."""
    meeting = meetings.find(event.meeting_id) or MeetingCopy(id=event.meeting_id)
    meeting.cancel(event, at=at)
    meetings.save(meeting)


# -- what follows ------------------------------------------------------------------------------


def open_trip(trips: TripRepository, event: DelegateConfirmed, *, at: datetime) -> None:
    """Have a delegate's journey arranged."""
    trip = trips.find(trip_id_of(event)) or Trip.of(event)
    trip.confirm(event, at=at)
    trips.save(trip)


def withdraw_trip(trips: TripRepository, event: DelegateWithdrawn, *, at: datetime) -> None:
    """Give a delegate's journey up; who was never confirmed has none."""
    if not event.was_confirmed:
        return
    trip = trips.find(trip_id_of(event)) or Trip.of(event)
    trip.withdraw(event, at=at)
    trips.save(trip)


def stop_travel(trips: TripRepository, meeting_id: str, *, at: datetime) -> None:
    """Give up every journey to a meeting."""
    for trip in trips.open_for(meeting_id):
        trip.stop(at=at)
        trips.save(trip)


def check_meeting(
    trips: TripRepository, meetings: MeetingRepository, event: TripOpened, *, at: datetime
) -> None:
    """Give a journey up whose meeting was cancelled while it was opened."""
    trip = trips.get(event.trip_id)
    if trip.follow(meetings.find(event.meeting_id), at=at):
        trips.save(trip)


def book_trips_of_party(trips: TripRepository, event: PartyBooked, *, at: datetime) -> None:
    """Book the trips of a party as the party was booked."""
    for trip in trips.find_many(event.trip_ids).values():
        trip.book_with_party(event, at=at)
        trips.save(trip)


def release_stays_of_trip(
    stays: StayRepository, trips: TripRepository, trip_id: str, *, at: datetime
) -> None:
    """Give back the rooms that a trip does not need any more."""
    trip = trips.get(trip_id)
    for stay in stays.confirmed_of([trip_id]):
        if stay.follow_trip(trip, at=at):
            stays.save(stay)


def settle_stay(
    stays: StayRepository, trips: TripRepository, event: StayReserved, *, at: datetime
) -> None:
    """Give a guest the room that was taken out of stock."""
    trip = trips.get(event.trip_id)
    stay = stays.find(event.stay_id) or Stay.follow_block(event, trip, at=at)
    stays.save(stay)


def check_trip(
    stays: StayRepository, trips: TripRepository, event: StayConfirmed, *, at: datetime
) -> None:
    """Give a room back whose trip was released while it was confirmed."""
    stay = stays.get(event.stay_id)
    if stay.follow_trip(trips.get(event.trip_id), at=at):
        stays.save(stay)


def return_rooms(blocks: BlockRepository, block_id: str, stay_id: str) -> None:
    """Take the rooms of a released stay back into stock."""
    block = blocks.get(block_id)
    block.release(stay_id)
    blocks.save(block)
