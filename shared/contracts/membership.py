"""What membership publishes: who belongs to the network and who speaks for whom."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.domain import Event, personal

Precision = Literal["day", "month", "year", "no_later_than"]
"""How well a date is known: to the day, the month or the year, or only as an upper bound."""


@dataclass(frozen=True, kw_only=True)
class CityDescribed(Event):
    """What is known of a city, as a whole, whenever any of it changes.

    Attributes:
        city_id: The city; a slug that never changes (``tr-istanbul``).
        name: English name.
        names: Names by language (BCP 47).
        country: ISO 3166-1 alpha-2; ``XK`` for Kosovo.
        zone: IANA zone.
        languages: BCP 47, official first.
        airports: IATA codes, nearest first.
        sample: Invented membership, to be shown as sample data wherever it appears.
    """

    city_id: str
    name: str
    names: dict[str, str]
    country: str
    zone: str
    languages: tuple[str, ...]
    airports: tuple[str, ...] = ()
    sample: bool = False


@dataclass(frozen=True, kw_only=True)
class CityApplied(Event):
    """A city asked to become a member.

    Attributes:
        city_id: The city.
        since: Day of the application.
    """

    city_id: str
    since: date


@dataclass(frozen=True, kw_only=True)
class CityAdmitted(Event):
    """A city became a member.

    Attributes:
        city_id: The city.
        since: First day of membership; the first possible day when it is known less well, the
            last possible one for ``no_later_than``.
        precision: How well ``since`` is known.
    """

    city_id: str
    since: date
    precision: Precision = "day"


@dataclass(frozen=True, kw_only=True)
class CitySuspended(Event):
    """A city lost its vote until it is reinstated.

    Attributes:
        city_id: The city.
        since: First day without a vote.
        reason: Written by the secretariat, shown to delegates.
    """

    city_id: str
    since: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class CityReinstated(Event):
    """A suspended city has its vote again.

    Attributes:
        city_id: The city.
        since: First day with a vote.
    """

    city_id: str
    since: date


@dataclass(frozen=True, kw_only=True)
class CityLeft(Event):
    """A city is no longer a member.

    Attributes:
        city_id: The city.
        since: First day outside.
        reason: Written by the secretariat.
    """

    city_id: str
    since: date
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CityRowAccepted(Event):
    """A row of an import is to be applied; membership itself follows it.

    Attributes:
        import_id: The import.
        row: Number of the row, the first below the header is 1.
        city_id: The city.
        name: English name.
        names: Names by language (BCP 47).
        country: ISO 3166-1 alpha-2.
        zone: IANA zone.
        languages: BCP 47, official first.
        airports: IATA codes, nearest first.
        sample: Invented membership.
        member_since: Day from which it is a member, or ``None`` for an applicant.
        precision: How well ``member_since`` is known.
        left_since: Day from which it is a member no more, or ``None``.
    """

    import_id: str
    row: int
    city_id: str
    name: str
    names: dict[str, str]
    country: str
    zone: str
    languages: tuple[str, ...]
    airports: tuple[str, ...]
    sample: bool
    member_since: date | None = None
    precision: Precision = "day"
    left_since: date | None = None


@dataclass(frozen=True, kw_only=True)
class PersonDescribed(Event):
    """What is known of a person, as a whole, whenever any of it changes; no contact data.

    Attributes:
        person_id: The person.
        city_id: City the person belongs to now.
        name: In Latin letters, given name first.
        original_name: In the script it is written in at home.
        title: Title or function (``Mayor``).
        languages: BCP 47, preferred first.
    """

    person_id: str
    city_id: str
    name: str = personal()
    original_name: str = personal(default="")
    title: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PersonContactChanged(Event, restricted=True):
    """Where a person can be reached.

    Attributes:
        person_id: The person.
        email: Address of RFC 5321.
        phone: ITU-T E.164, or empty.
    """

    person_id: str
    email: str = personal()
    phone: str = personal(default="")


@dataclass(frozen=True, kw_only=True)
class OfficeHolderChanged(Event):
    """An office of a city has a holder from a day on; it ends the term of the one before.

    Attributes:
        city_id: The city.
        office: ``mayor``, ``deputy_mayor``, ``head_of_international_relations`` …
        person_id: The holder; ``None`` when the office is vacant.
        starts_on: First day.
        ends_on: Last day, or ``None`` when it is open.
        acting: Holds it for somebody who cannot.
        represented_by: Person who acts for the holder at present, or ``None``.
    """

    city_id: str
    office: str
    person_id: str | None
    starts_on: date
    ends_on: date | None = None
    acting: bool = False
    represented_by: str | None = None


@dataclass(frozen=True, kw_only=True)
class BodyFounded(Event):
    """A body of the network exists.

    Attributes:
        body_id: The body.
        name: English name.
        kind: ``executive_board``, ``general_assembly``, ``working_group`` or ``secretariat``.
        seats: Ids of its seats, in order.
    """

    body_id: str
    name: str
    kind: str
    seats: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SeatFilled(Event):
    """A city holds a seat for a term.

    Attributes:
        body_id: The body.
        seat_id: The seat.
        city_id: The city.
        starts_on: First day of the term.
        ends_on: Last day of the term, or ``None`` when it is open.
        alternate_id: Person who steps in when the office holder declines, or ``None``.
        sample: Invented, to be shown as sample data.
    """

    body_id: str
    seat_id: str
    city_id: str
    starts_on: date
    ends_on: date | None = None
    alternate_id: str | None = None
    sample: bool = False


@dataclass(frozen=True, kw_only=True)
class SeatVacated(Event):
    """A seat is held by nobody from a day on.

    Attributes:
        body_id: The body.
        seat_id: The seat.
        since: First day it is empty.
    """

    body_id: str
    seat_id: str
    since: date


@dataclass(frozen=True, kw_only=True)
class PresidencyElected(Event):
    """A city presides for a year, and hosts that year's summit.

    Attributes:
        year: Calendar year of the term.
        city_id: The city.
        starts_on: First day of the term.
        ends_on: Last day of the term.
    """

    year: int
    city_id: str
    starts_on: date
    ends_on: date
