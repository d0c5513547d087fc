"""Where cities are kept."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from services.membership.domain import references
from services.membership.domain.city import City, UnknownCity
from services.membership.domain.register import ImportResult
from services.membership.domain.standing import StandingKind
from services.membership.repository.imported import applied_rows, outcomes_of
from shared.persistence import Index, Repository
from shared.web.paging import Page, PageRequest


class CityRepository(Repository[City]):
    """Cities."""

    collection = "cities"
    aggregate = City
    not_found = UnknownCity
    indexes = (Index("description.country", "_id"), Index("imported.import_id"))

    def get_named(self, city_id: str) -> City:
        """Return the city that a request's body names.

        Raises:
            UnknownCity: There is none; 422 about the field ``city_id``.
        """
        city = self.find(city_id)
        if city is None:
            raise references.UnknownCity(f"There is no city {city_id!r}.", field="city_id")
        return city

    def page_of(
        self, page: PageRequest, *, on: date, standing: StandingKind | None, country: str | None
    ) -> Page[City]:
        """Return cities by id, which begins with the country.

        Args:
            page: How many, and after which.
            on: Day that ``standing`` is asked for.
            standing: Only those that were this; all when absent.
            country: Only those of this country (ISO 3166-1 alpha-2); all when absent.
        """
        query: dict[str, Any] = {}
        if country is not None:
            query["description.country"] = country
        if standing is not None:
            query["$expr"] = {"$eq": [_kind_on(on), standing.value]}
        return self.page(query, page)

    def applied_rows(self, import_id: str) -> int:
        """Return how many rows of an import were applied to cities."""
        return applied_rows(self, import_id)

    def outcomes_of(
        self, import_id: str, rows: Iterable[int] | None = None
    ) -> dict[int, ImportResult]:
        """Return what rows of an import have done to cities, by number; all when none is named."""
        return outcomes_of(self, import_id, rows)

    def names(self) -> dict[str, list[str]]:
        """Return what each city is called in any language, by its id."""
        found = self.store.find(
            self.collection, {}, projection={"description.name": 1, "description.names": 1}
        )
        return {
            each["_id"]: [each["description"]["name"], *each["description"]["names"].values()]
            for each in found
        }


def _kind_on(day: date) -> dict[str, Any]:
    """Return the expression for what a city was on a day; they are stored oldest first."""
    begun = {
        "$filter": {
            "input": "$standings",
            "as": "standing",
            "cond": {"$lte": ["$$standing.since", day.isoformat()]},
        }
    }
    return {"$let": {"vars": {"newest": {"$last": begun}}, "in": "$$newest.kind"}}
