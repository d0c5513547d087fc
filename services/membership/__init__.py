"""Membership: which cities belong to the network, and who speaks for them.

Owns:        cities, city imports, people, offices, bodies, the presidency.
Publishes:   CityDescribed, CityApplied, CityAdmitted, CitySuspended, CityReinstated, CityLeft,
             CityRowAccepted, PersonDescribed, PersonContactChanged, PersonAffiliated,
             PersonMerged, PersonRestored, PersonToldApart, SurvivorChanged, OfficeHolderChanged,
             BodyFounded, SeatFilled, SeatVacated, PresidencyElected.
Subscribes:  CityRowAccepted, PersonMerged, SurvivorChanged (membership).
"""
