"""Membership: which cities belong to the network, and who speaks for them.

Owns:        cities, imports, people, offices, bodies, the presidency, presidency items,
             precedence, the ranking.
Publishes:   CityDescribed, CityApplied, CityAdmitted, CityAdmittedAsObserver, CitySuspended,
             CityReinstated, CityReinstatedAsObserver, CityLeft, CityStandingsWithdrawn,
             ImportPreviewed, ImportCommitted, ImportPartAccepted, ImportCompleted,
             ImportCancelled, CityRowAccepted, PersonRowAccepted, PersonDescribed,
             PersonContactChanged, PersonAffiliated, PersonMerged, PersonRestored,
             PersonToldApart, SurvivorChanged, OfficeHolderChanged, OfficeTermWithdrawn,
             BodyFounded, SeatFilled, SeatVacated, SeatAlternateChanged, SeatTermsCorrected,
             SeatTermEndNoticed, PresidencyElected, PresidencyTakenOver,
             PresidencyWithdrawn, PresidencyHandedOver, PresidencyItemOpened,
             PresidencyItemHandedOver, PresidencyItemClosed, PrecedenceChanged, PrecedenceRanked.
Subscribes:  ImportCommitted, ImportPartAccepted, CityRowAccepted, PersonRowAccepted,
             PersonMerged, SurvivorChanged,
             CityDescribed, CityAdmitted, CityAdmittedAsObserver, CitySuspended,
             CityReinstated, CityReinstatedAsObserver, CityLeft, CityStandingsWithdrawn,
             OfficeHolderChanged, OfficeTermWithdrawn, BodyFounded, SeatFilled, SeatVacated,
             SeatTermsCorrected, PresidencyElected, PresidencyTakenOver,
             PresidencyWithdrawn, PresidencyHandedOver, PresidencyItemOpened,
             PrecedenceChanged (membership).
"""
