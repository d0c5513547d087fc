"""Valid things of events; a test overrides only what it is about."""

from datetime import UTC, date, datetime
from typing import Any, TypeVar

from services.events.domain.answer import Channel, Respondent
from services.events.domain.body import Body
from services.events.domain.delegate import Role
from services.events.domain.delegation import Delegation
from services.events.domain.invitation import Invitation
from services.events.domain.meeting import Meeting
from services.events.domain.member import Member
from services.events.domain.naming import Naming
from services.events.domain.participation import Participation
from services.events.domain.person import Person
from services.events.domain.plan import MeetingKind, MeetingPlan
from services.events.domain.presidency import PRESIDENCY, Presidency
from shared.contracts.events import AudienceInvited
from shared.contracts.membership import (
    BodyFounded,
    CityAdmitted,
    CityDescribed,
    OfficeHolderChanged,
    PersonDescribed,
    PresidencyElected,
    PresidencyTakenOver,
    PresidencyWithdrawn,
    SeatFilled,
)
from shared.domain import Aggregate, Event, bookkeeping, numbered
from shared.local_time import LocalTime

E = TypeVar("E", bound=Event)

TIRANA = "al-tirana"
SOFIA = "bg-sofia"
BOARD = "board"
MEETING = "meeting-1"
MAYOR = "mayor-of-tirana"
DEPUTY = "deputy-of-tirana"
NOW = datetime(2024, 11, 1, 9, tzinfo=UTC)
ANSWER_BY = datetime(2024, 11, 22, 22, tzinfo=UTC)
NAMING_BY = datetime(2024, 11, 29, 22, tzinfo=UTC)
MEETING_DAY = date(2024, 12, 7)
BEGINS = LocalTime(datetime(2024, 12, 7, 11), "Europe/Tirane")  # noqa: DTZ001 - a wall time
ENDS = LocalTime(datetime(2024, 12, 7, 15), "Europe/Tirane")  # noqa: DTZ001 - a wall time
SINCE = date(2021, 11, 29)


def said(aggregate: Aggregate, kind: type[E]) -> list[E]:
    """Return the events of a kind that an aggregate has recorded."""
    return [each for each in bookkeeping(aggregate).recorded if isinstance(each, kind)]


def all_said(aggregate: Aggregate) -> list[str]:
    """Return the names of all events that an aggregate has recorded, in order."""
    return [type(each).__name__ for each in bookkeeping(aggregate).recorded]


# -- what membership says ----------------------------------------------------------------------


def city_described(city_id: str = TIRANA, sequence: int = 1, **changes: Any) -> CityDescribed:
    known = {
        "name": city_id.partition("-")[2].title(),
        "names": {},
        "country": city_id[:2].upper(),
        "zone": "Europe/Tirane",
        "languages": ("sq",),
    }
    event = CityDescribed(city_id=city_id, occurred_at=NOW, **{**known, **changes})
    return numbered(event, sequence)  # type: ignore[return-value]


def city_admitted(city_id: str = TIRANA, sequence: int = 2, since: date = SINCE) -> CityAdmitted:
    event = CityAdmitted(city_id=city_id, since=since, occurred_at=NOW)
    return numbered(event, sequence)  # type: ignore[return-value]


def office_held(
    person_id: str | None = MAYOR,
    sequence: int = 1,
    *,
    city_id: str = TIRANA,
    office: str = "mayor",
    starts_on: date = date(2015, 7, 30),
    **changes: Any,
) -> OfficeHolderChanged:
    event = OfficeHolderChanged(
        city_id=city_id,
        office=office,
        person_id=person_id,
        starts_on=starts_on,
        occurred_at=NOW,
        **changes,
    )
    return numbered(event, sequence)  # type: ignore[return-value]


def person_described(
    person_id: str = MAYOR, sequence: int = 1, city_id: str = TIRANA, name: str = "A. Mayor"
) -> PersonDescribed:
    event = PersonDescribed(person_id=person_id, city_id=city_id, name=name, occurred_at=NOW)
    return numbered(event, sequence)  # type: ignore[return-value]


def body_founded(
    seats: tuple[str, ...] = ("s1", "s2"), sequence: int = 1, *, body_id: str = BOARD
) -> BodyFounded:
    event = BodyFounded(
        body_id=body_id, name="Board", kind="executive_board", seats=seats, occurred_at=NOW
    )
    return numbered(event, sequence)  # type: ignore[return-value]


def seat_filled(
    city_id: str = TIRANA,
    sequence: int = 2,
    *,
    body_id: str = BOARD,
    seat_id: str = "s1",
    starts_on: date = date(2024, 1, 31),
    **changes: Any,
) -> SeatFilled:
    event = SeatFilled(
        body_id=body_id,
        seat_id=seat_id,
        city_id=city_id,
        starts_on=starts_on,
        occurred_at=NOW,
        **changes,
    )
    return numbered(event, sequence)  # type: ignore[return-value]


def president_elected(
    city_id: str = TIRANA, sequence: int = 1, year: int = 2024
) -> PresidencyElected:
    event = PresidencyElected(
        year=year,
        city_id=city_id,
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
        occurred_at=NOW,
    )
    return numbered(event, sequence)  # type: ignore[return-value]


def president_taken_over(
    city_id: str, sequence: int, since: date, ends_on: date | None = None
) -> PresidencyTakenOver:
    event = PresidencyTakenOver(
        year=since.year,
        from_city_id=TIRANA,
        city_id=city_id,
        starts_on=since,
        ends_on=ends_on or date(since.year, 12, 31),
        reason="The mayor has resigned.",
        occurred_at=NOW,
    )
    return numbered(event, sequence)  # type: ignore[return-value]


def president_withdrawn(city_id: str, sequence: int, since: date) -> PresidencyWithdrawn:
    event = PresidencyWithdrawn(
        year=since.year, city_id=city_id, starts_on=since, reason="By mistake.", occurred_at=NOW
    )
    return numbered(event, sequence)  # type: ignore[return-value]


# -- copies of it ------------------------------------------------------------------------------


def a_member(city_id: str = TIRANA, *, mayor: str | None = MAYOR, joined: bool = True) -> Member:
    member = Member.heard_of(city_id)
    member.describe(city_described(city_id))
    if joined:
        member.note_standing(city_admitted(city_id))
    if mayor is not None:
        member.note_office(office_held(mayor, city_id=city_id), at=NOW)
    bookkeeping(member).recorded.clear()
    return member


def a_person(person_id: str = MAYOR, city_id: str = TIRANA) -> Person:
    return Person(id=person_id, city_id=city_id, name="Somebody")


def a_body(**holders: str) -> Body:
    """Return the board with a city for each seat: ``a_body(s1="al-tirana")``."""
    body = Body.heard_of(BOARD)
    body.found(body_founded(tuple(holders)))
    for number, (seat_id, city_id) in enumerate(holders.items(), start=2):
        body.fill_seat(seat_filled(city_id, number, seat_id=seat_id))
    return body


def a_presidency(city_id: str = TIRANA, year: int = 2024) -> Presidency:
    presidency = Presidency(id=PRESIDENCY)
    presidency.elect(president_elected(city_id, year=year))
    return presidency


# -- events' own -------------------------------------------------------------------------------


def a_plan(**changes: Any) -> MeetingPlan:
    decided = {
        "title": "Executive Board meeting",
        "kind": MeetingKind.BOARD_MEETING,
        "host_city_id": TIRANA,
        "venue": "City Hall",
        "begins": BEGINS,
        "ends": ENDS,
        "quota": 2,
        "answer_by": ANSWER_BY,
        "naming_by": NAMING_BY,
    }
    return MeetingPlan(**{**decided, **changes})


def a_draft(**changes: Any) -> Meeting:
    meeting = Meeting.call(MEETING, a_plan(**changes), host=a_member(), body=None, at=NOW)
    bookkeeping(meeting).recorded.clear()
    return meeting


def a_meeting(**changes: Any) -> Meeting:
    meeting = a_draft(**changes)
    meeting.announce(at=NOW)
    bookkeeping(meeting).recorded.clear()
    return meeting


def audience_invited(alternate_id: str | None = None, *city_ids: str) -> AudienceInvited:
    cities = city_ids or (TIRANA,)
    return AudienceInvited(
        meeting_id=MEETING,
        on=MEETING_DAY,
        reasons=dict.fromkeys(cities, "named"),
        alternates=dict.fromkeys(cities, alternate_id) if alternate_id else {},
        answer_by=ANSWER_BY,
        revision=0,
        occurred_at=NOW,
    )


def an_invitation(person_id: str | None = MAYOR, *, alternate_id: str | None = None) -> Invitation:
    event = audience_invited(alternate_id)
    invitation = Invitation.open(event, TIRANA, person_id, at=NOW)
    bookkeeping(invitation).recorded.clear()
    return invitation


def a_respondent(role: str = "city_lead", on_behalf_of: str | None = None) -> Respondent:
    return Respondent.with_token("ada", role, on_behalf_of=on_behalf_of, channel=Channel.API)


def a_naming(role: str = "city_lead", **changes: Any) -> Naming:
    given = {"meeting": a_meeting(), "invitation": an_invitation(), "at": NOW, **changes}
    return Naming.by(role, given["meeting"], given["invitation"], at=given["at"])


def a_delegation(**roles: Role) -> Delegation:
    """Return Tirana's delegation with these people, nominated: ``a_delegation(ana=Role.HEAD)``."""
    delegation = Delegation.of(Participation(MEETING, TIRANA))
    for person_id, role in roles.items():
        delegation.nominate(person_id, role, a_person(person_id), a_naming())
    bookkeeping(delegation).recorded.clear()
    return delegation
