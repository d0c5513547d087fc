"""Notification's doors."""

from services.notification import use_cases
from services.notification.domain import Attendance, Kind, Meeting, Message, Recipient, State
from services.notification.gateways import Post
from services.notification.repository import (
    AttendanceRepository,
    MeetingRepository,
    MessageRepository,
    RecipientRepository,
)
from services.notification.schemas import ListMessagesSchema, MessageSchema
from services.notification.use_cases import Copies, attendance_id, attendance_ids, message_ids
from shared.clock import utc_now
from shared.configured import Configured
from shared.contracts.events import (
    CityInvited,
    DelegateConfirmed,
    DelegateWithdrawn,
    InvitationAccepted,
    InvitationDeclined,
    InvitationPassed,
    InvitationWithdrawn,
    MeetingAnnounced,
    MeetingCancelled,
    MeetingRescheduled,
)
from shared.contracts.membership import PersonContactChanged, PersonDescribed
from shared.contracts.notification import (
    AttendanceNoted,
    MeetingNoted,
    MessageHeld,
    MessageIntended,
    MessageResumed,
    RecipientNoted,
)
from shared.contracts.travel import StayConfirmed, StayReleased, TripBooked, TripReleased
from shared.domain import Aggregate
from shared.messaging.subscriber import Key, subscribe
from shared.persistence import Mongo
from shared.service import Service
from shared.web.auth import OPERATOR, ORGANISER
from shared.web.http import http
from shared.web.paging import Page, PageRequest

CONCERNED: dict[type[Aggregate], Key] = {Attendance: attendance_ids, Message: message_ids}
TO_BE_SENT: dict[type[Aggregate], Key] = {
    Message: "message_id",
    Recipient: "person_id",
    Meeting: "meeting_id",
    Attendance: attendance_id,
}


class NotificationService(Service):
    """Who is told what, in which language, and what became of it."""

    name = "notification"
    port = 8004

    recipients = Mongo(RecipientRepository)
    meetings = Mongo(MeetingRepository)
    attendances = Mongo(AttendanceRepository)
    messages = Mongo(MessageRepository)
    post = Configured(Post)

    @property
    def copies(self) -> Copies:
        """The collections that decide about messages."""
        return Copies(
            recipients=self.recipients, meetings=self.meetings, attendances=self.attendances
        )

    # -- asked for -----------------------------------------------------------------------------

    @http(
        "GET",
        "/v1/messages",
        takes=ListMessagesSchema,
        lists=MessageSchema,
        allow=ORGANISER | OPERATOR,
    )
    def list_messages(
        self,
        page: PageRequest,
        person_id: str | None,
        meeting_id: str | None,
        state: State | None,
        kind: Kind | None,
    ) -> Page[Message]:
        """List messages, oldest first."""
        return self.messages.matching(
            page, person_id=person_id, meeting_id=meeting_id, state=state, kind=kind
        )

    @http("GET", "/v1/messages/<message_id>", gives=MessageSchema, allow=ORGANISER | OPERATOR)
    def get_message(self, message_id: str) -> Message:
        """Explain a message: why it exists and what became of it."""
        return self.messages.get(message_id)

    @http("POST", "/v1/messages/<message_id>/retry", gives=MessageSchema, allow=ORGANISER)
    def retry_message(self, message_id: str) -> Message:
        """Send a message again that the mail server refused."""
        return use_cases.retry_message(self.messages, message_id, at=utc_now())

    # -- heard of membership -------------------------------------------------------------------

    @subscribe(PersonDescribed, loads={Recipient: "person_id"})
    def on_person_described(self, event: PersonDescribed) -> None:
        """Take over who a person is."""
        use_cases.describe_recipient(self.recipients, event, at=utc_now())

    @subscribe(PersonContactChanged, loads={Recipient: "person_id"})
    def on_person_contact_changed(self, event: PersonContactChanged) -> None:
        """Take over where a person can be reached."""
        use_cases.change_contact(self.recipients, event, at=utc_now())

    # -- heard of events -----------------------------------------------------------------------

    @subscribe(MeetingAnnounced, loads={Meeting: "meeting_id"})
    def on_meeting_announced(self, event: MeetingAnnounced) -> None:
        """Take over what a meeting is."""
        use_cases.announce_meeting(self.meetings, event, at=utc_now())

    @subscribe(MeetingRescheduled, loads={Meeting: "meeting_id"})
    def on_meeting_rescheduled(self, event: MeetingRescheduled) -> None:
        """Take over when a meeting takes place."""
        use_cases.reschedule_meeting(self.meetings, event, at=utc_now())

    @subscribe(MeetingCancelled, loads={Meeting: "meeting_id"})
    def on_meeting_cancelled(self, event: MeetingCancelled) -> None:
        """Take over that a meeting does not take place."""
        use_cases.cancel_meeting(self.meetings, event, at=utc_now())

    @subscribe(CityInvited, loads=CONCERNED)
    def on_city_invited(self, event: CityInvited) -> None:
        """Send the invitation."""
        use_cases.follow(self.attendances, self.messages, event, at=utc_now())

    @subscribe(InvitationAccepted, loads=CONCERNED)
    def on_invitation_accepted(self, event: InvitationAccepted) -> None:
        """Thank, with an entry for the calendar."""
        use_cases.follow(self.attendances, self.messages, event, at=utc_now())

    @subscribe(InvitationDeclined, loads=CONCERNED)
    def on_invitation_declined(self, event: InvitationDeclined) -> None:
        """Note who does not come."""
        use_cases.follow(self.attendances, self.messages, event, at=utc_now())

    @subscribe(InvitationPassed, loads=CONCERNED)
    def on_invitation_passed(self, event: InvitationPassed) -> None:
        """Send the invitation to the alternate."""
        use_cases.follow(self.attendances, self.messages, event, at=utc_now())

    @subscribe(InvitationWithdrawn, loads=CONCERNED)
    def on_invitation_withdrawn(self, event: InvitationWithdrawn) -> None:
        """Tell that it is withdrawn."""
        use_cases.follow(self.attendances, self.messages, event, at=utc_now())

    @subscribe(DelegateConfirmed, loads=CONCERNED)
    def on_delegate_confirmed(self, event: DelegateConfirmed) -> None:
        """Tell the delegate."""
        use_cases.follow(self.attendances, self.messages, event, at=utc_now())

    @subscribe(DelegateWithdrawn, loads=CONCERNED)
    def on_delegate_withdrawn(self, event: DelegateWithdrawn) -> None:
        """Tell the delegate."""
        use_cases.follow(self.attendances, self.messages, event, at=utc_now())

    # -- heard of travel -----------------------------------------------------------------------

    @subscribe(TripBooked, loads=CONCERNED)
    def on_trip_booked(self, event: TripBooked) -> None:
        """Send the itinerary."""
        use_cases.follow(self.attendances, self.messages, event, at=utc_now())

    @subscribe(TripReleased, loads=CONCERNED)
    def on_trip_released(self, event: TripReleased) -> None:
        """Note that its itineraries are not true any more."""
        use_cases.follow(self.attendances, self.messages, event, at=utc_now())

    @subscribe(StayConfirmed, loads={Message: message_ids})
    def on_stay_confirmed(self, event: StayConfirmed) -> None:
        """Tell the guest."""
        use_cases.tell(self.messages, event, at=utc_now())

    @subscribe(StayReleased, loads=CONCERNED)
    def on_stay_released(self, event: StayReleased) -> None:
        """Note that the room is not kept any more."""
        use_cases.follow(self.attendances, self.messages, event, at=utc_now())

    # -- heard of notification itself ----------------------------------------------------------

    @subscribe(MessageIntended, loads=TO_BE_SENT, alone=True)
    def on_message_intended(self, event: MessageIntended) -> None:
        """Send it."""
        use_cases.send_message(self.copies, self.messages, self.post, event, at=utc_now())

    @subscribe(MessageResumed, loads=TO_BE_SENT, alone=True)
    def on_message_resumed(self, event: MessageResumed) -> None:
        """Send it."""
        use_cases.send_message(self.copies, self.messages, self.post, event, at=utc_now())

    @subscribe(
        MessageHeld,
        loads={Message: "message_id", Recipient: "person_id", Meeting: "meeting_id"},
    )
    def on_message_held(self, event: MessageHeld) -> None:
        """Look again: what it waits for may have come while it was being held."""
        use_cases.recheck_held_message(self.copies, self.messages, event, at=utc_now())

    @subscribe(RecipientNoted, alone=True)
    def on_recipient_noted(self, event: RecipientNoted) -> None:
        """Resume what waits for the person."""
        use_cases.resume_for_recipient(self.messages, event, at=utc_now())

    @subscribe(MeetingNoted, loads={Meeting: "meeting_id"}, alone=True)
    def on_meeting_noted(self, event: MeetingNoted) -> None:
        """Resume what waits for the meeting, and tell of its changes."""
        use_cases.tell_news_of_meeting(
            self.meetings, self.attendances, self.messages, event, at=utc_now()
        )

    @subscribe(
        AttendanceNoted, loads={Attendance: "attendance_id", Meeting: "meeting_id"}, alone=True
    )
    def on_attendance_noted(self, event: AttendanceNoted) -> None:
        """Tell the person of what changed before."""
        use_cases.tell_news_to_person(
            self.meetings, self.attendances, self.messages, event, at=utc_now()
        )
