"""A sample of each event: the body as it is on the wire, with a value in every field.

Values are taken from the founding scene where the field's name says what is meant, else made from
its type; the same code gives the same samples.
"""

import types
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from shared.contracts import PlaceTime
from shared.contracts.membership import AlternateSince
from shared.domain import Event
from shared.ids import derived_id
from shared.local_time import LocalTime
from shared.messaging.serialization import encode
from shared.strict_json import loads

OCCURRED_AT = datetime(2024, 11, 4, 9, 30, tzinfo=UTC)


def _place_time(local: str, zone: str) -> PlaceTime:
    return PlaceTime.of(LocalTime(datetime.fromisoformat(local), zone, None))


_TYPICAL: dict[str, Any] = {
    # Who and where.
    "city_id": "tr-canakkale",
    "host_city_id": "al-tirana",
    "name": "Çanakkale",
    "names": {"en": "Çanakkale", "tr": "Çanakkale"},
    "country": "TR",
    "zone": "Europe/Istanbul",
    "languages": ("tr", "en"),
    "airports": ("CKZ", "IST"),
    "PersonDescribed.name": "Elif Ornek",
    "PersonDescribed.original_name": "Elif Örnek",
    "PersonDescribed.title": "Mayor",
    "email": "elif.ornek@canakkale.example",
    "phone": "+902860000000",
    "office": "mayor",
    "row": 12,
    "decision": "General Assembly, Sofia, item 4",
    "CityStanding.kind": "member",
    "BodyFounded.name": "Executive Board",
    "BodyFounded.kind": "executive_board",
    "seats": ("host-of-the-year", "elected-1"),
    "bases": ("presidency_current", "elected"),
    "carry_over_days": 90,
    "seat_id": "elected-1",
    "year": 2024,
    "PrecedenceRule.rule": "office_rank",
    "PrecedenceRanked.language": "en",
    "positions": {"al-tirana": 1, "tr-istanbul": 2, "tr-canakkale": 3},
    # Days.
    "since": date(2024, 1, 31),
    "member_since": date(2021, 11, 29),
    "left_since": date(2024, 6, 30),
    "decided_on": date(2024, 1, 30),
    "starts_on": date(2024, 1, 31),
    "ends_on": date(2025, 2, 24),
    "on": date(2024, 12, 7),
    "arrives_on": date(2024, 12, 6),
    "departs_on": date(2024, 12, 8),
    # Meetings.
    "title": "Executive Board meeting",
    "kind": "board_meeting",
    "venue": "City Hall, Skanderbeg Square",
    "begins": _place_time("2024-12-07T13:00:00", "Europe/Tirane"),
    "ends": _place_time("2024-12-07T17:00:00", "Europe/Tirane"),
    "previous_begins": _place_time("2024-12-07T11:00:00", "Europe/Tirane"),
    "MeetingAnnounced.revision": 0,
    "answer_by": datetime(2024, 11, 22, 22, 0, tzinfo=UTC),
    "reason": "The host needs the morning.",
    "reasons": {"tr-canakkale": "body", "al-tirana": "host"},
    "HeldTerm.alternates": (AlternateSince(since=date(2024, 9, 1), person_id=None),),
    "alternates": {"tr-canakkale": derived_id("sample", "alternate_id")},
    "answered_by": "The mayor's office",
    "channel": "phone",
    "role": "head",
    "DelegateWithdrawn.reason": "declined",
    # Travel; in winter the clock in Tirana is two hours behind that in Istanbul.
    "direction": "arrival",
    "mode": "air",
    "origin": "IST",
    "destination": "TIA",
    "departs": _place_time("2024-12-07T08:00:00", "Europe/Istanbul"),
    "arrives": _place_time("2024-12-07T07:40:00", "Europe/Tirane"),
    "carrier": "TK",
    "number": "TK 1077",
    "PartyFormed.name": "Çanakkale and Istanbul",
    "hotel": "Sample Hotel Tirana",
    "address": "1 Sample Street, Tirana",
    "room_type": "single",
    "TripReleased.reason": "withdrawn",
    "StayReleased.reason": "trip_released",
    "TravelStopped.reason": "meeting_cancelled",
    # Messages.
    "language": "tr",
    "waiting_for": ("recipient", "meeting"),
    "MessageIntended.kind": "invitation",
    "MessageSent.kind": "invitation",
    "MessageSuppressed.kind": "meeting_rescheduled",
    "MessageSuppressed.reason": "superseded",
    "MessageFailed.kind": "invitation",
    "MessageFailed.reason": "550 mailbox unavailable",
}


def sample_of(contract: type[Event]) -> dict[str, Any]:
    """Return the body of an event with a value in every field, as it is on the wire.

    Raises:
        BrokenContract: A typical value does not fit; it is one of those above.
    """
    body: dict[str, Any] = loads(encode(cast(Event, _filled(contract))))
    return body


def _filled(kind: Any) -> Any:
    hints = get_type_hints(kind)
    names = [each.name for each in fields(kind)]
    return kind(**{name: _value(kind.__name__, name, hints[name]) for name in names})


def _value(kind: str, name: str, hint: Any) -> Any:
    if name == "occurred_at":
        return OCCURRED_AT
    typical = _TYPICAL.get(f"{kind}.{name}", _TYPICAL.get(name))
    return _by_type(kind, name, hint) if typical is None else typical


def _by_type(kind: str, name: str, hint: Any) -> Any:
    """Make a value for a field whose name says nothing."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _by_type(kind, name, arguments[0])
    if origin is Literal:
        return arguments[0]
    if origin is tuple:
        return (_value(kind, name.removesuffix("s"), arguments[0]),)
    if origin is dict:
        return {"key": _value(kind, name.removesuffix("s"), arguments[1])}
    if is_dataclass(hint):
        return _filled(hint)
    return _plain(name, hint)


def _plain(name: str, hint: Any) -> Any:
    plain: dict[Any, Any] = {
        str: derived_id("sample", name) if name.endswith(("_id", "_by")) else name,
        bool: True,
        int: 1,
        float: 1.5,
        date: date(2024, 12, 7),
        datetime: OCCURRED_AT,
    }
    if hint not in plain:
        return next(iter(hint))  # An enumeration.
    return plain[hint]
