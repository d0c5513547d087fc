"""Membership: which cities belong to the network, and who speaks for them.

Owns:        cities, city imports, people, offices, bodies, the presidency, precedence, the ranking.
Publishes:   CityDescribed, CityApplied, CityAdmitted, CityAdmittedAsObserver, CitySuspended,
             CityReinstated, CityReinstatedAsObserver, CityLeft, CityStandingsWithdrawn,
             CityRowAccepted, PersonDescribed, PersonContactChanged, OfficeHolderChanged,
             BodyFounded, SeatFilled, SeatVacated, PresidencyElected, PrecedenceChanged,
             PrecedenceRanked.
Subscribes:  CityRowAccepted, CityDescribed, CityAdmitted, CityAdmittedAsObserver, CitySuspended,
             CityReinstated, CityReinstatedAsObserver, CityLeft, CityStandingsWithdrawn,
             OfficeHolderChanged, SeatFilled, SeatVacated, PresidencyElected,
             PrecedenceChanged (membership).
"""
