"""Travel: how delegates get to a meeting, where they sleep, and what their hosts expect when.

Owns:        trips, parties, blocks, stays; copies of people, cities, meetings.
Publishes:   TripOpened, TripWishesGiven, TripBooked, TripReleased, PartyFormed, PartyBooked,
             BlockOpened, StayReserved, StayConfirmed, StayReleased, TravelStopped.
Subscribes:  PersonDescribed, CityDescribed (membership); MeetingAnnounced, MeetingRescheduled,
             MeetingCancelled, DelegateConfirmed, DelegateWithdrawn (events); TravelStopped,
             TripOpened, PartyBooked, TripReleased, StayReserved, StayConfirmed, StayReleased
             (travel).
"""
