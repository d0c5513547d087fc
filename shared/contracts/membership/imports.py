"""Imports of sheets, and their rows that were taken."""

from dataclasses import dataclass
from datetime import date

from shared.contracts.membership.cities import Precision
from shared.domain import Event, personal


@dataclass(frozen=True, kw_only=True)
class ImportPreviewed(Event):
    """A sheet was read and its rows were judged; nothing of it is applied yet.

    Attributes:
        import_id: The import.
        kind: ``cities`` or ``people``.
        rows: Rows of the sheet that are not blank.
        refused: How many of them were refused.
    """

    import_id: str
    kind: str
    rows: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class ImportCommitted(Event):
    """The good rows of an import are to be applied, part by part; membership itself does it.

    Attributes:
        import_id: The import.
        kind: ``cities`` or ``people``.
    """

    import_id: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class ImportPartAccepted(Event):
    """The good rows of one part of an import were accepted; the next part follows from this.

    Attributes:
        import_id: The import.
        part: Its number; the first part is 0.
    """

    import_id: str
    part: int


@dataclass(frozen=True, kw_only=True)
class ImportCancelled(Event):
    """An import was given up before it was committed, and what its rows said is forgotten.

    Attributes:
        import_id: The import.
    """

    import_id: str


@dataclass(frozen=True, kw_only=True)
class ImportCompleted(Event):
    """Every good row of an import was applied.

    Attributes:
        import_id: The import.
        kind: ``cities`` or ``people``.
        created: Rows that have entered something new.
        changed: Rows that have changed what was known.
        unchanged: Rows that said what was known.
        contradicted: Rows that said something which does not count any more.
        refused: Rows that were not applied.
    """

    import_id: str
    kind: str
    created: int
    changed: int
    unchanged: int
    contradicted: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class CityRowAccepted(Event):
    """A row of an import is to be applied; membership itself follows it.

    Attributes:
        import_id: The import.
        row: Number of the row in its sheet.
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
class PersonRowAccepted(Event, restricted=True):
    """A row of an import is to be applied; membership itself follows it.

    What the row does not say is ``None`` and stays as it is known.

    Attributes:
        import_id: The import.
        row: Number of the row in its sheet.
        person_id: The person, known or to be entered.
        city_id: City the person belongs to.
        name: In Latin letters, given name first; a new person has this or the original name.
        original_name: In the script it is written in at home.
        passport_name: As in the passport.
        title: Title or function (``Mayor``).
        languages: BCP 47, preferred first.
        email: Address of RFC 5321.
        phone: ITU-T E.164.
        nationality: ISO 3166-1 alpha-2.
        passport_type: ``ordinary``, ``special``, ``service`` or ``diplomatic``.
    """

    import_id: str
    row: int
    person_id: str
    city_id: str
    name: str | None = personal(default=None)
    original_name: str | None = personal(default=None)
    passport_name: str | None = personal(default=None)
    title: str | None = None
    languages: tuple[str, ...] | None = None
    email: str | None = personal(default=None)
    phone: str | None = personal(default=None)
    nationality: str | None = personal(default=None)
    passport_type: str | None = personal(default=None)
