"""Checks of hearing: whoever has to follow an event has applied it, and remembers that it did."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.faults.audit.evidence import Event, Evidence, Json
from tests.faults.audit.verdict import Verdict

Keys = Callable[[Json], list[tuple[Any, ...]]]


def _one(*fields: str) -> Keys:
    return lambda body: [tuple(body[name] for name in fields)]


def _invited(body: Json) -> list[tuple[Any, ...]]:
    return [(body["meeting_id"], city) for city in body["reasons"]]


def _travellers(body: Json) -> list[tuple[Any, ...]]:
    return [(trip,) for trip in body["trip_ids"]]


def _if_confirmed(keys: Keys) -> Keys:
    return lambda body: keys(body) if body["was_confirmed"] else []


PERSON, CITY, MEETING = _one("person_id"), _one("city_id"), _one("meeting_id")
ATTENDANCE = _one("meeting_id", "person_id")
DELEGATE = _one("meeting_id", "city_id", "person_id")

FOLLOWED: dict[str, tuple[tuple[str, str, Keys], ...]] = {
    "CityDescribed": (("events", "members", CITY), ("travel", "cities", CITY)),
    "CityApplied": (("events", "members", CITY),),
    "OfficeHolderChanged": (("events", "members", CITY),),
    "PersonDescribed": (
        ("events", "people", PERSON),
        ("travel", "guests", PERSON),
        ("notification", "recipients", PERSON),
    ),
    "PersonContactChanged": (("notification", "recipients", PERSON),),
    "MeetingAnnounced": (("travel", "meetings", MEETING), ("notification", "meetings", MEETING)),
    "MeetingRescheduled": (("travel", "meetings", MEETING), ("notification", "meetings", MEETING)),
    "MeetingCancelled": (("travel", "meetings", MEETING), ("notification", "meetings", MEETING)),
    "AudienceInvited": (("events", "invitations", _invited),),
    "CityInvited": (("notification", "attendances", ATTENDANCE),),
    "InvitationAccepted": (("notification", "attendances", ATTENDANCE),),
    "InvitationDeclined": (("notification", "attendances", ATTENDANCE),),
    "DelegateConfirmed": (
        ("travel", "trips", DELEGATE),
        ("notification", "attendances", ATTENDANCE),
    ),
    "DelegateWithdrawn": (
        ("travel", "trips", _if_confirmed(DELEGATE)),
        ("notification", "attendances", ATTENDANCE),
    ),
    "PartyBooked": (("travel", "trips", _travellers),),
    "TripBooked": (("notification", "attendances", ATTENDANCE),),
    "TripReleased": (("notification", "attendances", ATTENDANCE),),
    "StayReserved": (("travel", "stays", _one("stay_id")),),
    "StayReleased": (
        ("travel", "blocks", _one("block_id")),
        ("notification", "attendances", ATTENDANCE),
    ),
    "MessageIntended": (("notification", "messages", _one("message_id")),),
}
"""Which aggregate applies an event and is saved for it, whatever it says."""
NATURAL_KEYS = {
    ("events", "invitations"): ("meeting_id", "city_id"),
    ("travel", "trips"): ("meeting_id", "city_id", "person_id"),
    ("notification", "attendances"): ("meeting_id", "person_id"),
}
"""How those are found whose id says nothing."""


def check_hearing(verdict: Verdict, evidence: Evidence) -> None:
    """Check that every event was applied by every aggregate that follows it."""
    verdict.section("Handled")
    found = _Finder(evidence)
    for name, followers in FOLLOWED.items():
        for service, collection, keys in followers:
            pairs = [
                (event, key) for event in evidence.by_name.get(name, ()) for key in keys(event.body)
            ]
            wrong = list(found.unheard(service, collection, pairs))
            verdict.none(f"{name} applied by {service}.{collection}", wrong, len(pairs))


class _Finder:
    """Finds aggregates by what an event says."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._indexes: dict[tuple[str, str], dict[tuple[Any, ...], list[Json]]] = {}

    def unheard(
        self, service: str, collection: str, pairs: list[tuple[Event, tuple[Any, ...]]]
    ) -> Iterator[str]:
        """Say of which event an aggregate is missing, is there twice, or has not heard it."""
        index = self._index(service, collection)
        for event, key in pairs:
            aggregates = index.get(key, [])
            label = f"{event.source}@{event.sequence} for {key}"
            if len(aggregates) != 1:
                yield f"{label}: {len(aggregates)} aggregates"
            elif not _has_heard(aggregates[0], event):
                yield f"{label}: not heard by {aggregates[0]['_id']}"

    def _index(self, service: str, collection: str) -> dict[tuple[Any, ...], list[Json]]:
        place = service, collection
        if place not in self._indexes:
            fields = NATURAL_KEYS.get(place)
            index: dict[tuple[Any, ...], list[Json]] = {}
            for id_, document in self._evidence.stored(f"{service}.{collection}").items():
                index.setdefault((id_,), []).append(document)
                if fields:
                    key = tuple(document[name] for name in fields)
                    index.setdefault(key, []).append(document)
            self._indexes[place] = index
        return self._indexes[place]


def _has_heard(aggregate: Json, event: Event) -> bool:
    """Tell whether an event's number is in one of the runs of those that were heard."""
    runs = aggregate.get("_heard", {}).get(event.source, [])
    return any(
        first <= event.sequence <= last for first, last in zip(runs[::2], runs[1::2], strict=True)
    )
