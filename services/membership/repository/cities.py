"""Where cities are kept."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from services.membership.domain import references
from services.membership.domain.city import City, UnknownCity
from services.membership.domain.recorded import ALWAYS
from services.membership.domain.register import ImportResult
from services.membership.domain.standing import StandingKind
from services.membership.repository.imported import applied_rows, outcomes_of
from shared.persistence import Index, Repository
from shared.persistence.document import Document
from shared.web.paging import Page, PageRequest


class CityRepository(Repository[City]):
    """Cities."""

    collection = "cities"
    aggregate = City
    schema = 2
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

    def all(self) -> list[City]:
        """Return all cities by id."""
        return self.query({})

    def page_of(
        self,
        page: PageRequest,
        *,
        on: date,
        known_at: datetime | None,
        standing: StandingKind | None,
        country: str | None,
    ) -> Page[City]:
        """Return cities by id, which begins with the country.

        Args:
            page: How many, and after which.
            on: Day that ``standing`` is asked for.
            known_at: Instant by whose knowledge it is asked for; by that of now when ``None``.
            standing: Only those that were this; all when absent.
            country: Only those of this country (ISO 3166-1 alpha-2); all when absent.
        """
        query: Document = {}
        if country is not None:
            query["description.country"] = country
        if standing is not None:
            query["$expr"] = {"$eq": [_kind_on(on, known_at), standing.value]}
        return self.page(query, page)

    def standing_on(self, day: date, kinds: Sequence[str]) -> dict[str, City]:
        """Return the cities that were one of these kinds on a day, by id."""
        found = self.query({"$expr": {"$in": [_kind_on(day, None), list(kinds)]}})
        return {each.id: each for each in found}

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

    @staticmethod
    def upcast(document: Document, schema: int) -> Document:
        """Bring a city up to date: schema 1 had standings, and not when they were recorded."""
        if schema != 1:
            return Repository.upcast(document, schema)
        standings = [_with_decision(each) for each in document.pop("standings")]
        document["history"] = [
            {"fact": each, "recorded_at": ALWAYS, "replaced_at": None} for each in standings
        ]
        document["decided"] = [_with_decision(each) for each in document["decided"]]
        return document


def _with_decision(standing: Document) -> Document:
    return {**standing, "decision": {"text": "", "decided_on": None}}


def _kind_on(day: date, known_at: datetime | None) -> Document:
    """Return the expression for what a city was on a day; records are stored in their order."""
    replaced_at = "$$record.replaced_at"
    known: list[Document] = [{"$eq": [replaced_at, None]}]
    if known_at is not None:
        known = [
            {"$lte": ["$$record.recorded_at", known_at]},
            {"$or": [*known, {"$gt": [replaced_at, known_at]}]},
        ]
    of_schema_1 = {
        "$map": {
            "input": "$standings",
            "as": "standing",
            "in": {"fact": "$$standing", "recorded_at": ALWAYS, "replaced_at": None},
        }
    }
    begun = {
        "$filter": {
            "input": {"$ifNull": ["$history", of_schema_1]},
            "as": "record",
            "cond": {"$and": [{"$lte": ["$$record.fact.since", day.isoformat()]}, *known]},
        }
    }
    return {"$let": {"vars": {"newest": {"$last": begun}}, "in": "$$newest.fact.kind"}}
