"""What is known of a person: profile, contact, travel document; and what changes of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

from services.membership.domain.latin import is_latin, transliterated
from shared.errors import RuleViolated

V = TypeVar("V", bound="Profile | Contact | TravelDocument")

PASSPORT_NAME = re.compile(r"(?=.{1,39}$)[A-Z]+( [A-Z]+)*", re.ASCII)
"""Source: ICAO Doc 9303, part 3, §4.6, and part 4, §4.2.2 (39 positions)."""


class NotInLatinLetters(RuleViolated):
    """The name is for lists and tickets that all of the network can read."""

    rule = "A name for lists and tickets is in Latin letters."


class NameMissing(RuleViolated):
    """There is neither a name in Latin letters nor one that could be written in them."""

    rule = "A person has a name in Latin letters, or one that can be written in them."


class NotAPassportSpelling(RuleViolated):
    """The spelling has what no machine-readable zone has, or more than fits in."""

    rule = "A passport spelling has up to 39 capital letters from A to Z, with single spaces."
    rule_source = "ICAO Doc 9303, part 3, section 4.6"


class PassportType(StrEnum):
    """Kinds of passports, which differ in the visas that they need."""

    ORDINARY = "ordinary"
    SPECIAL = "special"
    SERVICE = "service"
    DIPLOMATIC = "diplomatic"


class NameSource(StrEnum):
    """Where a name in Latin letters comes from."""

    GIVEN = "given"
    TRANSLITERATED = "transliterated"


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Who a person is, as others are told.

    Attributes:
        name: In Latin letters, given name first; empty until it is written from the original.
        original_name: In the script it is written in at home, or empty.
        passport_name: As in the machine-readable zone of the passport, a space for each filler;
            empty when it is not known.
        name_source: Whether somebody gave the name in Latin letters.
        title: Title or function (``Mayor``), or empty.
        languages: BCP 47, preferred first.
    """

    name: str = ""
    original_name: str = ""
    passport_name: str = ""
    name_source: NameSource = NameSource.GIVEN
    title: str = ""
    languages: tuple[str, ...] = ()

    def named(self, country: str) -> "Profile":
        """Return it with a name in Latin letters: the one given, else the original's.

        Args:
            country: ISO 3166-1 alpha-2 of the city, in lower case; decides on letters where the
                languages do not.

        Raises:
            NameMissing: There is none, and none to write in Latin letters.
            NotInLatinLetters: The name that was given is in another script.
            NotAPassportSpelling: The passport spelling cannot be one.
        """
        if self.passport_name and not PASSPORT_NAME.fullmatch(self.passport_name):
            raise NotAPassportSpelling("No passport spells a name so.", field="passport_name")
        if self.name and self.name_source is NameSource.GIVEN:
            if not is_latin(self.name):
                raise NotInLatinLetters("Write the name in Latin letters.", field="name")
            return self
        written = transliterated(self.original_name, self.languages, country)
        if not written:
            raise NameMissing("Give the name in Latin letters.", field="name")
        return replace(self, name=written, name_source=NameSource.TRANSLITERATED)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Where a person can be reached.

    Attributes:
        email: Address of RFC 5321, or empty.
        phone: ITU-T E.164, or empty.
        other_emails: Further addresses, which came from duplicates.
        other_phones: Further numbers, which came from duplicates.
    """

    email: str = ""
    phone: str = ""
    other_emails: tuple[str, ...] = ()
    other_phones: tuple[str, ...] = ()

    @property
    def emails(self) -> tuple[str, ...]:
        """All addresses, the preferred one first."""
        return tuple(each for each in (self.email, *self.other_emails) if each)

    @property
    def phones(self) -> tuple[str, ...]:
        """All numbers, the preferred one first."""
        return tuple(each for each in (self.phone, *self.other_phones) if each)

    @property
    def reached_at(self) -> tuple[str, str]:
        """The address and the number that are preferred."""
        return self.email, self.phone

    def tidied(self) -> "Contact":
        """Return it with each address and number once; what is preferred is no further one."""
        return replace(
            self,
            other_emails=_others(self.email, self.other_emails),
            other_phones=_others(self.phone, self.other_phones),
        )

    def united(self, other: "Contact") -> "Contact":
        """Return it with all by which the other can be reached; what is preferred stays."""
        emails, phones = (*self.emails, *other.emails), (*self.phones, *other.phones)
        return Contact(
            email=emails[0] if emails else "",
            phone=phones[0] if phones else "",
            other_emails=emails[1:],
            other_phones=phones[1:],
        ).tidied()


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

    def completed(self, other: "PersonDetails") -> "PersonDetails":
        """Return it with what it lacks and the other has; a name that was given wins.

        The title stays: what the other is may be in another city.
        """
        mine, theirs = self.profile, other.profile
        profile = _lacking(mine, theirs, ("original_name", "passport_name", "languages"))
        if mine.name_source is NameSource.TRANSLITERATED and theirs.name_source is NameSource.GIVEN:
            profile = replace(profile, name=theirs.name, name_source=NameSource.GIVEN)
        return PersonDetails(
            profile=profile,
            contact=self.contact.united(other.contact),
            document=_lacking(self.document, other.document, ("nationality", "passport_type")),
        )


@dataclass(frozen=True, kw_only=True)
class PersonChanges:
    """What is to change of a person; ``None`` stays as it is. For the fields see the values."""

    name: str | None = None
    original_name: str | None = None
    passport_name: str | None = None
    title: str | None = None
    languages: tuple[str, ...] | None = None
    email: str | None = None
    phone: str | None = None
    nationality: str | None = None
    passport_type: PassportType | None = None

    @property
    def name_source(self) -> NameSource | None:
        """Given, when there is a new name."""
        return None if self.name is None else NameSource.GIVEN

    def applied_to(self, value: V) -> V:
        """Return a value with those of its fields changed that are given."""
        given: dict[str, Any] = {
            each.name: getattr(self, each.name, None) for each in fields(value)
        }
        return replace(value, **{name: new for name, new in given.items() if new is not None})


def _others(preferred: str, others: tuple[str, ...]) -> tuple[str, ...]:
    """Return the others but the preferred one, each once; case makes no address another."""
    kept: dict[str, str] = {}
    for each in others:
        kept.setdefault(each.casefold(), each)
    kept.pop(preferred.casefold(), None)
    return tuple(each for each in kept.values() if each)


def _lacking(mine: V, theirs: V, names: Iterable[str]) -> V:
    """Return a value with those of these fields filled in from another that it has empty."""
    missing = {name: getattr(theirs, name) for name in names if not getattr(mine, name)}
    return replace(mine, **missing)
