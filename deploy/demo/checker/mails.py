"""Checks of the mails as they were delivered, with the standard library's parser and icalendar."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.utils import parseaddr
from typing import Any

from icalendar import Calendar

from deploy.demo.checker.evidence import Evidence, Expected, Json
from deploy.demo.checker.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Entry:
    """A calendar object in a mail.

    Attributes:
        method: Of the calendar.
        declared: Of the part's Content-Type.
        sequence: Number of changes.
        uid: The same for the meeting's whole life.
        begins: As ``expected.json`` writes a wall time, with its zone.
        has_zone: The zone's rules are in it.
        attendee: Whom it is for.
    """

    method: str
    declared: str
    sequence: int
    uid: str
    begins: tuple[str, str]
    has_zone: bool
    attendee: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as delivered.

    Attributes:
        id: Message-ID.
        to: Address.
        kind: What it is about.
        text: The readable part.
        entry: The calendar object, if it has one.
        defects: What the parser found wrong.
    """

    id: str
    to: str
    kind: str
    text: str
    entry: Entry | None
    defects: tuple[str, ...]


def check_mails(verdict: Verdict, evidence: Evidence, expected: Expected) -> None:
    """Check the files of the mail sink."""
    verdict.section("Mails")
    copies = [_read(path.read_bytes()) for path in sorted(evidence.mails.glob("*.eml"))]
    mails = list({mail.id: mail for mail in copies}.values())
    _check_copies(verdict, evidence, copies, mails)
    verdict.same("mails, by Message-ID", len(mails), expected.facts["messages"]["mails"])
    defects = {mail.id: mail.defects for mail in copies if mail.defects}
    verdict.holds("all parse without a defect", not defects, defects)
    _check_people(verdict, mails, expected)
    raw = [
        mail.id for mail in mails if "{{" in mail.text or "{%" in mail.text or not mail.text.strip()
    ]
    verdict.holds("all have a readable text", not raw, raw)
    _check_entries(verdict, mails, expected)


def _read(content: bytes) -> Mail:
    mail = message_from_bytes(content, policy=policy.default)
    body = mail.get_body(("plain",))
    calendars = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    defects = [str(defect) for part in mail.walk() for defect in part.defects]
    return Mail(
        id=str(mail["Message-ID"]),
        to=parseaddr(str(mail["To"]))[1],
        kind=str(mail["X-Zirve-Message-Kind"]),
        text=str(body.get_content()) if body else "",
        entry=_entry(calendars[0]) if calendars else None,
        defects=tuple(defects),
    )


def _entry(part: Any) -> Entry:
    content = part.get_content()
    calendar = Calendar.from_ical(content if isinstance(content, str) else content.decode())
    event: Any
    (event,) = calendar.walk("VEVENT")
    begins = event["DTSTART"]
    return Entry(
        method=str(calendar["METHOD"]),
        declared=str(part.get_param("method")),
        sequence=int(event["SEQUENCE"]),
        uid=str(event["UID"]),
        begins=(begins.dt.strftime("%Y-%m-%dT%H:%M:%S"), str(begins.params.get("TZID"))),
        has_zone=bool(calendar.walk("VTIMEZONE")),
        attendee=str(event["ATTENDEE"]).lower().removeprefix("mailto:"),
    )


def _check_copies(
    verdict: Verdict, evidence: Evidence, copies: list[Mail], mails: list[Mail]
) -> None:
    if not evidence.was_killed:
        verdict.same("mails that came more than once", len(copies) - len(mails), 0)
        return
    told = {mail.id: (mail.to, mail.kind, mail.text) for mail in mails}
    other = [mail.id for mail in copies if told[mail.id] != (mail.to, mail.kind, mail.text)]
    verdict.holds("mails of one Message-ID say the same", not other, other)


def _check_people(verdict: Verdict, mails: list[Mail], expected: Expected) -> None:
    keys = {each["email"]: key for key, each in expected.people.items()}
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for mail in mails:
        found[keys.get(mail.to, mail.to)][mail.kind] += 1
    wanted = {
        person: each["kinds"] for person, each in expected.facts["messages"]["by_person"].items()
    }
    verdict.same("who has which mails", {key: dict(each) for key, each in found.items()}, wanted)


def _check_entries(verdict: Verdict, mails: list[Mail], expected: Expected) -> None:
    keys = {each["email"]: key for key, each in expected.people.items()}
    found: defaultdict[str, list[list[object]]] = defaultdict(list)
    wrong: list[Entry] = []
    meeting: Json = expected.facts["meeting"]
    for mail in mails:
        entry = mail.entry
        if entry is None:
            continue
        found[keys.get(mail.to, mail.to)].append([mail.kind, entry.method, entry.sequence])
        begins = meeting["begins" if entry.sequence == meeting["revision"] else "before"]
        right = (
            entry.declared == entry.method
            and entry.begins == (begins, meeting["zone"])
            and entry.has_zone
            and entry.attendee == mail.to.lower()
        )
        wrong += [] if right else [entry]
    ordered = {
        key: sorted(each, key=lambda c: (c[2], c[1] == "CANCEL")) for key, each in found.items()
    }
    verdict.same("calendar objects in the mails", ordered, expected.facts["calendars"])
    verdict.holds("each has method, time, zone and attendee as it should", not wrong, wrong)
    uids = {mail.entry.uid for mail in mails if mail.entry}
    verdict.same("UIDs in the mails", len(uids), 1)
