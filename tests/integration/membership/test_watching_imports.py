"""An import is completed when every good row was applied, and not before."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from pymongo.database import Database

from services.membership.domain.city import City
from services.membership.domain.city_row import CityRow, followed
from services.membership.domain.import_rows import CellError, ImportRow
from services.membership.domain.imports import WATCHED, Import, ImportState
from services.membership.repository import CityRepository, ImportRepository
from services.membership.use_cases import imports
from shared.domain import Aggregate, bookkeeping
from shared.messaging.envelope import Cause
from shared.persistence.session import Session, opened
from shared.persistence.store import Store
from tests.unit.membership.builders import NOW, a_description, an_import_of

SECOND = timedelta(seconds=1)


def a_row(number: int, city_id: str) -> CityRow:
    return CityRow(number=number, city_id=city_id, description=a_description())


def applied(row: CityRow) -> City:
    return followed(None, row.accepted("import-1", None, at=NOW))


class Place:
    """Repositories on a database, and what happens in one session each."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        store = Store(database)
        self.here: Any = SimpleNamespace(
            imports=ImportRepository(store), cities=CityRepository(store)
        )
        self._store = store

    def save(self, *aggregates: Aggregate) -> None:
        """Save aggregates."""

        def all_of_them() -> None:
            for each in aggregates:
                kind = self.here.cities if isinstance(each, City) else self.here.imports
                kind.save(each)

        self.do(all_of_them)

    def do(self, work: Callable[[], None]) -> None:
        """Do something and store what it saves."""
        with opened(Session(Cause("test", "test"))) as session:
            work()
            self._store.write(session.writes(session.marked()))

    def watched(self, after: timedelta) -> Import:
        """Look at the import, and return it as it is then."""
        self.do(lambda: imports.watch_import(self.here, "import-1", at=NOW + after))
        with opened(Session(Cause("test", "test"), may_save=False)):
            found: Import = self.here.imports.get("import-1")
        return found


def test_an_import_waits_for_its_last_row(database: Database[dict[str, Any]]) -> None:
    place = Place(database)
    first, second = a_row(2, "tr-istanbul"), a_row(3, "gr-athens")
    error = CellError(column="city_id", code="invalid", message="No.")
    bad = ImportRow.refused(4, "?", "", error)
    made = an_import_of(*(each.judged(None, {}, at=NOW) for each in (first, second)), bad)
    made.commit(at=NOW)
    place.save(made, applied(first))

    waiting = place.watched(20 * SECOND)
    place.save(applied(second))
    done = place.watched(30 * SECOND)

    assert (waiting.state, waiting.outcomes) == (ImportState.COMMITTED, {})
    (timer,) = bookkeeping(waiting).timers
    assert (timer.kind, timer.due_at) == (WATCHED, NOW + 22 * SECOND)
    assert (done.state, done.completed_at) == (ImportState.COMPLETED, NOW + 30 * SECOND)
    assert done.outcome_by_row == {2: "created", 3: "created"}
