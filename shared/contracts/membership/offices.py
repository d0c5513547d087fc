"""Offices of cities: who holds them."""

from dataclasses import dataclass
from datetime import date

from shared.domain import Event


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
class OfficeTermWithdrawn(Event):
    """What was told of an office from a day on was a mistake.

    Whoever held it before, by a term that reaches into these days, holds it in them again.

    Attributes:
        city_id: The city.
        office: ``mayor``, ``deputy_mayor``, ``head_of_international_relations`` …
        starts_on: First day of what is withdrawn.
    """

    city_id: str
    office: str
    starts_on: date
