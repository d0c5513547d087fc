"""Calendar objects: what a recipient's calendar reads (RFC 5545, RFC 5546)."""

from datetime import date, datetime, timedelta

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from services.notification.domain.judgement import Method
from services.notification.domain.letter import CalendarEntry, Letter
from shared.contracts import PlaceTime
from shared.local_time import zone_named

PRODID = "-//Zirve//Notification//EN"


def calendar_object(letter: Letter, entry: CalendarEntry, organizer: str) -> str:
    """Return the calendar object that goes with a letter.

    It has the recipient as its only attendee: who else comes is nobody's business here.

    Args:
        letter: With the meeting's data.
        entry: With UID, SEQUENCE and METHOD.
        organizer: Mail address of the network.
    """
    begins, ends = letter.schedule.begins, letter.schedule.ends
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", letter.written_at)
    event.add("dtstart", _at_place(begins))
    event.add("dtend", _at_place(ends))
    event.add("summary", " ".join(letter.title.split()))
    event.add("location", " ".join(letter.venue.split()))
    event.add("status", "CANCELLED" if entry.method is Method.CANCEL else "CONFIRMED")
    event.add("organizer", vCalAddress(f"mailto:{organizer}"))
    event.add("attendee", _attendee(letter), encode=False)
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("method", entry.method.value)
    for zone in dict.fromkeys((begins.zone, ends.zone)):
        calendar.add_component(_timezone(zone, _wall(begins).date(), _wall(ends).date()))
    calendar.add_component(event)
    text: str = calendar.to_ical().decode()
    return text


def _attendee(letter: Letter) -> vCalAddress:
    """Return the recipient, who has accepted elsewhere and is not asked again."""
    attendee = vCalAddress(f"mailto:{letter.email}")
    attendee.params["cn"] = vText(" ".join(letter.name.split()))
    attendee.params["partstat"] = vText("ACCEPTED")
    attendee.params["rsvp"] = vText("FALSE")
    return attendee


def _at_place(time: PlaceTime) -> datetime:
    return time.at.astimezone(zone_named(time.zone))


def _wall(time: PlaceTime) -> datetime:
    return datetime.fromisoformat(time.local)


def _timezone(zone: str, first: date, last: date) -> Timezone:
    """Return the zone's rules for the years of the meeting and those around it.

    Clients that do not know the zone's name go by these.
    """
    margin = timedelta(days=366)
    return Timezone.from_tzinfo(zone_named(zone), zone, first - margin, last + margin)
