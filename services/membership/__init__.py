"""Membership: which cities belong to the network, and who speaks for them.

Owns:        cities, city imports, people, offices, bodies, the presidency.
Publishes:   CityDescribed, CityApplied, CityAdmitted, CityAdmittedAsObserver, CitySuspended,
             CityReinstated, CityReinstatedAsObserver, CityLeft, CityStandingsWithdrawn,
             CityRowAccepted, PersonDescribed, PersonContactChanged, OfficeHolderChanged,
             BodyFounded, SeatFilled, SeatVacated, PresidencyElected.
Subscribes:  CityRowAccepted (membership).
"""
