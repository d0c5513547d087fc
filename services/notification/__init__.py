"""Notification: who is told what, in which language, and what became of it.

Owns:        messages; copies of recipients, meetings and attendances.
Publishes:   MessageIntended, MessageHeld, MessageResumed, MessageSent, MessageSuppressed,
             MessageFailed, RecipientNoted, MeetingNoted, AttendanceNoted.
Subscribes:  PersonDescribed, PersonContactChanged (membership); MeetingAnnounced,
             MeetingRescheduled, MeetingCancelled, CityInvited, InvitationAccepted,
             InvitationDeclined, InvitationPassed, InvitationWithdrawn, DelegateConfirmed,
             DelegateWithdrawn (events); TripBooked, TripReleased, StayConfirmed, StayReleased
             (travel); MessageIntended, MessageHeld, MessageResumed, RecipientNoted, MeetingNoted,
             AttendanceNoted (notification).
"""
