"""The doors of travel."""

from services.travel import schemas, use_cases
from services.travel.domain.block import Block, Hold, Offer
from services.travel.domain.booking import Wish
from services.travel.domain.copies import CityCopy, Guest, MeetingCopy
from services.travel.domain.journey import Direction, Leg
from services.travel.domain.manifest import ManifestRow, RoomingRow
from services.travel.domain.party import Party, PartyPlan
from services.travel.domain.stay import Stay
from services.travel.domain.trip import Trip, trip_id_of
from services.travel.repository import (
    BlockRepository,
    CityRepository,
    GuestRepository,
    Lists,
    MeetingRepository,
    PartyRepository,
    StayRepository,
    TripRepository,
)
from shared.clock import utc_now
from shared.contracts import events, membership, travel
from shared.messaging.subscriber import subscribe
from shared.persistence import Mongo
from shared.service import Service
from shared.web.auth import ANYWHERE, ORGANISER, OWN_CITY, Access
from shared.web.http import http
from shared.web.paging import Page, PageRequest

HOSTS = Access(organiser=ANYWHERE, host=ANYWHERE)
DELEGATIONS = Access(organiser=ANYWHERE, city_lead=OWN_CITY)
EVERYBODY = HOSTS | DELEGATIONS


class TravelService(Service):
    """How delegates get to a meeting, where they sleep, and what their hosts expect when."""

    name = "travel"
    port = 8003

    trips = Mongo(TripRepository)
    parties = Mongo(PartyRepository)
    blocks = Mongo(BlockRepository)
    stays = Mongo(StayRepository)
    guests = Mongo(GuestRepository)
    cities = Mongo(CityRepository)
    meetings = Mongo(MeetingRepository)

    @property
    def lists(self) -> Lists:
        """What is put together from several collections."""
        return Lists(
            trips=self.trips,
            parties=self.parties,
            stays=self.stays,
            guests=self.guests,
            cities=self.cities,
            meetings=self.meetings,
        )

    # -- trips ---------------------------------------------------------------------------------

    @http(
        "GET", "/v1/trips", takes=schemas.ListTripsSchema, lists=schemas.TripSchema, allow=EVERYBODY
    )
    def list_trips(
        self, page: PageRequest, meeting_id: str | None, city_id: str | None
    ) -> Page[Trip]:
        """List trips, released ones too."""
        return self.trips.list_of(meeting_id, city_id, page)

    @http("GET", "/v1/trips/<trip_id>", gives=schemas.TripSchema, allow=EVERYBODY)
    def get_trip(self, trip_id: str) -> Trip:
        """Look up a trip."""
        return self.trips.get(trip_id)

    @http(
        "PUT",
        "/v1/trips/<trip_id>/wishes/<direction>",
        takes=schemas.WishJourneySchema,
        gives=schemas.TripSchema,
        allow=DELEGATIONS,
    )
    def wish_journey(self, trip_id: str, direction: str, wish: Wish) -> Trip:
        """Note how a delegate would like to travel."""
        return use_cases.wish_journey(self.trips, trip_id, direction, wish, at=utc_now())

    @http(
        "PUT",
        "/v1/trips/<trip_id>/bookings/<direction>",
        takes=schemas.BookJourneySchema,
        gives=schemas.TripSchema,
        allow=DELEGATIONS,
    )
    def book_trip(self, trip_id: str, direction: str, legs: list[Leg]) -> Trip:
        """Book one direction of a trip."""
        return use_cases.book_trip(self.trips, trip_id, direction, legs, at=utc_now())

    # -- parties -------------------------------------------------------------------------------

    @http(
        "POST",
        "/v1/parties",
        takes=schemas.FormPartySchema,
        gives=schemas.PartySchema,
        creates=True,
        allow=ORGANISER,
    )
    def form_party(self, new_id: str, plan: PartyPlan) -> Party:
        """Have people travel together."""
        return use_cases.form_party(self.parties, self.trips, new_id, plan, at=utc_now())

    @http("GET", "/v1/parties/<party_id>", gives=schemas.PartySchema, allow=HOSTS)
    def get_party(self, party_id: str) -> Party:
        """Look up a party."""
        return self.parties.get(party_id)

    @http(
        "PUT",
        "/v1/parties/<party_id>/bookings/<direction>",
        takes=schemas.BookJourneySchema,
        gives=schemas.PartySchema,
        allow=ORGANISER,
    )
    def book_party(self, party_id: str, direction: str, legs: list[Leg]) -> Party:
        """Book one direction of a party; its trips follow."""
        return use_cases.book_party(self.parties, party_id, direction, legs, at=utc_now())

    # -- rooms ---------------------------------------------------------------------------------

    @http(
        "POST",
        "/v1/blocks",
        takes=schemas.OpenBlockSchema,
        gives=schemas.BlockSchema,
        creates=True,
        allow=ORGANISER,
    )
    def open_block(self, new_id: str, offer: Offer) -> Block:
        """Take a hotel's rooms into stock."""
        return use_cases.open_block(self.blocks, new_id, offer, at=utc_now())

    @http(
        "GET", "/v1/blocks", takes=schemas.ListBlocksSchema, lists=schemas.BlockSchema, allow=HOSTS
    )
    def list_blocks(self, page: PageRequest, meeting_id: str | None) -> Page[Block]:
        """List blocks of rooms."""
        return self.blocks.list_of(meeting_id, page)

    @http("GET", "/v1/blocks/<block_id>", gives=schemas.BlockSchema, allow=HOSTS)
    def get_block(self, block_id: str) -> Block:
        """Look up a block: its stock, and what is left night by night."""
        return self.blocks.get(block_id)

    @http(
        "POST",
        "/v1/blocks/<block_id>/stays",
        takes=schemas.ReserveStaySchema,
        gives=schemas.ReservedStaySchema,
        creates=True,
        allow=HOSTS,
    )
    def reserve_stay(self, block_id: str, new_id: str, hold: Hold) -> travel.StayReserved:
        """Take a room out of a block's stock for every night of a stay."""
        return use_cases.reserve_stay(self.blocks, self.trips, block_id, new_id, hold, at=utc_now())

    @http("GET", "/v1/blocks/<block_id>/stays", lists=schemas.RoomingRowSchema, allow=HOSTS)
    def list_rooming(self, page: PageRequest, block_id: str) -> Page[RoomingRow]:
        """List who sleeps in a block, in the order of arrival."""
        return self.lists.rooming(block_id, page)

    @http("GET", "/v1/stays/<stay_id>", gives=schemas.StaySchema, allow=EVERYBODY)
    def get_stay(self, stay_id: str) -> Stay:
        """Look up a stay."""
        return self.stays.get(stay_id)

    @http(
        "POST",
        "/v1/stays/<stay_id>/release",
        takes=schemas.ReleaseStaySchema,
        gives=schemas.StaySchema,
        allow=HOSTS,
    )
    def release_stay(self, stay_id: str, reason: str) -> Stay:
        """Give a room back; the block's stock follows."""
        return use_cases.release_stay(self.stays, stay_id, reason, at=utc_now())

    # -- manifests -----------------------------------------------------------------------------

    @http(
        "GET",
        "/v1/meetings/<meeting_id>/arrivals",
        takes=schemas.ListManifestSchema,
        lists=schemas.ManifestRowSchema,
        allow=EVERYBODY,
    )
    def list_arrivals(
        self, page: PageRequest, meeting_id: str, city_id: str | None
    ) -> Page[ManifestRow]:
        """List who arrives when: those not booked, then the others in true time."""
        return self.lists.manifest(meeting_id, Direction.ARRIVAL, city_id, page)

    @http(
        "GET",
        "/v1/meetings/<meeting_id>/departures",
        takes=schemas.ListManifestSchema,
        lists=schemas.ManifestRowSchema,
        allow=EVERYBODY,
    )
    def list_departures(
        self, page: PageRequest, meeting_id: str, city_id: str | None
    ) -> Page[ManifestRow]:
        """List who departs when: those not booked, then the others in true time."""
        return self.lists.manifest(meeting_id, Direction.DEPARTURE, city_id, page)

    # -- heard from membership -----------------------------------------------------------------

    @subscribe(membership.PersonDescribed, loads={Guest: "person_id"})
    def on_person_described(self, event: membership.PersonDescribed) -> None:
        """Note what a person is called."""
        use_cases.copy_person(self.guests, event)

    @subscribe(membership.CityDescribed, loads={CityCopy: "city_id"})
    def on_city_described(self, event: membership.CityDescribed) -> None:
        """Note what a city is called."""
        use_cases.copy_city(self.cities, event)

    # -- heard from events ---------------------------------------------------------------------

    @subscribe(events.MeetingAnnounced, loads={MeetingCopy: "meeting_id"})
    def on_meeting_announced(self, event: events.MeetingAnnounced) -> None:
        """Note what is to take place."""
        use_cases.copy_announcement(self.meetings, event)

    @subscribe(events.MeetingRescheduled, loads={MeetingCopy: "meeting_id"})
    def on_meeting_rescheduled(self, event: events.MeetingRescheduled) -> None:
        """Note when it takes place."""
        use_cases.copy_rescheduling(self.meetings, event)

    @subscribe(events.MeetingCancelled, loads={MeetingCopy: "meeting_id"})
    def on_meeting_cancelled(self, event: events.MeetingCancelled) -> None:
        """Note that it does not take place."""
        use_cases.copy_cancellation(self.meetings, event, at=utc_now())

    @subscribe(events.DelegateConfirmed, loads={Trip: trip_id_of})
    def on_delegate_confirmed(self, event: events.DelegateConfirmed) -> None:
        """Have the delegate's journey arranged."""
        use_cases.open_trip(self.trips, event, at=utc_now())

    @subscribe(events.DelegateWithdrawn, loads={Trip: trip_id_of})
    def on_delegate_withdrawn(self, event: events.DelegateWithdrawn) -> None:
        """Give the delegate's journey up."""
        use_cases.withdraw_trip(self.trips, event, at=utc_now())

    # -- heard from itself ---------------------------------------------------------------------

    @subscribe(travel.TravelStopped, alone=True)
    def on_travel_stopped(self, event: travel.TravelStopped) -> None:
        """Give up every journey to the meeting."""
        use_cases.stop_travel(self.trips, event.meeting_id, at=utc_now())

    @subscribe(travel.TripOpened, loads={Trip: "trip_id", MeetingCopy: "meeting_id"})
    def on_trip_opened(self, event: travel.TripOpened) -> None:
        """Give the journey up if its meeting was cancelled meanwhile."""
        use_cases.check_meeting(self.trips, self.meetings, event, at=utc_now())

    @subscribe(travel.PartyBooked, loads={Trip: "trip_ids"})
    def on_party_booked(self, event: travel.PartyBooked) -> None:
        """Book the trips of the party."""
        use_cases.book_trips_of_party(self.trips, event, at=utc_now())

    @subscribe(travel.TripReleased, loads={Trip: "trip_id"}, alone=True)
    def on_trip_released(self, event: travel.TripReleased) -> None:
        """Give back the rooms that were held for the trip."""
        use_cases.release_stays_of_trip(self.stays, self.trips, event.trip_id, at=utc_now())

    @subscribe(travel.StayReserved, loads={Stay: "stay_id", Trip: "trip_id"})
    def on_stay_reserved(self, event: travel.StayReserved) -> None:
        """Give the guest the room that was taken out of stock."""
        use_cases.settle_stay(self.stays, self.trips, event, at=utc_now())

    @subscribe(travel.StayConfirmed, loads={Stay: "stay_id", Trip: "trip_id"})
    def on_stay_confirmed(self, event: travel.StayConfirmed) -> None:
        """Give the room back if its trip was released meanwhile."""
        use_cases.check_trip(self.stays, self.trips, event, at=utc_now())

    @subscribe(travel.StayReleased, loads={Block: "block_id"})
    def on_stay_released(self, event: travel.StayReleased) -> None:
        """Take the rooms back into stock."""
        use_cases.return_rooms(self.blocks, event.block_id, event.stay_id)
