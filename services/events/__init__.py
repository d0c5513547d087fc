"""Events: which meetings are held, who is invited, what they answer and whom they send.

Owns:        meetings, invitations, delegations; copies of cities, people, bodies, the presidency.
Publishes:   MeetingCalled, MeetingAnnounced, MeetingRescheduled, MeetingCancelled,
             AudienceInvited, InvitationUnaddressed, CityOfficeNoted, CityInvited,
             InvitationAccepted, InvitationDeclined, InvitationPassed, InvitationWithdrawn,
             DelegateNominated, DelegateConfirmed, DelegateWithdrawn.
Subscribes:  CityDescribed, CityApplied, CityAdmitted, CityAdmittedAsObserver, CitySuspended,
             CityReinstated, CityReinstatedAsObserver, CityLeft, CityStandingsWithdrawn,
             OfficeHolderChanged, OfficeTermWithdrawn, PersonDescribed, BodyFounded, SeatFilled,
             SeatVacated, SeatAlternateChanged, SeatTermsCorrected, PresidencyElected,
             PresidencyTakenOver, PresidencyWithdrawn (membership);
             AudienceInvited, CityInvited, InvitationUnaddressed, CityOfficeNoted,
             InvitationDeclined, InvitationWithdrawn, MeetingCancelled, DelegateNominated,
             DelegateConfirmed (events).
"""
