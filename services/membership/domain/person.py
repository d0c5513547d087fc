"""People: who they are and where they can be reached."""

import unicodedata
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from services.membership.domain.register import Imported
from services.membership.domain.stated import Statement
from shared.contracts.membership import PersonContactChanged, PersonDescribed
from shared.domain import Aggregate
from shared.errors import NotFound, RuleViolated

V = TypeVar("V", bound="Profile | Contact | TravelDocument")


class UnknownPerson(NotFound):
    """There is no such person."""


class NotInLatinLetters(RuleViolated):
    """The name is for lists and tickets that all of the network can read."""

    rule = "A name for lists and tickets is in Latin letters."


class PassportType(StrEnum):
    """Kinds of passports, which differ in the visas that they need."""

    ORDINARY = "ordinary"
    SPECIAL = "special"
    SERVICE = "service"
    DIPLOMATIC = "diplomatic"


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Who a person is, as others are told.

    Attributes:
        name: In Latin letters, given name first.
        original_name: In the script it is written in at home, or empty.
        title: Title or function (``Mayor``), or empty.
        languages: BCP 47, preferred first.
    """

    name: str
    original_name: str = ""
    title: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Where a person can be reached.

    Attributes:
        email: Address of RFC 5321, or empty.
        phone: ITU-T E.164, or empty.
    """

    email: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class TravelDocument:
    """What decides on visas; numbers of passports belong to travel.

    Attributes:
        nationality: ISO 3166-1 alpha-2, or empty.
        passport_type: Kind of passport, or ``None``.
    """

    nationality: str = ""
    passport_type: PassportType | None = None


@dataclass(frozen=True, kw_only=True)
class PersonDetails:
    """All that is known of a person.

    Attributes:
        profile: Who it is.
        contact: Where the person can be reached.
        document: What decides on visas.
    """

    profile: Profile
    contact: Contact = field(default_factory=Contact)
    document: TravelDocument = field(default_factory=TravelDocument)


@dataclass(frozen=True, kw_only=True)
class PersonChanges:
    """What is to change of a person; ``None`` stays as it is. For the fields see the values."""

    name: str | None = None
    original_name: str | None = None
    title: str | None = None
    languages: tuple[str, ...] | None = None
    email: str | None = None
    phone: str | None = None
    nationality: str | None = None
    passport_type: PassportType | None = None

    def applied_to(self, value: V) -> V:
        """Return a value with those of its fields changed that are given."""
        given: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(value)}
        return replace(value, **{name: new for name, new in given.items() if new is not None})


@dataclass(frozen=True, kw_only=True)
class PublicPerson:
    """A person as shown to those who need not reach him or her.

    Attributes:
        id: The person.
        city_id: City the person belongs to.
        profile: Who it is.
    """

    id: str
    city_id: str
    profile: Profile


@dataclass(kw_only=True, eq=False)
class Person(Aggregate):
    """Somebody who holds an office, sits in a body or travels for a city.

    Attributes:
        city_id: City the person belongs to.
        profile: Who it is.
        contact: Where the person can be reached; published restricted, shown to few.
        document: What decides on visas; published by rows of imports alone, restricted.
        stated: Which import has stated a field last, by field.
        imported: Rows applied to the person, as heard, the newest sixteen.
    """

    city_id: str
    profile: Profile
    contact: Contact
    document: TravelDocument
    stated: dict[str, Statement] = field(default_factory=dict)
    imported: tuple[Imported, ...] = ()

    @classmethod
    def register(
        cls, person_id: str, city_id: str, details: PersonDetails, *, at: datetime
    ) -> "Person":
        """Enter a person; records ``PersonDescribed``, and ``PersonContactChanged`` if reachable.

        Raises:
            NotInLatinLetters: The name is in another script.
        """
        _check_latin(details.profile.name)
        person = cls(id=person_id, city_id=city_id, **vars(details))
        person._record_profile(at)
        if details.contact != Contact():
            person._record_contact(at)
        return person

    def change(self, changes: PersonChanges, *, at: datetime) -> None:
        """Correct what is known; records what others are told of, if that changed.

        Raises:
            NotInLatinLetters: The name is in another script.
        """
        profile, contact = changes.applied_to(self.profile), changes.applied_to(self.contact)
        _check_latin(profile.name)
        self.document = changes.applied_to(self.document)
        if profile != self.profile:
            self.profile = profile
            self._record_profile(at)
        if contact != self.contact:
            self.contact = contact
            self._record_contact(at)

    def shown(self, *, in_full: bool) -> "Person | PublicPerson":
        """Return the person, or what is for everybody's eyes."""
        if in_full:
            return self
        return PublicPerson(id=self.id, city_id=self.city_id, profile=self.profile)

    def _record_profile(self, at: datetime) -> None:
        self.record(
            PersonDescribed(
                person_id=self.id,
                city_id=self.city_id,
                name=self.profile.name,
                original_name=self.profile.original_name,
                title=self.profile.title,
                languages=self.profile.languages,
                occurred_at=at,
            )
        )

    def _record_contact(self, at: datetime) -> None:
        self.record(
            PersonContactChanged(
                person_id=self.id,
                email=self.contact.email,
                phone=self.contact.phone,
                occurred_at=at,
            )
        )


def _check_latin(name: str) -> None:
    foreign = [
        each for each in name if each.isalpha() and not unicodedata.name(each).startswith("LATIN")
    ]
    if foreign:
        raise NotInLatinLetters("Write the name in Latin letters.", field="name")
