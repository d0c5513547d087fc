"""People: who they are, how to reach them, where they belong, and who was entered twice."""

from dataclasses import dataclass
from datetime import date

from shared.domain import Event, personal


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
        passport_name: As in the machine-readable zone of the passport (ICAO Doc 9303), or empty.
        name_source: ``given``, or ``transliterated`` when the name was written from the original.
    """

    person_id: str
    city_id: str
    name: str = personal()
    original_name: str = personal(default="")
    title: str = ""
    languages: tuple[str, ...] = ()
    passport_name: str = personal(default="")
    name_source: str = "given"


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
class PersonAffiliated(Event):
    """A person belongs to a city in some days; the same first day once more is a correction.

    Attributes:
        person_id: The person.
        city_id: The city.
        starts_on: First day; ``None`` when nobody knows since when.
        ends_on: Last day, or ``None`` while it is open.
        title: Title or function there (``Mayor``), or empty.
    """

    person_id: str
    city_id: str
    starts_on: date | None = None
    ends_on: date | None = None
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class PersonMerged(Event):
    """A person was entered twice; this entry stands for the other one from now on.

    Its id stays valid: what is told of the survivor is told of it, too.

    Attributes:
        person_id: The duplicate.
        survivor_id: The person that it stands for.
    """

    person_id: str
    survivor_id: str


@dataclass(frozen=True, kw_only=True)
class PersonRestored(Event):
    """A person stands for nobody else; several had been merged into each other at once.

    Attributes:
        person_id: The person.
    """

    person_id: str


@dataclass(frozen=True, kw_only=True)
class PersonToldApart(Event):
    """A person is not the one that he or she looks like.

    Attributes:
        person_id: The person.
        other_id: Somebody else.
    """

    person_id: str
    other_id: str


@dataclass(frozen=True, kw_only=True)
class SurvivorChanged(Event):
    """What is known of a person has changed for whom other entries stand; they follow.

    Attributes:
        person_id: The person.
        duplicates: Ids of the entries, oldest merger first.
    """

    person_id: str
    duplicates: tuple[str, ...]
