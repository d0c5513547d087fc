"""Whom and what the rows of a sheet of people can be about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from services.membership.domain.import_rows import CellError
from services.membership.domain.person import Person
from services.membership.domain.sheet import folded


class Refusal(Exception):
    """A row is not about anybody who can be told.

    Attributes:
        error: Why.
    """

    def __init__(self, column: str, code: str, message: str) -> None:
        super().__init__(message)
        self.error = CellError(column=column, code=code, message=message)


@dataclass(frozen=True, kw_only=True)
class KnownCities:
    """Cities by what people call them.

    Attributes:
        ids: Of cities.
        named: Ids by folded name, in any language.
    """

    ids: frozenset[str]
    named: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, names: Mapping[str, Iterable[str]]) -> Self:
        """Return them from the names of each city by its id."""
        named: dict[str, set[str]] = {}
        for city_id, called in names.items():
            for name in called:
                named.setdefault(folded(name), set()).add(city_id)
        return cls(
            ids=frozenset(names), named={name: frozenset(ids) for name, ids in named.items()}
        )

    def id_of(self, written: str) -> str:
        """Return the city that is meant by an id or a name.

        Raises:
            Refusal: There is none, or several have that name.
        """
        if written in self.ids:
            return written
        found = sorted(self.named.get(folded(written), ()))
        if len(found) > 1:
            message = f"Several cities are called {written!r}: {', '.join(found)}."
            raise Refusal("city_id", "ambiguous_city", message)
        if not found:
            raise Refusal("city_id", "unknown_city", f"There is no city {written!r}.")
        return found[0]


class KnownPeople:
    """People whom rows may be about, or may be confused with."""

    def __init__(self, people: Mapping[str, Person]) -> None:
        self.by_id = people
        self.by_mail: dict[str, list[Person]] = {}
        self.by_name: dict[tuple[str, str], list[Person]] = {}
        for each in people.values():
            self.by_mail.setdefault(each.contact.email.casefold(), []).append(each)
            self.by_name.setdefault((each.city_id, each.profile.name), []).append(each)
