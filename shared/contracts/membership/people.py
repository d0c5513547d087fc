"""People: who they are and how to reach them."""

from dataclasses import dataclass

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
