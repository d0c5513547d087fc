from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.notification.domain import Attendance, Cause, Known, Meeting, Message, Recipient
from services.notification.domain import notices as notices_of
from shared.contracts import PlaceTime
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
from shared.contracts.travel import (
    BookedLeg,
    StayConfirmed,
    StayReleased,
    TripBooked,
    TripReleased,
)
from shared.domain import Event, bookkeeping, numbered
from shared.local_time import LocalTime

NOW = datetime(2024, 11, 4, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
TEN = datetime(2024, 12, 7, 10)  # noqa: DTZ001 - a wall time
CAUSE = Cause(event="CityInvited", event_id="e-1", correlation_id="c-1")
LANGUAGES = frozenset({"en", "tr", "sr", "sr-Latn"})


def a_time(hour: int = 10, zone: str = "Europe/Tirane", day: int = 7) -> PlaceTime:
    return PlaceTime.of(LocalTime(TEN.replace(hour=hour, day=day), zone))


def _made(contract: type[Event], number: int, given: dict[str, Any], **usual: Any) -> Any:
    return numbered(contract(occurred_at=NOW, **{**usual, **given}), number)


def a_person(number: int = 1, **given: Any) -> PersonDescribed:
    usual = {"person_id": "p-1", "city_id": "tr-istanbul", "name": "Defne Karasu"}
    return _made(PersonDescribed, number, given, **usual, languages=("tr", "en"))


def a_contact(number: int = 2, **given: Any) -> PersonContactChanged:
    usual = {"person_id": "p-1", "email": "defne.karasu@istanbul.example"}
    return _made(PersonContactChanged, number, given, **usual)


def an_announcement(number: int = 2, **given: Any) -> MeetingAnnounced:
    usual = {
        "meeting_id": "m-1",
        "title": "Executive Board meeting",
        "kind": "board_meeting",
        "host_city_id": "al-tirana",
        "venue": "City Hall, Sheshi Skënderbej 2, Tirana",
        "begins": a_time(10),
        "ends": a_time(14),
        "revision": 0,
    }
    return _made(MeetingAnnounced, number, given, **usual)


def a_rescheduling(number: int = 3, *, to: int = 12, **given: Any) -> MeetingRescheduled:
    usual = {
        "meeting_id": "m-1",
        "begins": a_time(to),
        "ends": a_time(to + 4),
        "previous_begins": a_time(10),
        "revision": 1,
        "reason": "Late flights",
    }
    return _made(MeetingRescheduled, number, given, **usual)


def a_cancellation(number: int = 4, **given: Any) -> MeetingCancelled:
    usual = {"meeting_id": "m-1", "revision": 2, "reason": "Storm"}
    return _made(MeetingCancelled, number, given, **usual)


INVITED = {"invitation_id": "i-1", "meeting_id": "m-1", "city_id": "tr-istanbul"}
ANSWER = {"answered_by": "link", "channel": "link", "on_behalf": False, "generation": 1}
DELEGATE = {
    "delegation_id": "d-1",
    "meeting_id": "m-1",
    "city_id": "tr-istanbul",
    "person_id": "p-1",
    "role": "head",
}


def an_invitation(number: int = 1, **given: Any) -> CityInvited:
    usual = {"person_id": "p-1", "answer_by": LATER, "generation": 1, "revision": 0}
    return _made(CityInvited, number, given, **INVITED, **usual)


def an_acceptance(number: int = 2, **given: Any) -> InvitationAccepted:
    return _made(InvitationAccepted, number, given, **INVITED, **ANSWER, person_id="p-1")


def a_decline(number: int = 2, **given: Any) -> InvitationDeclined:
    usual = {"person_id": "p-1", "passed_on": False}
    return _made(InvitationDeclined, number, given, **INVITED, **ANSWER, **usual)


def a_passing(number: int = 3, **given: Any) -> InvitationPassed:
    usual = {
        "from_person_id": "p-1",
        "person_id": "p-2",
        "answer_by": LATER,
        "generation": 2,
        "revision": 0,
    }
    return _made(InvitationPassed, number, given, **INVITED, **usual)


def a_withdrawal(number: int = 3, **given: Any) -> InvitationWithdrawn:
    usual = {"person_id": "p-1", "reason": "Not a member any more"}
    return _made(InvitationWithdrawn, number, given, **INVITED, **usual)


def a_confirmation(number: int = 2, **given: Any) -> DelegateConfirmed:
    return _made(DelegateConfirmed, number, given, **DELEGATE, invitee=False, revision=0)


def a_removal(number: int = 3, **given: Any) -> DelegateWithdrawn:
    usual = {"reason": "withdrawn", "was_confirmed": True}
    return _made(DelegateWithdrawn, number, given, **DELEGATE, **usual)


TRAVELLER = {"meeting_id": "m-1", "city_id": "tr-istanbul", "person_id": "p-1"}


def a_leg(**given: Any) -> BookedLeg:
    usual = {
        "mode": "air",
        "origin": "IST",
        "destination": "TIA",
        "departs": a_time(8, "Europe/Istanbul"),
        "arrives": a_time(7),
        "carrier": "TK",
        "number": "1073",
    }
    return BookedLeg(**{**usual, **given})


def a_booking(number: int = 2, **given: Any) -> TripBooked:
    usual = {"trip_id": "t-1", "direction": "arrival", "booking": 1}
    return _made(TripBooked, number, given, **TRAVELLER, **usual, legs=(a_leg(),))


def a_trip_release(number: int = 3, **given: Any) -> TripReleased:
    return _made(TripReleased, number, given, **TRAVELLER, trip_id="t-1", reason="withdrawn")


STAY = {"stay_id": "s-1", "block_id": "b-1", "trip_id": "t-1"}


def a_room(number: int = 1, **given: Any) -> StayConfirmed:
    usual = {
        "hotel": "Hotel Rogner",
        "room_type": "single",
        "arrives_on": date(2024, 12, 6),
        "departs_on": date(2024, 12, 8),
    }
    return _made(StayConfirmed, number, given, **TRAVELLER, **STAY, **usual)


def a_stay_release(number: int = 2, **given: Any) -> StayReleased:
    return _made(StayReleased, number, given, **TRAVELLER, **STAY, reason="trip_released")


def a_recipient(**given: Any) -> Recipient:
    recipient = Recipient(id="p-1")
    recipient.describe(a_person(**given), at=NOW)
    recipient.change_contact(a_contact(), at=NOW)
    return recipient


def a_meeting(*changes: MeetingRescheduled | MeetingCancelled) -> Meeting:
    meeting = Meeting(id="m-1")
    meeting.announce(an_announcement(), at=NOW)
    for change in changes:
        if isinstance(change, MeetingCancelled):
            meeting.cancel(change, at=NOW)
        else:
            meeting.reschedule(change, at=NOW)
    return meeting


def an_attendance(*heard: Any) -> Attendance:
    attendance = Attendance.of("m-1", "p-1")
    for event in heard:
        attendance.note(event, at=NOW)
    return attendance


def a_message(event: Event) -> Message:
    (notice,) = notices_of(event)
    return Message.intend(notice, CAUSE, at=NOW)


def all_known(**given: Any) -> Known:
    usual: dict[str, Any] = {
        "recipient": a_recipient(),
        "meeting": a_meeting(),
        "attendance": an_attendance(),
        "told_revision": None,
        "languages": LANGUAGES,
    }
    return Known(**{**usual, **given})


def recorded(aggregate: Any) -> list[Event]:
    """Take what an aggregate has recorded since this was asked last."""
    events = list(bookkeeping(aggregate).recorded)
    bookkeeping(aggregate).recorded.clear()
    return events


def names(aggregate: Any) -> list[str]:
    return [type(event).__name__ for event in recorded(aggregate)]
