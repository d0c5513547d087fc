"""Rows of imports that were taken."""

from dataclasses import dataclass
from datetime import date

from shared.contracts.membership.cities import Precision
from shared.domain import Event


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
