"""Membership: which cities belong to the network, and who speaks for them.

Owns:        cities, imports, people, offices, bodies, the presidency.
Publishes:   CityDescribed, CityApplied, CityAdmitted, CitySuspended, CityReinstated, CityLeft,
             ImportPreviewed, ImportCommitted, ImportPartAccepted, ImportCompleted,
             ImportCancelled, CityRowAccepted, PersonRowAccepted,
             PersonDescribed, PersonContactChanged, OfficeHolderChanged,
             BodyFounded, SeatFilled, SeatVacated, PresidencyElected.
Subscribes:  ImportCommitted, ImportPartAccepted, CityRowAccepted, PersonRowAccepted (membership).
"""
