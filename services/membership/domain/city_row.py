"""Rows of a sheet of cities: what they say, and what they would do."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Self

from services.membership.domain.city import City
from services.membership.domain.description import CityDescription
from services.membership.domain.import_rows import (
    RESULTS,
    CellError,
    ImportRow,
    changes,
    repeated,
)
from services.membership.domain.standing import Standing
from shared.contracts.membership import CityRowAccepted, Precision


@dataclass(frozen=True, kw_only=True)
class CityRow:
    """A row as it was read.

    Attributes:
        number: Of the row in its sheet.
        city_id: The city; as written, if that can be read.
        description: What is known of it; ``None`` when the row has errors.
        unsaid: Fields of the description that the sheet has no column for; they stay as known.
        member_since: Day from which it is a member, or ``None`` for an applicant.
        precision: How well ``member_since`` is known.
        left_since: Day from which it is a member no more, or ``None``.
        errors: Why it cannot be taken, by column.
    """

    number: int
    city_id: str
    description: CityDescription | None = None
    unsaid: tuple[str, ...] = ()
    member_since: date | None = None
    precision: Precision = "day"
    left_since: date | None = None
    errors: tuple[CellError, ...] = ()

    @classmethod
    def of(cls, said: dict[str, Any]) -> Self:
        """Return a row from what ``said`` has returned."""
        description: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in said["description"].items()
        }
        return cls(
            **{
                **said,
                "description": CityDescription(**description),
                "unsaid": tuple(said["unsaid"]),
                "member_since": _day(said["member_since"]),
                "left_since": _day(said["left_since"]),
            }
        )

    def said(self) -> dict[str, Any]:
        """Return what is to be applied, as JSON can hold it."""
        plain = asdict(self)
        del plain["errors"]
        for name in ("member_since", "left_since"):
            plain[name] = plain[name] and plain[name].isoformat()
        return plain

    def judged(self, city: City | None, taken: dict[str, int], *, at: datetime) -> ImportRow:
        """Tell what the row would do.

        Args:
            city: As it is known, if it is.
            taken: Number of the first row by city; this one is added if it is taken.
            at: Now, UTC.
        """
        if self.description is None:
            return ImportRow.refused(self.number, self.city_id, "", *self.errors)
        label = self.description.name
        if self.city_id in taken:
            return repeated(self.number, self.city_id, label, taken[self.city_id], "city_id")
        taken[self.city_id] = self.number
        row = self.accepted("", city, at=at)
        twin = followed(replace(city) if city else None, row)
        return ImportRow(
            number=self.number,
            subject=self.city_id,
            label=label,
            result=RESULTS[twin.imported[-1].result],
            changes=changes(_shown(city) if city else None, _shown(twin)),
            said=self.said(),
        )

    def accepted(self, import_id: str, city: City | None, *, at: datetime) -> CityRowAccepted:
        """Return the fact that the row was accepted, with what is known where it says nothing.

        Args:
            import_id: The import.
            city: As it is known, if it is.
            at: When the import was committed, UTC.

        Raises:
            ValueError: The row has errors.
        """
        description = self.description
        if description is None:
            raise ValueError(f"row {self.number} has errors")
        if city is not None:
            known = {name: getattr(city.description, name) for name in self.unsaid}
            if "names" in known:
                known["names"] = {**known["names"], **description.names}
            description = replace(description, **known)
        return CityRowAccepted(
            import_id=import_id,
            row=self.number,
            city_id=self.city_id,
            member_since=self.member_since,
            precision=self.precision,
            left_since=self.left_since,
            occurred_at=at,
            **vars(description),
        )


def followed(city: City | None, row: CityRowAccepted) -> City:
    """Return a city that has taken over what a row says; a new one when there was none."""
    if city is None:
        city = City.unknown(row.city_id, CityDescription.of_row(row), at=row.occurred_at)
    city.follow(row)
    return city


def _shown(city: City) -> dict[str, str]:
    """Return what is known of a city as text by field."""
    known = {name: _text(value) for name, value in vars(city.description).items()}
    return {**known, "standings": "; ".join(map(_standing, city.standings))}


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {text}" for name, text in sorted(value.items()))
    if isinstance(value, bool):
        return str(value).lower()
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def _standing(standing: Standing) -> str:
    return f"{standing.kind.value} since {standing.since} ({standing.precision})"


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
