"""Checks of messages: one for each recipient and fact that was published, and its end is known."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.faults.audit.evidence import Event, Evidence, Json
from tests.faults.audit.verdict import Verdict

ENDS = ("sent", "suppressed")
Key = tuple[object, ...]


def check_messages(verdict: Verdict, evidence: Evidence) -> None:
    """Compare messages with the facts that the witness has heard."""
    verdict.section("Messages")
    messages = evidence.stored("notification.messages")
    found = Counter(_told(each) for each in messages.values())
    wanted = {key for event in evidence.events for key in _facts(event)}
    wanted |= set(_changes(evidence))
    verdict.none(
        "facts and recipients with one message each",
        (f"{key}: {found[key]} messages" for key in wanted if found[key] != 1),
        len(wanted),
    )
    verdict.none("messages of a fact that there is", (found.keys() - wanted), len(messages))
    verdict.none(
        "messages whose end is known",
        (
            f"{id_} is {each['state']}"
            for id_, each in messages.items()
            if each["state"] not in ENDS
        ),
        len(messages),
    )
    states = Counter(each["state"] for each in messages.values())
    verdict.note(", ".join(f"{number} {state}" for state, number in sorted(states.items())))


def _told(message: Json) -> Key:
    kind, fact, person = message["kind"], message["fact"], message["person_id"]
    match kind:
        case "invitation":
            return kind, fact["invitation_id"], fact["generation"], person
        case "invitation_accepted":
            return kind, fact["invitation_id"], fact["sequence"], person
        case "delegate_confirmed" | "delegate_withdrawn":
            return kind, fact["delegation_id"], fact["sequence"], person
        case "trip_booked":
            return kind, fact["trip_id"], fact["direction"], fact["booking"], person
        case "room_confirmed":
            return kind, fact["stay_id"], person
        case _:
            return kind, message["meeting_id"], fact["changed_to"], person


def _facts(event: Event) -> Iterator[Key]:
    said, number = event.body, event.sequence
    person = said.get("person_id")
    match event.name:
        case "CityInvited":
            yield "invitation", said["invitation_id"], said["generation"], person
        case "InvitationAccepted":
            yield "invitation_accepted", said["invitation_id"], number, person
        case "DelegateConfirmed":
            yield "delegate_confirmed", said["delegation_id"], number, person
        case "DelegateWithdrawn":
            if said["was_confirmed"] and said["reason"] != "meeting_cancelled":
                yield "delegate_withdrawn", said["delegation_id"], number, person
        case "TripBooked":
            yield "trip_booked", said["trip_id"], said["direction"], said["booking"], person
        case "StayConfirmed":
            yield "room_confirmed", said["stay_id"], person


def _changes(evidence: Evidence) -> Iterator[Key]:
    """Every change of a meeting is told to whoever was told of the meeting before it."""
    since: dict[tuple[str, str], int] = {}
    for name in ("CityInvited", "DelegateConfirmed"):
        for event in evidence.by_name.get(name, ()):
            key = event.body["meeting_id"], event.body["person_id"]
            since[key] = min(since.get(key, event.body["revision"]), event.body["revision"])
    people: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for (meeting, person), revision in since.items():
        people[meeting].append((person, revision))
    kinds = {"MeetingRescheduled": "meeting_rescheduled", "MeetingCancelled": "meeting_cancelled"}
    for name, kind in kinds.items():
        for event in evidence.by_name.get(name, ()):
            meeting, revision = event.body["meeting_id"], event.body["revision"]
            for person, told in people[meeting]:
                if revision > told:
                    yield kind, meeting, revision, person
