"""Membership: which cities belong to the network, and who speaks for them.

Owns:        cities, city imports, people, offices, bodies, the presidency, presidency items.
Publishes:   CityDescribed, CityApplied, CityAdmitted, CitySuspended, CityReinstated, CityLeft,
             CityRowAccepted, PersonDescribed, PersonContactChanged, OfficeHolderChanged,
             BodyFounded, SeatFilled, SeatVacated, PresidencyElected, PresidencyTakenOver,
             PresidencyWithdrawn, PresidencyHandedOver, PresidencyItemOpened,
             PresidencyItemHandedOver, PresidencyItemClosed.
Subscribes:  CityRowAccepted, PresidencyHandedOver, PresidencyItemOpened (membership).
"""
