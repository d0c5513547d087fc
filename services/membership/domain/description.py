"""What is known of a city beside its standing."""

from dataclasses import dataclass, fields

from shared.contracts.membership import CityRowAccepted


@dataclass(frozen=True, kw_only=True)
class CityDescription:
    """What is known of a city beside its standing.

    Attributes:
        name: English name.
        names: Names by language (BCP 47).
        country: ISO 3166-1 alpha-2; ``XK`` for Kosovo.
        zone: IANA zone.
        languages: BCP 47, official first.
        airports: IATA codes, nearest first.
        sample: Invented membership, to be shown as sample data wherever it appears.
    """

    name: str
    names: dict[str, str]
    country: str
    zone: str
    languages: tuple[str, ...]
    airports: tuple[str, ...] = ()
    sample: bool = False

    @classmethod
    def of_row(cls, row: CityRowAccepted) -> "CityDescription":
        """Return the description that a row of an import gives."""
        return cls(**{each.name: getattr(row, each.name) for each in fields(cls)})
