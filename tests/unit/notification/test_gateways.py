import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar

from services.notification.domain import CalendarEntry, Kind, Letter
from services.notification.domain.fact import (
    ChangeFact,
    DelegateFact,
    Fact,
    InvitationFact,
    StayFact,
    TripFact,
)
from services.notification.domain.judgement import Method
from services.notification.domain.meeting import Schedule
from services.notification.gateways.calendars import calendar_object
from services.notification.gateways.mail_server import MailServer, MailServerAway
from services.notification.gateways.post import Post
from services.notification.gateways.texts import TEMPLATES, Text, Texts
from shared.config import BadSettings, Settings
from tests.unit.notification.builders import NOW, a_leg, a_room, a_time

CYRILLIC = "Ваша соба је резервисана: Хотел Џеп"  # noqa: RUF001 - Serbian as it is written
LANGUAGES = ["bg", "el", "en", "sq", "sr", "sr-Latn", "tr"]
ENTRY = CalendarEntry(uid="m-1@zirve.example", sequence=1, method=Method.REQUEST)
INVITATION = InvitationFact(invitation_id="i-1", sequence=1, generation=1, answer_by=NOW)
ROOM = a_room()
STAY = StayFact(
    stay_id="s-1",
    sequence=1,
    hotel=ROOM.hotel,
    room_type=ROOM.room_type,
    arrives_on=ROOM.arrives_on,
    departs_on=ROOM.departs_on,
)
TRIP = TripFact(trip_id="t-1", sequence=1, direction="arrival", booking=1, legs=(a_leg(), a_leg()))
DELEGATE = DelegateFact(delegation_id="d-1", sequence=1, role="head")
REMOVED = replace(DELEGATE, reason="declined")
CHANGE = ChangeFact(changed_to=1, reason="Storm")
WITHDRAWN = InvitationFact(invitation_id="i-1", sequence=1, reason="Storm")
FACTS: list[tuple[Kind, Fact]] = [
    (Kind.INVITATION, INVITATION),
    (Kind.INVITATION_ACCEPTED, INVITATION),
    (Kind.INVITATION_DECLINED, INVITATION),
    (Kind.INVITATION_WITHDRAWN, WITHDRAWN),
    (Kind.DELEGATE_CONFIRMED, DELEGATE),
    (Kind.DELEGATE_CONFIRMED, replace(DELEGATE, role="member")),
    (Kind.DELEGATE_WITHDRAWN, REMOVED),
    (Kind.DELEGATE_WITHDRAWN, replace(REMOVED, reason="invitation_withdrawn")),
    (Kind.DELEGATE_WITHDRAWN, replace(REMOVED, reason="withdrawn")),
    (Kind.TRIP_BOOKED, TRIP),
    (Kind.TRIP_BOOKED, replace(TRIP, direction="departure")),
    (Kind.ROOM_CONFIRMED, STAY),
    (Kind.MEETING_RESCHEDULED, CHANGE),
    (Kind.MEETING_CANCELLED, CHANGE),
]


def a_letter(**given: Any) -> Letter:
    usual: dict[str, Any] = {
        "message_id": "msg-1",
        "correlation_id": "c-1",
        "kind": Kind.INVITATION,
        "fact": INVITATION,
        "language": "en",
        "name": "Defne Karasu",
        "email": "defne.karasu@istanbul.example",
        "title": "Executive Board meeting",
        "venue": "City Hall",
        "revision": 1,
        "schedule": Schedule(begins=a_time(12), ends=a_time(16)),
        "before": None,
        "calendar": None,
        "written_at": NOW,
    }
    return Letter(**{**usual, **given})


def written(link: str = "https://zirve.example/v1/answers/i-1", **given: Any) -> Text:
    return Texts().write(a_letter(**given), link)


def test_there_is_every_text_in_every_language() -> None:
    assert sorted(Texts().languages) == LANGUAGES
    for folder in TEMPLATES.iterdir():
        names = {file.stem for file in folder.iterdir()}
        assert names == {kind.value for kind in Kind} | {"layout"}, folder.name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "fact"), FACTS)
def test_every_text_says_what_it_has_to(language: str, kind: Kind, fact: Fact) -> None:
    given = {"language": language, "kind": kind, "fact": fact}
    with_entry = written(**given, calendar=ENTRY, before=a_time(9))
    plain = written(**given)

    for text in (with_entry, plain):
        assert "\n" not in text.subject
        assert re.search(r"\{|\}|\n\n\n|None", text.subject + text.body) is None
        assert "Defne Karasu" in text.body
        assert "Executive Board meeting" in text.body
        assert "12:00\N{EN DASH}16:00 (UTC+1)" in text.body
        assert text.body.count("\n\n") >= 3
    has_entry = kind not in (Kind.INVITATION, Kind.TRIP_BOOKED, Kind.ROOM_CONFIRMED)
    assert (with_entry.body != plain.body) is has_entry
    assert ("09:00 (UTC+1)" in with_entry.body) is (kind is Kind.MEETING_RESCHEDULED)


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_of_one_kind_differ_by_what_they_tell(language: str) -> None:
    told = {written(language=language, kind=kind, fact=fact).body for kind, fact in FACTS}
    subjects = {written(language=language, kind=kind, fact=fact).subject for kind, fact in FACTS}

    assert len(told) == len(FACTS)
    assert len(subjects) == len(Kind) + 1  # There and back have subjects of their own.


def test_an_invitation_has_its_link_on_a_line_of_its_own_and_its_deadline_at_the_place() -> None:
    text = written()

    assert "\nhttps://zirve.example/v1/answers/i-1\n" in text.body
    assert "Please answer by: Monday, 4 November 2024, 10:00 (UTC+1)" in text.body


def test_a_reason_is_left_out_where_there_is_none() -> None:
    given = {"kind": Kind.MEETING_CANCELLED}

    assert "Reason: Storm" in written(**given, fact=CHANGE).body
    assert "Reason" not in written(**given, fact=replace(CHANGE, reason="")).body


def test_serbian_is_written_in_both_alphabets() -> None:
    given = {"kind": Kind.ROOM_CONFIRMED, "fact": replace(STAY, hotel="Хотел Џеп")}

    cyrillic, latin = written(language="sr", **given), written(language="sr-Latn", **given)

    assert cyrillic.subject == CYRILLIC
    assert latin.subject == "Vaša soba je rezervisana: Хотел Џеп"
    assert "недеља, 8. децембар 2024." in cyrillic.body
    assert "nedelja, 8. decembar 2024." in latin.body


def test_a_schedule_over_two_days_or_two_offsets_is_written_in_full() -> None:
    two_days = Schedule(begins=a_time(20), ends=a_time(9, day=8))
    two_offsets = Schedule(begins=a_time(10), ends=a_time(16, "Europe/Istanbul"))

    assert (
        "Saturday, 7 December 2024, 20:00 (UTC+1) \N{EN DASH} Sunday, 8 December 2024, 09:00"
        in written(schedule=two_days).body
    )
    assert "16:00 (UTC+3)" in written(schedule=two_offsets).body


@pytest.mark.parametrize(
    ("zone", "offset"),
    [("Asia/Kathmandu", "UTC+5:45"), ("America/New_York", "UTC-5"), ("Europe/London", "UTC+0")],
)
def test_offsets_are_written_as_people_do(zone: str, offset: str) -> None:
    leg = a_leg(departs=a_time(8, zone))

    assert (
        f"08:00 ({offset})" in written(kind=Kind.TRIP_BOOKED, fact=replace(TRIP, legs=(leg,))).body
    )


def test_a_leg_without_carrier_has_no_line_for_it() -> None:
    leg = a_leg(mode="road", origin="Tirana", carrier="", number="")

    body = written(kind=Kind.TRIP_BOOKED, fact=replace(TRIP, legs=(leg,))).body

    assert "\n\n  Tirana: Saturday" in body


def test_what_comes_from_outside_cannot_break_out_of_its_line_or_run() -> None:
    text = written(
        title="Board\r\nBcc: everybody@city.example", venue="{{ 7 * 7 }}\n\nHall", name="D\nK"
    )

    assert text.subject == "Invitation: Board Bcc: everybody@city.example"
    assert "  {{ 7 * 7 }} Hall\n" in text.body
    assert text.body.startswith("Dear D K,\n")


def test_a_calendar_object_has_the_zone_of_the_place() -> None:
    letter = a_letter(calendar=ENTRY)

    calendar = Calendar.from_ical(calendar_object(letter, ENTRY, "secretariat@zirve.example"))

    (event,) = calendar.walk("VEVENT")
    (zone,) = calendar.walk("VTIMEZONE")
    assert calendar["METHOD"] == "REQUEST"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (ENTRY.uid, 1, "CONFIRMED")
    assert zone["TZID"] == event["DTSTART"].params["TZID"] == "Europe/Tirane"
    assert event["DTSTART"].dt == datetime(2024, 12, 7, 11, tzinfo=UTC)
    assert event["DTEND"].dt == datetime(2024, 12, 7, 15, tzinfo=UTC)
    assert event["DTSTAMP"].dt == NOW
    assert event["ORGANIZER"] == "mailto:secretariat@zirve.example"
    assert event["ATTENDEE"] == "mailto:defne.karasu@istanbul.example"
    assert event["LOCATION"] == "City Hall"


def test_a_cancelled_entry_says_so() -> None:
    entry = replace(ENTRY, method=Method.CANCEL)

    text = calendar_object(a_letter(), entry, "secretariat@zirve.example")

    assert "METHOD:CANCEL" in text
    assert "STATUS:CANCELLED" in text


def test_a_meeting_that_ends_in_another_zone_has_both_zones() -> None:
    schedule = Schedule(begins=a_time(10), ends=a_time(16, "Europe/Istanbul"))

    text = calendar_object(a_letter(schedule=schedule), ENTRY, "secretariat@zirve.example")

    assert "TZID:Europe/Tirane" in text
    assert "TZID:Europe/Istanbul" in text


def test_a_letter_cannot_be_signed_without_a_secret() -> None:
    with pytest.raises(BadSettings, match="LINK_SECRET"):
        Post(Settings())


@pytest.mark.parametrize("uri", ["", "localhost:25", "http://localhost", "smtp://", "smtp://h:x"])
def test_a_mail_server_needs_a_place(uri: str) -> None:
    with pytest.raises(BadSettings, match="SMTP_URI"):
        MailServer(uri, 20)


def test_a_mail_server_that_is_away_is_asked_again_later() -> None:
    with pytest.raises(MailServerAway):
        MailServer("smtp://127.0.0.1:9", 20).deliver(EmailMessage())
