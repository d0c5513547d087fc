"""Membership: which cities belong to the network, and who speaks for them.

Owns:        cities, city imports, people, offices, bodies, the presidency.
Publishes:   CityDescribed, CityApplied, CityAdmitted, CitySuspended, CityReinstated, CityLeft,
             CityRowAccepted, PersonDescribed, PersonContactChanged, OfficeHolderChanged,
             OfficeTermWithdrawn, BodyFounded, SeatFilled, SeatVacated, SeatAlternateChanged,
             SeatTermsCorrected, SeatTermEndNoticed, PresidencyElected.
Subscribes:  CityRowAccepted, BodyFounded, PresidencyElected (membership).
"""
